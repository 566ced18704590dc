from __future__ import annotations

from typing import Any

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client


async def _invited(admin: Client, visitor: Client) -> tuple[str, str, str]:
    """A new address, the token of an invite for it, and the token of an identity with it."""
    email = f"{ulid().lower()}@example.com"
    token = (await admin.post("/invites", {"email": email}))["invite"]["token"]
    register = {"email": email, "password": "secret123"}
    identity = (await visitor.post("/auth/user/emailpass/register", register))["token"]
    return email, token, identity


async def _accept(visitor: Client, token: str, identity: str, expect: int = 200) -> Any:
    body, params = {"first_name": "Mem"}, {"token": token}
    return await visitor.post("/admin/invites/accept", body, params, expect=expect, authorization=f"Bearer {identity}")


async def test_invited_person_becomes_a_user(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    user = (await _accept(visitor, token, identity))["user"]
    assert (user["email"], user["first_name"], user["last_name"]) == (email, "Mem", None)
    assert await _accept(visitor, token, identity, expect=401) == {"message": "Unauthorized"}
    login = (await visitor.post("/auth/user/emailpass", {"email": email, "password": "secret123"}))["token"]
    me = await visitor.get("/admin/users/me", authorization=f"Bearer {login}")
    assert me["user"] == user
    assert (await admin.get("/invites", {"email": email}))["count"] == 0


async def test_invite_needs_its_token_and_an_identity(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    await _accept(visitor, "wrong", identity, expect=401)
    await visitor.post("/admin/invites/accept", {}, {"token": token}, expect=401)
    await visitor.get("/admin/users/me", authorization=f"Bearer {identity}", expect=401)
    assert (await admin.get("/users", {"email": email}))["count"] == 0


async def test_resent_invite_has_another_token(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    invite = (await admin.get("/invites", {"email": email}))["invites"][0]
    again = (await admin.post(f"/invites/{invite['id']}/resend"))["invite"]["token"]
    assert again != token
    await _accept(visitor, token, identity, expect=401)
    await _accept(visitor, again, identity)


async def test_address_is_invited_once(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    answer = await admin.post("/invites", {"email": email}, expect=400)
    assert answer == {"type": "invalid_data", "message": f"Invite with email: {email}, already exists."}
    await _accept(visitor, token, identity)
    answer = await admin.post("/invites", {"email": email}, expect=400)
    assert answer["message"] == f"User account for following email(s) already exist: {email}"


async def test_deleted_user_cannot_log_in(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    user = (await _accept(visitor, token, identity))["user"]["id"]
    credentials = {"email": email, "password": "secret123"}
    login = (await visitor.post("/auth/user/emailpass", credentials))["token"]
    answer = await visitor.delete(f"/admin/users/{user}", expect=400, authorization=f"Bearer {login}")
    assert answer == {"type": "not_allowed", "message": "A user cannot delete itself"}
    assert await admin.delete(f"/users/{user}") == {"id": user, "object": "user", "deleted": True}
    answer = await visitor.post("/auth/user/emailpass", credentials, expect=401)
    assert answer["message"] == "Invalid email or password"


async def test_user_is_changed(admin: Client, visitor: Client) -> None:
    _, token, identity = await _invited(admin, visitor)
    user = (await _accept(visitor, token, identity))["user"]["id"]
    changes = {"first_name": "Changed", "avatar_url": "https://example.com/a.png", "metadata": {"k": None}}
    changed = (await admin.post(f"/users/{user}", changes))["user"]
    assert {name: changed[name] for name in changes} == changes
    await admin.post(f"/users/{user}", {"email": "other@example.com"}, expect=400)


async def test_admin_sets_a_users_password(admin: Client, visitor: Client) -> None:
    email, token, identity = await _invited(admin, visitor)
    user = (await _accept(visitor, token, identity))["user"]["id"]
    assert await admin.get(f"/users/{user}/auth-providers") == {"providers": ["emailpass"]}
    reset = (await admin.post(f"/users/{user}/reset-password", {}))["token"]
    path = "/auth/user/emailpass/update"
    assert await visitor.post(path, {"password": "new-secret"}, authorization=f"Bearer {reset}") == {"success": True}
    answer = await visitor.post(path, {"password": "third"}, authorization=f"Bearer {reset}", expect=401)
    assert answer == {"type": "unauthorized", "message": "Invalid token"}
    await visitor.post("/auth/user/emailpass", {"email": email, "password": "secret123"}, expect=401)
    await visitor.post("/auth/user/emailpass", {"email": email, "password": "new-secret"})


async def test_lists_and_details_are_one_statement(admin: Client, statements: list[str]) -> None:
    for path in ("/users", "/users/me", "/invites"):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
