from __future__ import annotations

from medusa.framework.testing.clients import Client


async def test_sales_channel_from_creation_to_deletion(admin: Client) -> None:
    made = (await admin.post("/sales-channels", {"name": "Outlet", "is_disabled": True}))["sales_channel"]
    path = f"/sales-channels/{made['id']}"
    assert (made["name"], made["description"], made["is_disabled"], made["metadata"]) == ("Outlet", None, True, None)
    changed = (await admin.post(path, {"description": "Cheap", "is_disabled": False}))["sales_channel"]
    assert (changed["description"], changed["is_disabled"]) == ("Cheap", False)
    found = await admin.get("/sales-channels", {"q": "cheap", "is_disabled": "false"})
    assert [channel["id"] for channel in found["sales_channels"]] == [made["id"]]
    assert await admin.delete(path) == {"id": made["id"], "object": "sales-channel", "deleted": True}
    gone = await admin.get(path, expect=404)
    assert gone["message"] == f"Sales channel with id: {made['id']} not found"


async def test_default_sales_channel_stays(admin: Client) -> None:
    id = (await admin.get("/stores"))["stores"][0]["default_sales_channel_id"]
    answer = await admin.delete(f"/sales-channels/{id}", expect=400)
    assert answer == {"type": "invalid_data", "message": f"Cannot delete default sales channels: {id}"}
    await admin.get(f"/sales-channels/{id}")


async def test_key_loses_a_deleted_sales_channel(admin: Client, store: Client) -> None:
    key = store.state["api_key_id"]
    shown = (await admin.get(f"/api-keys/{key}"))["api_key"]
    assert [channel["id"] for channel in shown["sales_channels"]] == [store.state["sales_channel_id"]]
    await admin.delete(f"/sales-channels/{store.state['sales_channel_id']}")
    assert (await admin.get(f"/api-keys/{key}"))["api_key"]["sales_channels"] == []


async def test_key_shows_the_products_of_its_channels(admin: Client, store: Client) -> None:
    other = (await admin.post("/sales-channels", {"name": "Other"}))["sales_channel"]["id"]
    body = {
        "title": "Shirt",
        "status": "published",
        "options": [{"title": "Size", "values": ["S"]}],
        "sales_channels": [{"id": other}],
    }
    product = (await admin.post("/products", body))["product"]["id"]
    path = f"/sales-channels/{store.state['sales_channel_id']}/products"
    assert (await store.get("/products"))["count"] == 0
    await admin.post(path, {"add": [product]})
    assert [shown["id"] for shown in (await store.get("/products"))["products"]] == [product]
    await admin.post(path, {"remove": [product]})
    assert (await store.get("/products"))["count"] == 0
    await store.get(f"/products/{product}", expect=404)
    await admin.delete(f"/products/{product}")


async def test_unknown_products_are_passed_over(admin: Client, store: Client) -> None:
    path = f"/sales-channels/{store.state['sales_channel_id']}/products"
    assert (await admin.post(path, {"add": ["prod_none"], "remove": ["prod_other"]}))["sales_channel"]["id"]
    assert await admin.post("/sales-channels/sc_none/products", {"add": ["prod_none"]}) == {}


async def test_list_is_one_statement(admin: Client, statements: list[str]) -> None:
    statements.clear()
    answer = await admin.get("/sales-channels", {"order": "name"})
    assert (answer["limit"], len(statements)) == (20, 1)
