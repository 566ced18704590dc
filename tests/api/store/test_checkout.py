from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database, Session
from medusa.framework.events import Event, Subscriber
from medusa.framework.ids import ulid
from medusa.framework.testing.clients import UnexpectedStatusError
from medusa.framework.testing.shop import Shop
from medusa.framework.worker import Worker


async def test_statements_of_each_step_are_pinned(shop: Shop, statements: list[str]) -> None:
    goods, other = await shop.product(20), await shop.product(5)
    store, counts = shop.store, dict[str, int]()

    async def step(name: str, method: str, path: str, body: Any = None) -> Any:
        statements.clear()
        answer = await store.request(method, path, body=body)
        counts[name] = len(statements)
        return answer

    await store.get("/regions")  # what is kept in memory is there
    cart = (await step("create", "POST", "/carts", {"region_id": shop.region_id}))["cart"]
    path = f"/carts/{cart['id']}"
    await step("add", "POST", f"{path}/line-items", {"variant_id": goods.variant_id, "quantity": 1})
    answer = await step("add again", "POST", f"{path}/line-items", {"variant_id": other.variant_id, "quantity": 1})
    line = answer["cart"]["items"][0]["id"]
    await step("update", "POST", f"{path}/line-items/{line}", {"quantity": 2})
    email = f"{ulid().lower()}@example.com"  # somebody new
    addresses = {"email": email, "shipping_address": shop.address, "billing_address": shop.address}
    await step("addresses", "POST", path, addresses)
    await step("options", "GET", f"/shipping-options?cart_id={cart['id']}")
    await step("shipping", "POST", f"{path}/shipping-methods", {"option_id": shop.shipping_id})
    collection = await step("collection", "POST", "/payment-collections", {"cart_id": cart["id"]})
    sessions = f"/payment-collections/{collection['payment_collection']['id']}/payment-sessions"
    await step("session", "POST", sessions, {"provider_id": "pp_system_default"})
    await step("retrieve", "GET", path)
    await step("complete", "POST", f"{path}/complete")
    assert counts == {
        "create": 5,
        "add": 6,
        "add again": 6,
        "update": 6,
        "addresses": 7,
        "options": 2,
        "shipping": 6,
        "collection": 6,
        "session": 6,
        "retrieve": 1,
        "complete": 9,
    }


async def test_cart_becomes_an_order(shop: Shop, session: Session) -> None:
    goods = await shop.product(20, stock=5)
    id = await shop.ready_cart((goods, 2))
    answer = await shop.store.post(f"/carts/{id}/complete")
    order = answer["order"]
    assert (answer["type"], order["status"], order["total"]) == ("order", "pending", Decimal("49.5"))
    assert [(item["quantity"], item["unit_price"]) for item in order["items"]] == [(2, 20)]
    assert order["summary"]["pending_difference"] == Decimal("49.5")
    assert await shop.stock(goods) == (5, 2)
    [collection] = order["payment_collections"]
    assert (collection["status"], collection["authorized_amount"]) == ("authorized", Decimal("49.5"))
    row = await session.fetch_row(
        "SELECT r.quantity, r.line_item_id, p.amount, c.completed_at IS NOT NULL AS completed FROM order_cart AS l "
        'JOIN "order" AS o ON o.id = l.order_id JOIN order_item AS i ON i.order_id = o.id '
        "JOIN reservation_item AS r ON r.line_item_id = i.item_id JOIN cart AS c ON c.id = l.cart_id "
        "JOIN order_payment_collection AS k ON k.order_id = o.id "
        "JOIN payment AS p ON p.payment_collection_id = k.payment_collection_id WHERE l.cart_id = $1",
        id,
    )
    assert row is not None
    assert (row["quantity"], row["amount"], row["completed"]) == (2, Decimal("49.5"), True)
    assert row["line_item_id"] == order["items"][0]["id"]


async def test_second_completion_gives_the_same_order(shop: Shop, session: Session) -> None:
    goods = await shop.product(20)
    id = await shop.ready_cart((goods, 1))
    answers = await asyncio.gather(*(shop.store.post(f"/carts/{id}/complete") for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert await shop.store.post(f"/carts/{id}/complete") == answers[0]
    assert await session.fetch_value("SELECT count(*) FROM order_cart WHERE cart_id = $1", id) == 1
    assert await shop.stock(goods) == (100, 1)


async def test_completed_cart_refuses_changes(shop: Shop) -> None:
    goods = await shop.product(20)
    id = await shop.ready_cart((goods, 1))
    await shop.store.post(f"/carts/{id}/complete")
    before = await shop.store.get(f"/carts/{id}")
    changes: list[tuple[str, dict[str, Any]]] = [
        ("", {"metadata": {"late": True}}),
        ("/line-items", {"variant_id": goods.variant_id, "quantity": 1}),
        (f"/line-items/{before['cart']['items'][0]['id']}", {"quantity": 5}),
        ("/shipping-methods", {"option_id": shop.shipping_id}),
        ("/promotions", {"promo_codes": []}),
    ]
    for path, body in changes:
        answer = await shop.store.post(f"/carts/{id}{path}", body, expect=400)
        assert answer == {"type": "invalid_data", "message": f"Cart {id} is already completed."}, path
    await shop.store.post(f"/carts/{id}/taxes")
    assert await shop.store.get(f"/carts/{id}") == before


async def test_what_is_missing_is_said(shop: Shop) -> None:
    goods, store = await shop.product(20), shop.store

    async def refusal(id: str) -> str:
        answer = await store.post(f"/carts/{id}/complete", expect=400)
        assert answer["type"] == "invalid_data"
        return str(answer["message"])

    assert await refusal((await shop.cart())["id"]) == "Cannot complete a cart with no items"
    cart = (await shop.cart((goods, 1), shipping_address=shop.address))["id"]
    assert await refusal(cart) == "Payment collection has not been initiated for cart"
    collection = (await store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]["id"]
    assert await refusal(cart) == "Payment sessions are required to complete cart"
    await store.post(f"/payment-collections/{collection}/payment-sessions", {"provider_id": "pp_system_default"})
    assert await refusal(cart) == "No shipping method selected but the cart contains items that require shipping."


async def test_shipping_must_fit_the_profiles_of_the_items(shop: Shop) -> None:
    heavy = (await shop.admin.post("/shipping-profiles", {"name": ulid(), "type": "heavy"}))["shipping_profile"]
    goods = await shop.product(20, shipping_profile_id=heavy["id"])
    cart = await shop.ready_cart((goods, 1))
    answer = await shop.store.post(f"/carts/{cart}/complete", expect=400)
    assert answer["message"] == (
        "The cart items require shipping profiles that are not satisfied by the current shipping methods"
    )


async def test_free_cart_needs_no_payment(shop: Shop) -> None:
    goods = await shop.product(0, manage=False)
    free = await shop.option("Free", 0)
    cart = (await shop.cart((goods, 1), shipping_address=shop.address))["id"]
    await shop.store.post(f"/carts/{cart}/shipping-methods", {"option_id": free})
    answer = await shop.store.post(f"/carts/{cart}/complete")
    assert (answer["type"], answer["order"]["total"]) == ("order", 0)


async def test_payment_follows_the_total(shop: Shop) -> None:
    goods = await shop.product(20)
    id = await shop.ready_cart((goods, 1))
    fields = {"fields": "id,total,*payment_collection,*payment_collection.payment_sessions"}
    before = (await shop.store.get(f"/carts/{id}", fields))["cart"]["payment_collection"]
    assert (before["amount"], len(before["payment_sessions"])) == (Decimal("27.5"), 1)
    unchanged = (await shop.store.post(f"/carts/{id}", {"metadata": {"a": 1}}, fields))["cart"]["payment_collection"]
    assert unchanged == before
    body = {"variant_id": goods.variant_id, "quantity": 1}
    after = (await shop.store.post(f"/carts/{id}/line-items", body, fields))["cart"]["payment_collection"]
    assert (after["id"], after["amount"]) == (before["id"], Decimal("49.5"))
    assert after["payment_sessions"] == []
    answer = await shop.store.post("/payment-collections", {"cart_id": id})
    assert answer["payment_collection"]["id"] == before["id"]


async def test_payment_provider_must_be_the_regions(shop: Shop) -> None:
    cart = await shop.cart()
    listed = await shop.store.get("/payment-providers", {"region_id": shop.region_id})
    assert listed["payment_providers"] == [{"id": "pp_system_default", "is_enabled": True}]
    collection = (await shop.store.post("/payment-collections", {"cart_id": cart["id"]}))["payment_collection"]["id"]
    path = f"/payment-collections/{collection}/payment-sessions"
    answer = await shop.store.post(path, {"provider_id": "pp_none"}, expect=400)
    assert answer["message"] == f"Payment provider pp_none is not enabled in the cart's region {shop.region_id}."
    answer = await shop.store.post("/payment-collections", {"cart_id": "cart_none"}, expect=404)
    assert answer["message"] == "Cart id not found: cart_none"


async def test_sold_out_at_the_last_moment_leaves_nothing_behind(shop: Shop, session: Session) -> None:
    goods = await shop.product(20, stock=3)
    id = await shop.ready_cart((goods, 3))
    path = f"/inventory-items/{goods.inventory_item_id}/location-levels/{shop.location_id}"
    await shop.admin.post(path, {"stocked_quantity": 2})
    before = await _counts(session)
    answer = await shop.store.post(f"/carts/{id}/complete", expect=400)
    assert answer == {
        "type": "not_allowed",
        "message": f"Not enough stock available for item {goods.inventory_item_id} at location {shop.location_id}",
    }
    assert await _counts(session) == before
    assert await shop.stock(goods) == (2, 0)
    await shop.admin.post(path, {"stocked_quantity": 3})
    assert (await shop.store.post(f"/carts/{id}/complete"))["type"] == "order"


async def _counts(session: Session) -> dict[str, int]:
    tables = ('"order"', "order_line_item", "reservation_item", "payment", "order_cart", "order_address")
    return {table: await session.fetch_value(f"SELECT count(*) FROM {table}") for table in tables}


async def test_carts_that_race_for_the_last_pieces_get_no_more_than_there_are(shop: Shop, database: Database) -> None:
    goods = await shop.product(20, stock=5)
    carts = [await shop.ready_cart((goods, 1)) for _ in range(20)]

    async def complete(id: str) -> str:
        try:
            return str((await shop.store.post(f"/carts/{id}/complete"))["order"]["id"])
        except UnexpectedStatusError as error:
            return "" if "Not enough stock available" in str(error) else str(error)

    orders = [id for id in await asyncio.gather(*map(complete, carts)) if id]
    assert len(orders) == len(set(orders)) == 5
    assert await shop.stock(goods) == (5, 5)
    async with database.reader() as session:
        rows = await session.fetch_row(
            "SELECT count(DISTINCT l.order_id) AS orders, count(DISTINCT r.id) AS reservations, "
            "count(DISTINCT p.id) AS payments FROM cart AS c "
            "LEFT JOIN order_cart AS l ON l.cart_id = c.id LEFT JOIN order_item AS i ON i.order_id = l.order_id "
            "LEFT JOIN reservation_item AS r ON r.line_item_id = i.item_id "
            "LEFT JOIN cart_payment_collection AS k ON k.cart_id = c.id "
            "LEFT JOIN payment AS p ON p.payment_collection_id = k.payment_collection_id WHERE c.id = ANY($1)",
            carts,
        )
    assert rows is not None
    assert tuple(rows) == (5, 5, 5)


async def test_simultaneous_changes_of_one_cart_add_up(shop: Shop) -> None:
    goods = await shop.product(10)
    cart = await shop.cart()
    path = f"/carts/{cart['id']}/line-items"
    body = {"variant_id": goods.variant_id, "quantity": 1}
    await asyncio.gather(*(shop.store.post(path, body) for _ in range(8)))
    after = (await shop.store.get(f"/carts/{cart['id']}"))["cart"]
    assert [item["quantity"] for item in after["items"]] == [8]
    assert (after["item_subtotal"], after["total"]) == (80, 88)


async def test_promotion_is_used_up_by_orders(shop: Shop) -> None:
    goods = await shop.product(20)
    method = {"type": "percentage", "value": 50, "target_type": "items", "allocation": "across"}
    code = f"ONCE{shop.country}"
    body = {"code": code, "type": "standard", "status": "active", "limit": 1, "application_method": method}
    await shop.admin.post("/promotions", body)
    first, second = await shop.ready_cart((goods, 1), codes=[code]), await shop.ready_cart((goods, 1), codes=[code])
    assert (await shop.store.post(f"/carts/{first}/complete"))["order"]["discount_subtotal"] == 10
    answer = await shop.store.post(f"/carts/{second}/complete", expect=400)
    assert answer == {"type": "not_allowed", "message": "Promotion usage exceeds the limit."}
    assert await shop.stock(goods) == (100, 1)


async def test_completed_cart_takes_no_other_payment(shop: Shop) -> None:
    goods = await shop.product(20)
    id = await shop.ready_cart((goods, 1))
    await shop.store.post(f"/carts/{id}/complete")
    collection = (await shop.store.post("/payment-collections", {"cart_id": id}))["payment_collection"]
    path = f"/payment-collections/{collection['id']}/payment-sessions"
    answer = await shop.store.post(path, {"provider_id": "pp_system_default"}, expect=400)
    assert answer["message"] == f"Cart {id} is already completed."


async def test_taxes_on_request_where_they_are_not_automatic(shop: Shop) -> None:
    await shop.admin.post(f"/regions/{shop.region_id}", {"automatic_taxes": False})
    goods = await shop.product(20)
    cart = await shop.cart((goods, 1), shipping_address=shop.address)
    assert (cart["tax_total"], cart["total"]) == (0, 20)
    answer = await shop.store.post(f"/carts/{cart['id']}/taxes")
    assert (answer["cart"]["tax_total"], answer["cart"]["total"]) == (2, 22)


@pytest.fixture
def heard(app: App) -> Iterator[list[Event]]:
    """What a subscriber of placed orders hears."""
    events: list[Event] = []

    async def listen(event: Event, _app: App) -> None:
        events.append(event)

    app.events.add(Subscriber("test.listen", ("order.placed",), listen, 1))
    yield events
    app.events.remove("test.listen")


async def test_order_is_announced_once_and_a_refusal_is_not(app: App, shop: Shop, heard: list[Event]) -> None:
    goods = await shop.product(20, stock=1)
    first, second = await shop.ready_cart((goods, 1)), await shop.ready_cart((goods, 1))
    order = (await shop.store.post(f"/carts/{first}/complete"))["order"]["id"]
    await shop.store.post(f"/carts/{first}/complete")
    await shop.store.post(f"/carts/{second}/complete", expect=400)
    await Worker(app).run_until_idle()
    assert [(event.name, event.data) for event in heard] == [("order.placed", {"id": order})]


async def test_guests_with_one_address_are_one_customer_however_they_arrive(shop: Shop) -> None:
    email = f"{ulid().lower()}@example.com"
    carts = await asyncio.gather(*(shop.cart(email=email) for _ in range(6)))
    assert len({cart["customer_id"] for cart in carts}) == 1


async def test_change_and_completion_at_once_cannot_both_happen(shop: Shop) -> None:
    goods = await shop.product(20)
    for _ in range(4):
        id = await shop.ready_cart((goods, 1))
        body = {"variant_id": goods.variant_id, "quantity": 1}
        answers = await asyncio.gather(
            shop.store.post(f"/carts/{id}/line-items", body),
            shop.store.post(f"/carts/{id}/complete"),
            return_exceptions=True,
        )
        [refused] = [answer for answer in answers if isinstance(answer, UnexpectedStatusError)]
        assert "already completed" in str(refused) or "Payment sessions are required" in str(refused)
        cart = (await shop.store.get(f"/carts/{id}"))["cart"]
        assert (cart["completed_at"] is None) == (cart["items"][0]["quantity"] == 2)
        assert cart["payment_collection"]["amount"] == cart["total"]
