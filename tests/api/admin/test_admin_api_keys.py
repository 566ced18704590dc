from __future__ import annotations

import base64
import hashlib

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.testing.clients import Client
from medusa.modules.api_key.tokens import redacted


async def test_secret_key_is_told_once_and_stored_as_a_fingerprint(admin: Client, database: Database) -> None:
    key = (await admin.post("/api-keys", {"title": "Server", "type": "secret"}))["api_key"]
    assert key["token"].startswith("sk_")
    assert key["redacted"] == redacted(key["token"])
    assert (await admin.get(f"/api-keys/{key['id']}"))["api_key"]["token"] == ""
    async with database.reader() as session:
        stored = await session.fetch_value("SELECT token FROM api_key WHERE id = $1", key["id"])
    assert stored == hashlib.sha256(key["token"].encode()).hexdigest()


async def test_secret_key_gives_a_users_rights_until_it_is_revoked(admin: Client, visitor: Client) -> None:
    key = (await admin.post("/api-keys", {"title": "Server", "type": "secret"}))["api_key"]
    token = key["token"]
    encoded = base64.b64encode(f"{token}:".encode()).decode()
    for credentials in (f"Basic {token}", f"Basic {encoded}"):
        await visitor.get("/admin/currencies/usd", authorization=credentials)
    answer = await visitor.get("/admin/currencies/usd", authorization=f"Bearer {token}", expect=401)
    assert "Basic authentication" in answer["message"]
    made = await visitor.post("/admin/customers", {"first_name": "Ada"}, authorization=f"Basic {token}")
    assert made["customer"]["created_by"] == key["id"]
    await admin.post(f"/api-keys/{key['id']}/revoke", {})
    await visitor.get("/admin/currencies/usd", authorization=f"Basic {token}", expect=401)


async def test_key_of_medusa_2_is_recognised_and_keeps_a_fingerprint(
    admin: Client, visitor: Client, database: Database
) -> None:
    token, salt = "sk_" + "ab" * 32, "00ff" * 8
    hashed = hashlib.scrypt(token.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=64).hex()
    async with database.session() as session:
        await session.execute(
            "INSERT INTO api_key (id, token, salt, redacted, title, type, created_by) "
            "VALUES ('apk_old', $1, $2, $3, 'Old', 'secret', '')",
            hashed,
            salt,
            redacted(token),
        )
    await visitor.get("/admin/currencies/usd", authorization=f"Basic {token}")
    async with database.reader() as session:
        row = await session.fetch_row("SELECT token, salt FROM api_key WHERE id = 'apk_old'")
    assert row is not None
    assert tuple(row) == (hashlib.sha256(token.encode()).hexdigest(), "")
    await visitor.get("/admin/currencies/usd", authorization=f"Basic {token}")


async def test_publishable_key_ends_when_it_is_revoked(admin: Client, store: Client) -> None:
    path = f"/api-keys/{store.state['api_key_id']}"
    await store.get("/currencies/usd")
    await admin.post(f"{path}/revoke", {"revoke_in": 100})
    await store.get("/currencies/usd")
    revoked = (await admin.post(f"{path}/revoke", {"revoke_in": 0}))["api_key"]
    assert revoked["revoked_by"].startswith("user_")
    answer = await store.get("/currencies/usd", expect=400)
    assert answer == {
        "type": "not_allowed",
        "message": "A valid publishable key is required to proceed with the request",
    }


async def test_only_revoked_keys_are_deleted(admin: Client) -> None:
    id = (await admin.post("/api-keys", {"title": "Shop", "type": "publishable"}))["api_key"]["id"]
    answer = await admin.delete(f"/api-keys/{id}", expect=400)
    assert answer == {"type": "not_allowed", "message": f"Cannot delete api keys that are not revoked - {id}"}
    await admin.post(f"/api-keys/{id}/revoke", {})
    assert await admin.delete(f"/api-keys/{id}") == {"id": id, "object": "api_key", "deleted": True}
    gone = await admin.get(f"/api-keys/{id}", expect=404)
    assert gone["message"] == f"API Key with id: {id} was not found"


async def test_sales_channels_of_keys(admin: Client, store: Client) -> None:
    path = f"/api-keys/{store.state['api_key_id']}/sales-channels"
    answer = await admin.post(path, {"add": ["sc_none"]}, expect=400)
    assert answer["message"] == "Sales channels with IDs sc_none do not exist"
    shown = (await admin.post(path, {"remove": [store.state["sales_channel_id"]]}))["api_key"]
    assert shown["sales_channels"] == []
    secret = (await admin.post("/api-keys", {"title": "Server", "type": "secret"}))["api_key"]["id"]
    answer = await admin.post(f"/api-keys/{secret}/sales-channels", {"add": []}, expect=400)
    assert answer["message"] == "Sales channels can only be associated with publishable API keys"


async def test_keys_are_kept_in_memory_until_they_change(
    app: App, admin: Client, store: Client, statements: list[str]
) -> None:
    assert app.cache.listening
    await store.get("/currencies/usd")
    statements.clear()
    await store.get("/currencies/usd")
    assert len(statements) == 1
    await admin.post(f"/api-keys/{store.state['api_key_id']}", {"title": "Renamed"})
    statements.clear()
    await store.get("/currencies/usd")
    assert len(statements) == 2
