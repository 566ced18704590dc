from __future__ import annotations

from typing import Any

from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop


async def customer(shop: Shop, visitor: Client) -> str:
    """The ``authorization`` of a new customer."""
    account = {"email": f"{ulid().lower()}@example.com", "password": "secret123"}
    token = (await visitor.post("/auth/customer/emailpass/register", account))["token"]
    await shop.store.post("/customers", {"email": account["email"]}, authorization=f"Bearer {token}")
    token = (await visitor.post("/auth/customer/emailpass", account))["token"]
    return f"Bearer {token}"


async def buy(shop: Shop, login: str | None = None) -> dict[str, Any]:
    """The answer of a completed cart."""
    cart = await shop.ready_cart((await shop.product(20), 2))
    if login is not None:
        await shop.store.post(f"/carts/{cart}/customer", {}, authorization=login)
    order: dict[str, Any] = (await shop.store.post(f"/carts/{cart}/complete"))["order"]
    return order


async def test_customer_sees_own_orders_only(shop: Shop, visitor: Client, statements: list[str]) -> None:
    mine, other = await customer(shop, visitor), await customer(shop, visitor)
    order = await buy(shop, mine)
    await buy(shop)
    statements.clear()
    found = await shop.store.get("/orders", authorization=mine)
    assert len(statements) == 1
    assert ([one["id"] for one in found["orders"]], found["count"]) == ([order["id"]], 1)
    [listed] = found["orders"]
    assert (listed["payment_status"], listed["fulfillment_status"]) == ("authorized", "not_fulfilled")
    assert (await shop.store.get("/orders", authorization=other))["orders"] == []
    assert (await shop.store.get("/orders", {"id": order["id"]}, authorization=other))["orders"] == []
    await shop.store.get("/orders", expect=401)


async def test_guest_sees_an_order_by_its_id(shop: Shop, statements: list[str]) -> None:
    placed = await buy(shop)
    statements.clear()
    order = (await shop.store.get(f"/orders/{placed['id']}"))["order"]
    assert len(statements) == 1
    assert {name: order[name] for name in placed if name.endswith("total")} == {
        name: placed[name] for name in placed if name.endswith("total")
    }
    assert (order["total"], order["version"]) == (placed["total"], 1)
    assert (await shop.store.get("/orders/order_x", expect=404))["message"] == "Order id not found: order_x"


async def test_storefront_may_not_ask_for_everything(shop: Shop) -> None:
    placed = await buy(shop)
    fields = {"fields": "id,total,metadata,*customer,*region,*sales_channel,no_notification"}
    order = (await shop.store.get(f"/orders/{placed['id']}", fields))["order"]
    assert not {"metadata", "customer", "region", "sales_channel", "no_notification"} & order.keys()


async def _token(shop: Shop, order_id: str) -> str:
    changes = (await shop.admin.get(f"/orders/{order_id}/changes", {"status": "requested"}))["order_changes"]
    return str(changes[0]["actions"][0]["details"]["token"])


async def test_owner_decides_about_a_transfer(shop: Shop, visitor: Client) -> None:
    login, other = await customer(shop, visitor), await customer(shop, visitor)
    order = await buy(shop)
    path = f"/orders/{order['id']}"
    await shop.store.post(f"{path}/transfer/request", {}, expect=401)
    await shop.store.post(f"{path}/transfer/request", {}, authorization=login)
    again = await shop.store.post(f"{path}/transfer/request", {}, expect=400, authorization=other)
    assert "already has an existing active order change" in again["message"]
    refused = await shop.store.post(f"{path}/transfer/cancel", {}, expect=400, authorization=other)
    assert refused["message"] == "This customer is not allowed to cancel the transfer."
    for answer in ("accept", "decline"):
        wrong = await shop.store.post(f"{path}/transfer/{answer}", {"token": "x"}, expect=400)
        assert (wrong["type"], wrong["message"]) == ("not_allowed", "Invalid token.")
    await shop.store.post(f"{path}/transfer/decline", {"token": await _token(shop, order["id"])})
    assert (await shop.store.get("/orders", authorization=login))["orders"] == []
    await shop.store.post(f"{path}/transfer/request", {"update_order_email": True}, authorization=login)
    token = await _token(shop, order["id"])
    fields = {"fields": "id,email,version"}
    given = (await shop.store.post(f"{path}/transfer/accept", {"token": token}, fields))["order"]
    assert (given["version"], given["email"] != order["email"]) == (2, True)
    assert [one["id"] for one in (await shop.store.get("/orders", authorization=login))["orders"]] == [order["id"]]
    gone = await shop.store.post(f"{path}/transfer/accept", {"token": token}, expect=400)
    assert gone["message"].endswith("does not have an order transfer request.")


async def test_customer_takes_a_request_back(shop: Shop, visitor: Client) -> None:
    login = await customer(shop, visitor)
    path = f"/orders/{(await buy(shop))['id']}/transfer"
    await shop.store.post(f"{path}/request", {}, authorization=login)
    await shop.store.post(f"{path}/cancel", {}, authorization=login)
    nothing = await shop.store.post(f"{path}/cancel", {}, expect=400, authorization=login)
    assert nothing["message"] == "An active Order Change is required to proceed"


async def test_order_given_to_a_guest(shop: Shop) -> None:
    order = await buy(shop)
    reasons = {"description": "They bought it for somebody", "internal_note": "Called on Monday"}
    body = {"email": f"Guest-{ulid().lower()}@example.com", **reasons}
    given = await shop.admin.post(
        f"/orders/{order['id']}/transfer/guest", body, {"fields": "id,email,version,*customer"}
    )
    assert given["order"]["email"] == body["email"].lower()
    assert (given["order"]["customer"]["has_account"], given["order"]["version"]) == (False, 2)
    path, fields = f"/orders/{order['id']}/changes", {"fields": "description,internal_note"}
    [change] = (await shop.admin.get(path, fields))["order_changes"]
    assert {name: change[name] for name in reasons} == reasons
