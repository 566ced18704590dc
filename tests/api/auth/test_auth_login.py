from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.errors import InvalidData
from medusa.framework.events import Event, EventRegistry, Subscriber
from medusa.framework.http.asgi import HttpApplication
from medusa.framework.http.auth import Tokens
from medusa.framework.testing.clients import Client
from medusa.framework.worker import Worker
from medusa.workflows.auth.identities import DetachActors, SetActor, detach_actors, set_auth_app_metadata

CUSTOMER = "/auth/customer/emailpass"


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, Any])


async def test_token_says_what_clients_read(visitor: Client, credentials: dict[str, str]) -> None:
    token = (await visitor.post(f"{CUSTOMER}/register", credentials))["token"]
    claims = _claims(token)
    assert claims.pop("auth_identity_id").startswith("authid_")
    issued = claims.pop("iat")
    assert claims.pop("exp") == issued + 86_400
    assert claims == {
        "actor_id": "",
        "actor_type": "customer",
        "auth_provider": "emailpass",
        "mfa_enabled": False,
        "mfa_challenge_completed_at": None,
        "app_metadata": {},
        "user_metadata": {},
    }


async def test_password_is_kept_as_argon2id(visitor: Client, database: Database, credentials: dict[str, str]) -> None:
    await visitor.post(f"{CUSTOMER}/register", credentials)
    async with database.reader() as session:
        metadata = await session.fetch_value(
            "SELECT provider_metadata FROM provider_identity WHERE entity_id = $1", credentials["email"]
        )
    assert metadata["password"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_interrupted_registration_goes_on_with_the_same_password(
    visitor: Client, credentials: dict[str, str]
) -> None:
    first = _claims((await visitor.post(f"{CUSTOMER}/register", credentials))["token"])
    second = _claims((await visitor.post(f"{CUSTOMER}/register", credentials))["token"])
    assert first["auth_identity_id"] == second["auth_identity_id"]
    answer = await visitor.post(f"{CUSTOMER}/register", {**credentials, "password": "other"}, expect=401)
    assert answer == {"type": "unauthorized", "message": "Identity with email already exists"}


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("", {"email": "nobody@example.com", "password": "x"}, "Invalid email or password"),
        ("", {"email": "nobody@example.com"}, "Password should be a string"),
        ("", {}, "Password should be a string"),
        ("", [1], "Password should be a string"),
        ("", {"password": "x", "email": 5}, "Email should be a string"),
        ("/register", {"password": "x"}, "Email should be a string"),
        ("/callback", {}, "Callback authentication not implemented for provider emailpass"),
        ("/update", {"password": "x"}, "Invalid token"),
    ],
)
async def test_refusals(visitor: Client, path: str, body: Any, message: str) -> None:
    answer = await visitor.post(CUSTOMER + path, body, expect=401)
    assert answer == {"type": "unauthorized", "message": message}


async def test_wrong_password(visitor: Client, credentials: dict[str, str]) -> None:
    await visitor.post(f"{CUSTOMER}/register", credentials)
    answer = await visitor.post(CUSTOMER, {**credentials, "password": "wrong"}, expect=401)
    assert answer["message"] == "Invalid email or password"


async def test_unknown_provider(visitor: Client, credentials: dict[str, str]) -> None:
    answer = await visitor.post("/auth/customer/nothing", credentials, expect=401)
    assert answer["message"].startswith("\nUnable to retrieve the auth provider with id: nothing\n")
    answer = await visitor.post("/auth/user/nothing", credentials, expect=400)
    assert answer["message"] == "The actor type user is not allowed to use the auth provider nothing"


async def test_providers_are_listed(visitor: Client) -> None:
    expected = {
        "id": "emailpass",
        "identifier": "emailpass",
        "display_name": "Email/Password Authentication",
        "flow": "credentials",
    }
    assert (await visitor.get("/auth/customer/providers"))["providers"] == [expected]


async def test_session_cookie_stands_for_the_token(
    http: HttpApplication, admin: Client, admin_token: str, visitor: Client
) -> None:
    answer = await visitor.post("/auth/session", authorization=f"Bearer {admin_token}")
    assert answer == {"user": _claims(admin_token)}
    cookie = visitor.http.cookies["connect.sid"]
    me = await visitor.get("/admin/users/me")
    assert me == await admin.get("/users/me")
    assert await visitor.delete("/auth/session") == {"success": True}
    assert "connect.sid" not in visitor.http.cookies
    await visitor.get("/admin/users/me", expect=401, cookie=f"connect.sid={cookie}")
    await visitor.delete("/auth/session", expect=401)


async def test_new_token_for_an_old_one(visitor: Client, admin_token: str) -> None:
    answer = await visitor.post("/auth/token/refresh", {}, authorization=f"Bearer {admin_token}")
    ignored = ("iat", "exp")
    fresh, old = (
        {name: value for name, value in _claims(token).items() if name not in ignored}
        for token in (answer["token"], admin_token)
    )
    assert fresh == old
    await visitor.post("/auth/token/refresh", {}, expect=401)


async def test_expired_token_is_refused(app: App, visitor: Client, admin_token: str) -> None:
    tokens = Tokens(app.config.http_settings())
    valid, expired = (tokens.sign(_claims(admin_token), expires_in_seconds=seconds) for seconds in (60, -1))
    await visitor.get("/admin/users/me", authorization=f"Bearer {valid}")
    await visitor.get("/admin/users/me", expect=401, authorization=f"Bearer {expired}")


async def test_forgotten_password_is_set_once(
    app: App, visitor: Client, credentials: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[Event] = []

    async def hear(event: Event, _: App) -> None:
        received.append(event)

    registry = EventRegistry()
    registry.add(Subscriber("tests.hear", ("auth.password_reset",), hear, 1))
    monkeypatch.setattr(app, "events", registry)
    await visitor.post(f"{CUSTOMER}/register", credentials)
    body = {"identifier": credentials["email"], "metadata": {"shop": 1}}
    assert await visitor.post(f"{CUSTOMER}/reset-password", body, expect=201) == "Created"
    await Worker(app).run_until_idle()
    [event] = received
    data = event.data
    assert (data["entity_id"], data["actor_type"], data["metadata"]) == (credentials["email"], "customer", {"shop": 1})
    bearer = f"Bearer {data['token']}"
    answer = await visitor.post("/auth/user/emailpass/update", {"password": "new"}, expect=401, authorization=bearer)
    assert answer["message"] == "Invalid token"
    await visitor.post(f"{CUSTOMER}/update", {"password": ""}, expect=401, authorization=bearer)
    assert await visitor.post(f"{CUSTOMER}/update", {"password": "new"}, authorization=bearer) == {"success": True}
    await visitor.post(f"{CUSTOMER}/update", {"password": "third"}, expect=401, authorization=bearer)
    await visitor.post(CUSTOMER, credentials, expect=401)
    await visitor.post(CUSTOMER, {**credentials, "password": "new"})


async def test_reset_does_not_tell_who_is_registered(visitor: Client, database: Database) -> None:
    assert await visitor.post(f"{CUSTOMER}/reset-password", {"identifier": "nobody@x.com"}, expect=201) == "Created"
    async with database.reader() as session:
        count = await session.fetch_value(
            "SELECT count(*) FROM auth_password_reset_token WHERE entity_id = 'nobody@x.com'"
        )
    assert count == 0


async def test_login_is_one_statement(visitor: Client, credentials: dict[str, str], statements: list[str]) -> None:
    await visitor.post(f"{CUSTOMER}/register", credentials)
    statements.clear()
    await visitor.post(CUSTOMER, credentials)
    assert len(statements) == 1


async def test_application_has_actors_of_its_own(app: App, visitor: Client, credentials: dict[str, str]) -> None:
    path = "/auth/manager/emailpass"
    identity = _claims((await visitor.post(f"{path}/register", credentials))["token"])["auth_identity_id"]
    await app.run(
        set_auth_app_metadata, SetActor(auth_identity_id=identity, actor_type="manager", actor_id="manager_1")
    )
    claims = _claims((await visitor.post(path, credentials))["token"])
    assert (claims["actor_id"], claims["app_metadata"]) == ("manager_1", {"manager_id": "manager_1"})
    with pytest.raises(InvalidData, match="another manager"):
        await app.run(
            set_auth_app_metadata, SetActor(auth_identity_id=identity, actor_type="manager", actor_id="manager_2")
        )
    await app.run(detach_actors, DetachActors(actor_type="manager", actor_ids=["manager_1"]))
    await visitor.post(path, credentials, expect=401)
