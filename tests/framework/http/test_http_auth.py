"""Who may call what."""

from __future__ import annotations

import base64
import warnings
from typing import Any

import jwt
import pytest
from jwt.warnings import InsecureKeyLengthWarning

from medusa.framework.http import (
    ANY_TOKEN,
    ANYBODY,
    CUSTOMER,
    REGISTERING_CUSTOMER,
    AdminContext,
    AuthContext,
    Response,
    StoreContext,
    get,
    post,
)
from medusa.framework.http.auth import BEARER_SECRET_KEY
from tests.framework.http.http_fakes import SECRET, client_of

USER = {
    "actor_id": "user_1",
    "actor_type": "user",
    "auth_identity_id": "authid_1",
    "app_metadata": {"user_id": "user_1"},
}
SHOPPER = {"actor_id": "cus_1", "actor_type": "customer", "auth_identity_id": "authid_2"}
UNAUTHORIZED = {"message": "Unauthorized"}
KEY_MISSING = {
    "type": "not_allowed",
    "message": "Publishable API key required in the request header: x-publishable-api-key. "
    "You can manage your keys in settings in the dashboard.",
}
KEY_INVALID = {"type": "not_allowed", "message": "A valid publishable key is required to proceed with the request"}


def bearer(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256", **more: Any) -> dict[str, str]:
    with warnings.catch_warnings(action="ignore", category=InsecureKeyLengthWarning):
        token = jwt.encode({**claims, **more}, secret, algorithm=algorithm)  # pyright: ignore[reportUnknownMemberType]
    return {"authorization": f"Bearer {token}"}


def basic(credentials: str) -> dict[str, str]:
    return {"authorization": f"Basic {credentials}"}


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@get("/admin/who")
async def admin_who(ctx: AdminContext) -> Response:
    return ctx.json({"id": ctx.user_id})


@get("/store/who")
async def store_who(ctx: StoreContext) -> Response:
    return ctx.json({"id": ctx.customer_id, "channels": ctx.sales_channel_ids})


@get("/store/me", authenticate=CUSTOMER)
async def store_me(ctx: StoreContext) -> Response:
    return ctx.json({"id": ctx.customer_id})


@post("/store/customers", authenticate=REGISTERING_CUSTOMER)
async def register(ctx: StoreContext) -> Response:
    return ctx.json({"identity": ctx.require_actor().auth_identity_id})


@post("/auth/session", authenticate=ANY_TOKEN)
async def log_in(ctx: AuthContext) -> Response:
    claims = ctx.require_actor().claims
    await ctx.start_session(claims)
    return ctx.json({"user": claims})


@post("/auth/leave", authenticate=ANYBODY)
async def log_out(ctx: AuthContext) -> Response:
    await ctx.end_session()
    return ctx.json({"success": True})


ROUTES = (admin_who, store_who, store_me, register, log_in, log_out)


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({}, 401, UNAUTHORIZED),
        (bearer(USER), 200, {"id": "user_1"}),
        ({"authorization": bearer(USER)["authorization"].replace("Bearer ", "bearer  ")}, 200, {"id": "user_1"}),
        (bearer(USER, algorithm="HS512", secret=SECRET), 401, UNAUTHORIZED),
        (bearer(USER, iat=4_000_000_000), 200, {"id": "user_1"}),
        (bearer(USER, exp=1), 401, UNAUTHORIZED),
        (bearer(USER, nbf=4_000_000_000), 401, UNAUTHORIZED),
        (bearer(USER, secret="another secret of thirty-two bytes!"), 401, UNAUTHORIZED),
        (bearer(SHOPPER), 401, UNAUTHORIZED),
        (bearer(USER, actor_id=""), 401, UNAUTHORIZED),
        (bearer({"actor_id": "user_1"}), 401, UNAUTHORIZED),
        ({"authorization": "Bearer wrong"}, 401, UNAUTHORIZED),
        ({"authorization": "Bearer"}, 401, UNAUTHORIZED),
        ({"authorization": "\xe9"}, 401, UNAUTHORIZED),
        ({"authorization": "Bearer sk_1"}, 401, {"message": BEARER_SECRET_KEY}),
        (basic("sk_1"), 200, {"id": "apk_2"}),
        (basic(in_base64("sk_1:")), 200, {"id": "apk_2"}),
        (basic(in_base64("sk_1")), 200, {"id": "apk_2"}),
        (basic(in_base64("sk_1:x")), 401, UNAUTHORIZED),
        (basic(in_base64(":sk_1")), 401, UNAUTHORIZED),
        (basic("sk_2"), 401, UNAUTHORIZED),
        (basic("pk_1"), 401, UNAUTHORIZED),
        (basic("wrong"), 401, UNAUTHORIZED),
        ({"cookie": "connect.sid=s%3Aforged.signature"}, 401, UNAUTHORIZED),
    ],
)
async def test_admin(headers: dict[str, str], status: int, body: object) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await client_of(*ROUTES).get("/admin/who", headers=encoded)
    assert (answer.status_code, answer.json()) == (status, body)


async def test_an_unsigned_token_is_refused() -> None:
    token = jwt.encode(USER, None, algorithm="none")  # pyright: ignore[reportUnknownMemberType]
    answer = await client_of(*ROUTES).get("/admin/who", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({}, 400, KEY_MISSING),
        ({"x-publishable-api-key": ""}, 400, KEY_MISSING),
        ({"x-publishable-api-key": "pk_none"}, 400, KEY_INVALID),
        ({"x-publishable-api-key": "pk_1"}, 200, {"id": None, "channels": ["sc_1", "sc_2"]}),
        ({"x-publishable-api-key": "pk_bare"}, 200, {"id": None, "channels": []}),
        ({"x-publishable-api-key": "pk_1", **bearer(SHOPPER)}, 200, {"id": "cus_1", "channels": ["sc_1", "sc_2"]}),
        ({"x-publishable-api-key": "pk_1", **bearer(USER)}, 200, {"id": None, "channels": ["sc_1", "sc_2"]}),
        ({"x-publishable-api-key": "pk_1", **bearer(SHOPPER, exp=1)}, 200, {"id": None, "channels": ["sc_1", "sc_2"]}),
    ],
)
async def test_store(headers: dict[str, str], status: int, body: object) -> None:
    answer = await client_of(*ROUTES).get("/store/who", headers=headers)
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({}, 401, UNAUTHORIZED),
        (bearer(SHOPPER), 200, {"id": "cus_1"}),
        (bearer(USER), 401, UNAUTHORIZED),
        (bearer(SHOPPER, actor_id=""), 401, UNAUTHORIZED),
        (basic("sk_1"), 401, UNAUTHORIZED),
        ({"authorization": "Bearer sk_1"}, 401, UNAUTHORIZED),
        ({"x-publishable-api-key": "", **bearer(SHOPPER)}, 400, KEY_MISSING),
    ],
)
async def test_customers_only(headers: dict[str, str], status: int, body: object) -> None:
    answer = await client_of(*ROUTES, store=True).get("/store/me", headers=headers)
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({**SHOPPER, "actor_id": ""}, 200),
        (SHOPPER, 200),
        ({"actor_id": "", "actor_type": "customer"}, 401),
        (USER, 401),
    ],
)
async def test_registration_needs_an_identity_but_no_customer(claims: dict[str, Any], status: int) -> None:
    answer = await client_of(*ROUTES, store=True).post("/store/customers", headers=bearer(claims))
    assert answer.status_code == status


async def test_a_session_stands_for_the_token_until_it_ends() -> None:
    client = client_of(*ROUTES)
    started = await client.post("/auth/session", headers=bearer(USER))
    assert started.json() == {"user": USER}
    cookie = started.headers["set-cookie"]
    assert cookie.startswith("connect.sid=s%3A")
    assert cookie.endswith("; HttpOnly; SameSite=Lax")
    assert (await client.get("/admin/who")).json() == {"id": "user_1"}
    assert (await client.get("/admin/who", headers={"authorization": "Bearer x"})).json() == {"id": "user_1"}

    ended = await client.post("/auth/leave")
    assert ended.headers["set-cookie"] == "connect.sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    name, _, value = cookie.split(";")[0].partition("=")
    assert (await client.get("/admin/who", headers={"cookie": f"{name}={value}"})).status_code == 401


async def test_a_session_that_somebody_planted_is_not_logged_in() -> None:
    client = client_of(*ROUTES)
    planted = (await client.post("/auth/session", headers=bearer(SHOPPER))).headers["set-cookie"].split(";")[0]
    begun = (await client.post("/auth/session", headers=bearer(USER))).headers["set-cookie"].split(";")[0]
    assert (await client.get("/admin/who")).json() == {"id": "user_1"}
    client.cookies.clear()
    assert begun != planted
    assert (await client.get("/admin/who", headers={"cookie": planted})).status_code == 401
    assert (await client.get("/admin/who", headers={"cookie": begun})).status_code == 200


async def test_a_customers_session_opens_no_admin_route() -> None:
    client = client_of(*ROUTES)
    await client.post("/auth/session", headers=bearer(SHOPPER))
    assert (await client.get("/admin/who")).status_code == 401
    key = {"x-publishable-api-key": "pk_1"}
    assert (await client.get("/store/me", headers=key)).json() == {"id": "cus_1"}


async def test_secure_cookies_travel_over_tls_only() -> None:
    client = client_of(*ROUTES, cookie_secure=True)
    assert "set-cookie" not in (await client.post("/auth/session", headers=bearer(USER))).headers
    proxied = await client.post("/auth/session", headers={**bearer(USER), "x-forwarded-proto": "https"})
    assert "; HttpOnly; Secure; SameSite=Lax" in proxied.headers["set-cookie"]


async def test_forged_cookies_are_refused() -> None:
    client = client_of(*ROUTES)
    cookie = (await client.post("/auth/session", headers=bearer(USER))).headers["set-cookie"].split(";")[0]
    client.cookies.clear()
    assert (await client.get("/admin/who", headers={"cookie": cookie})).status_code == 200
    assert (await client.get("/admin/who", headers={"cookie": cookie[:-3] + "abc"})).status_code == 401
    assert (await client.get("/admin/who", headers={"cookie": cookie.replace("s%3A", "s%3Ax")})).status_code == 401
