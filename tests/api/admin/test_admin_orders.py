from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods, Shop, make_shop

STATE = {
    "fields": "id,status,version,total,*items,*items.detail,*fulfillments,*fulfillments.items,*fulfillments.labels,"
    "*payment_collections,*payment_collections.payments,*credit_lines,*transactions,summary,canceled_at"
}
DASHBOARD_LIST = (
    "id,status,created_at,email,display_id,payment_status,fulfillment_status,total,currency_code,*customer,"
    "*sales_channel"
)
DASHBOARD_DETAIL = (
    "id,status,created_at,canceled_at,email,display_id,currency_code,metadata,total,credit_line_total,item_total,"
    "shipping_subtotal,subtotal,discount_total,discount_subtotal,shipping_total,shipping_tax_total,tax_total,"
    "refundable_total,order_change,*customer,*items,*items.variant,*items.variant.product,*items.variant.options,"
    "+items.variant.manage_inventory,*items.variant.inventory_items.inventory,"
    "+items.variant.inventory_items.required_quantity,+summary,*shipping_address,*billing_address,*sales_channel,"
    "*promotions,*shipping_methods,*fulfillments,+fulfillments.shipping_option.service_zone.fulfillment_set.type,"
    "*fulfillments.items,*fulfillments.labels,*payment_collections,*payment_collections.payments,"
    "*payment_collections.payments.refunds,*payment_collections.payments.refunds.refund_reason,region.automatic_taxes"
)


class Placed:
    """An order of two pieces at 20 and one at 5, 10 % tax, shipping 5: 55 in all."""

    def __init__(self, shop: Shop, id: str, goods: list[Goods], order: dict[str, Any]) -> None:
        self.shop = shop
        self.admin = shop.admin
        self.id = id
        self.path = f"/orders/{id}"
        self.goods = goods
        by_variant = {item["variant_id"]: item["id"] for item in order["items"]}
        self.lines = [by_variant[one.variant_id] for one in goods]
        self.payment_id = order["payment_collections"][0]["payments"][0]["id"]

    async def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.admin.get(self.path, STATE))["order"]
        return answer

    async def pack(self, *quantities: int, expect: int = 200) -> Any:
        items = [{"id": line, "quantity": n} for line, n in zip(self.lines, quantities, strict=False) if n]
        body = {"items": items, "location_id": self.shop.location_id}
        return await self.admin.post(f"{self.path}/fulfillments", body, STATE, expect=expect)

    async def packed(self, *quantities: int) -> str:
        known = {one["id"] for one in (await self.state())["fulfillments"]}
        order = (await self.pack(*quantities))["order"]
        [id] = [one["id"] for one in order["fulfillments"] if one["id"] not in known]
        return str(id)

    async def stock(self) -> list[tuple[int, int]]:
        return [await self.shop.stock(one) for one in self.goods]


async def place(shop: Shop) -> Placed:
    goods = [await shop.product(20), await shop.product(5)]
    cart = await shop.ready_cart((goods[0], 2), (goods[1], 1))
    id = (await shop.store.post(f"/carts/{cart}/complete"))["order"]["id"]
    fields = {"fields": "id,items.id,items.variant_id,payment_collections.payments.id"}
    return Placed(shop, id, goods, (await shop.admin.get(f"/orders/{id}", fields))["order"])


@pytest.fixture
async def placed(admin: Client, store: Client) -> Placed:
    return await place(await make_shop(admin, store))


def statuses(order: dict[str, Any]) -> tuple[str, str]:
    return order["payment_status"], order["fulfillment_status"]


# --- reading


async def test_detail_has_totals_and_statuses(placed: Placed) -> None:
    order = (await placed.admin.get(placed.path))["order"]
    assert (order["total"], order["subtotal"], order["tax_total"]) == (55, 50, 5)
    assert (order["item_total"], order["shipping_total"]) == (Decimal("49.5"), Decimal("5.5"))
    assert statuses(order) == ("authorized", "not_fulfilled")
    assert sorted(item["refundable_total"] for item in order["items"]) == [Decimal("5.5"), 44]
    assert order["summary"]["pending_difference"] == 55


async def test_totals_bring_nothing_that_was_not_asked_for(placed: Placed) -> None:
    order = (await placed.admin.get(placed.path, {"fields": "id,total,items.title"}))["order"]
    assert order["total"] == 55
    assert {frozenset(item) for item in order["items"]} == {frozenset({"title"})}
    assert "shipping_methods" not in order
    assert "subtotal" not in order


async def test_unknown_order_is_not_found(admin: Client) -> None:
    answer = await admin.get("/orders/order_x", expect=404)
    assert answer["message"] == "Order id not found: order_x"


async def test_list_filters(placed: Placed) -> None:
    region = {"region_id": placed.shop.region_id, "fields": "id,status"}
    for more, count in (
        ({}, 1),
        ({"status[]": "pending"}, 1),
        ({"status[]": "completed"}, 0),
        ({"id[]": placed.id}, 1),
        ({"customer_id": "cus_x"}, 0),
        ({"sales_channel_id[]": placed.shop.store.state["sales_channel_id"]}, 1),
        ({"created_at[$gt]": "2100-01-01"}, 0),
        ({"q": "no such thing"}, 0),
        ({"unknown": "1"}, 1),
    ):
        found = await placed.admin.get("/orders", {**region, **more})
        assert (found["count"], found["limit"]) == (count, 15), more
    [order] = (await placed.admin.get("/orders", region))["orders"]
    assert statuses(order) == ("authorized", "not_fulfilled")
    assert len(order["items"]) == 2


async def test_dashboard_asks_one_statement(placed: Placed, statements: list[str]) -> None:
    await placed.packed(1)
    for path, fields in (("/orders", DASHBOARD_LIST), (placed.path, DASHBOARD_DETAIL)):
        statements.clear()
        await placed.admin.get(path, {"fields": fields})
        assert len(statements) == 1, path
    order = (await placed.admin.get(placed.path, {"fields": DASHBOARD_DETAIL}))["order"]
    assert order["items"][0]["variant"]["inventory_items"][0]["inventory"]["id"]
    assert order["fulfillments"][0]["shipping_option"]["service_zone"]["fulfillment_set"]["type"] == "shipping"


async def test_lines_changes_preview_and_options(placed: Placed, statements: list[str]) -> None:
    await placed.packed(1)
    statements.clear()
    lines = (await placed.admin.get(f"{placed.path}/line-items"))["order_items"]
    assert [line["history"] for line in lines] == [{"version": {"from": 1, "to": 2}}] * 2
    [change] = (await placed.admin.get(f"{placed.path}/changes"))["order_changes"]
    assert [action["action"] for action in change["actions"]] == ["FULFILL_ITEM"]
    preview = (await placed.admin.get(f"{placed.path}/preview"))["order"]
    assert (preview["total"], preview["fulfilled_total"], preview["item_discount_total"]) == (55, 22, 0)
    assert len(statements) == 3
    options = (await placed.admin.get(f"{placed.path}/shipping-options"))["shipping_options"]
    assert [(one["id"], one["insufficient_inventory"]) for one in options] == [(placed.shop.shipping_id, False)]


# --- parcels


async def test_way_of_a_parcel(placed: Placed) -> None:
    assert await placed.stock() == [(100, 2), (100, 1)]
    first = await placed.packed(1)
    assert await placed.stock() == [(99, 1), (100, 1)]
    assert statuses(await placed.state()) == ("authorized", "partially_fulfilled")
    label = {"tracking_number": "T1", "tracking_url": "https://example.com/t", "label_url": "https://example.com/l"}
    body = {"items": [{"id": placed.lines[0], "quantity": 1}], "labels": [label]}
    await placed.admin.post(f"{placed.path}/fulfillments/{first}/shipments", body)
    order = await placed.state()
    assert statuses(order) == ("authorized", "partially_shipped")
    assert order["fulfillments"][0]["labels"][0]["tracking_number"] == "T1"
    await placed.admin.post(f"{placed.path}/fulfillments/{first}/mark-as-delivered", {})
    assert statuses(await placed.state()) == ("authorized", "partially_delivered")
    second = await placed.packed(1, 1)
    await placed.admin.post(f"{placed.path}/fulfillments/{second}/mark-as-delivered", {})
    order = await placed.state()
    assert statuses(order) == ("authorized", "delivered")
    assert order["version"] == 6
    assert await placed.stock() == [(98, 0), (99, 0)]
    details = {item["id"]: item["detail"] for item in order["items"]}
    of_first = details[placed.lines[0]]
    assert [of_first[f"{name}_quantity"] for name in ("fulfilled", "shipped", "delivered")] == [2, 1, 2]


async def test_unpacked_goods_are_set_aside_again(placed: Placed) -> None:
    parcel = await placed.packed(2, 1)
    assert await placed.stock() == [(98, 0), (99, 0)]
    await placed.admin.post(f"{placed.path}/fulfillments/{parcel}/cancel", {})
    order = await placed.state()
    assert statuses(order) == ("authorized", "canceled")
    assert await placed.stock() == [(100, 2), (100, 1)]
    assert {item["detail"]["fulfilled_quantity"] for item in order["items"]} == {0}
    await placed.packed(2, 1)
    assert statuses(await placed.state()) == ("authorized", "fulfilled")


async def test_refusals_leave_nothing_behind(placed: Placed) -> None:
    first = await placed.packed(1)
    before, stock = await placed.state(), await placed.stock()
    line = placed.lines[0]
    pack = f"{placed.path}/fulfillments"
    parcel = f"{pack}/{first}"
    ship = {"items": [{"id": line, "quantity": 1}]}
    refused: list[tuple[str, dict[str, Any], int, str]] = [
        (pack, {"items": [{"id": line, "quantity": 2}]}, 400, "exceeds the reserved quantity for the item"),
        (pack, {"items": [{"id": "ordli_x", "quantity": 1}]}, 400, "Items with ids ordli_x does not exist"),
        (pack, {"items": [{"id": line, "quantity": 0}]}, 400, "is required"),
        (pack, {"items": [{"id": line, "quantity": -1}]}, 400, "must be greater than 0"),
        (pack, {"items": []}, 400, "too small"),
        (pack, {**ship, "location_id": "sloc_x"}, 404, "StockLocation id not found: sloc_x"),
        (f"{pack}/ful_x/shipments", ship, 404, "Fulfillment id not found: ful_x"),
        (f"{pack}/ful_x/cancel", {}, 400, "not found in the order"),
        (f"{placed.path}/cancel", {}, 400, "All fulfillments must be canceled"),
        ("/orders/order_x/fulfillments", ship, 404, "Order id not found: order_x"),
    ]
    for path, body, status, message in refused:
        answer = await placed.admin.post(path, body, expect=status)
        assert message in answer["message"], (path, answer)
    assert await placed.state() == before
    assert await placed.stock() == stock
    await placed.admin.post(f"{parcel}/shipments", ship)
    for path, body, message in (
        (f"{parcel}/shipments", ship, "Shipment has already been created"),
        (f"{parcel}/cancel", {}, "already been shipped"),
    ):
        assert message in (await placed.admin.post(path, body, expect=400))["message"]


async def test_two_parcels_at_once_take_the_stock_once(placed: Placed) -> None:
    body = {"items": [{"id": placed.lines[0], "quantity": 2}], "location_id": placed.shop.location_id}
    url = f"/admin{placed.path}/fulfillments"
    answers = await asyncio.gather(*(placed.admin.http.post(url, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    order = await placed.state()
    assert (order["version"], len(order["fulfillments"])) == (2, 1)
    assert (await placed.stock())[0] == (98, 0)


# --- money


async def test_captures_and_refunds(placed: Placed) -> None:
    path = f"/payments/{placed.payment_id}"
    await placed.admin.post(f"{path}/refund", {"amount": 1}, expect=400)
    await placed.admin.post(f"{path}/capture", {"amount": 20})
    order = await placed.state()
    assert statuses(order)[0] == "partially_captured"
    assert order["summary"]["pending_difference"] == 35
    too_much = await placed.admin.post(f"{path}/capture", {}, expect=400)
    assert too_much["message"].startswith("You cannot capture more than the authorized amount")
    payment = (await placed.admin.post(f"{path}/capture", {"amount": 35}))["payment"]
    assert payment["captured_at"] is not None
    assert [capture["amount"] for capture in payment["captures"]] == [20, 35]
    order = await placed.state()
    [collection] = order["payment_collections"]
    assert (statuses(order)[0], collection["status"], collection["captured_amount"]) == ("captured", "completed", 55)
    await placed.admin.post(f"{path}/refund", {"amount": 10, "note": "Sorry"})
    order = await placed.state()
    assert statuses(order)[0] == "partially_refunded"
    assert (order["total"], order["version"], order["credit_lines"][0]["amount"]) == (45, 2, 10)
    assert sorted(one["amount"] for one in order["transactions"]) == [-10, 20, 35]
    assert order["summary"]["pending_difference"] == 0
    await placed.admin.post(f"{path}/refund", {"amount": 46}, expect=400)
    await placed.admin.post(f"{path}/refund", {"amount": 45})
    assert statuses(await placed.state())[0] == "refunded"


async def test_captures_at_once_take_the_money_once(placed: Placed) -> None:
    url = f"/admin/payments/{placed.payment_id}/capture"
    answers = await asyncio.gather(*(placed.admin.http.post(url, json={"amount": 40}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    [collection] = (await placed.state())["payment_collections"]
    assert collection["captured_amount"] == 40


async def test_capture_and_cancellation_at_once_agree(admin: Client, store: Client) -> None:
    shop = await make_shop(admin, store)
    for _ in range(3):
        placed = await place(shop)
        capture, cancel = await asyncio.gather(
            admin.http.post(f"/admin/payments/{placed.payment_id}/capture", json={}),
            admin.http.post(f"/admin{placed.path}/cancel", json={}),
        )
        assert cancel.status_code == 200
        order = await placed.state()
        expected = ("refunded", 55) if capture.status_code == 200 else ("canceled", 0)
        assert (order["payment_status"], order["payment_collections"][0]["refunded_amount"]) == expected


async def test_statements_of_changes_are_pinned(placed: Placed, statements: list[str]) -> None:
    counts: dict[str, int] = {}

    async def step(name: str, path: str, body: Any) -> Any:
        statements.clear()
        answer = await placed.admin.post(path, body, STATE)
        counts[name] = len(statements)
        return answer

    items = [{"id": placed.lines[0], "quantity": 1}]
    made = await step("pack", f"{placed.path}/fulfillments", {"items": items})
    parcel = f"{placed.path}/fulfillments/{made['order']['fulfillments'][0]['id']}"
    await step("unpack", f"{parcel}/cancel", {})
    await step("capture", f"/payments/{placed.payment_id}/capture", {})
    await step("refund", f"/payments/{placed.payment_id}/refund", {"amount": 1})
    await step("update", placed.path, {"email": "new@example.com"})
    await step("cancel", f"{placed.path}/cancel", {})
    assert counts == {"pack": 11, "unpack": 10, "capture": 10, "refund": 10, "update": 6, "cancel": 9}


# --- the order itself


async def test_cancelled_order_gives_everything_back(placed: Placed) -> None:
    await placed.admin.post(f"/payments/{placed.payment_id}/capture", {})
    await placed.admin.post(f"{placed.path}/cancel", {})
    order = await placed.state()
    assert (order["status"], statuses(order)) == ("canceled", ("refunded", "not_fulfilled"))
    assert order["canceled_at"] is not None
    assert await placed.stock() == [(100, 0), (100, 0)]
    assert order["payment_collections"][0]["refunded_amount"] == 55
    message = f"Order with id {placed.id} has been canceled."
    for path, body in (
        ("cancel", {}),
        ("fulfillments", {"items": [{"id": placed.lines[0], "quantity": 1}]}),
        ("credit-lines", {"amount": 1, "reference": "a", "reference_id": "b"}),
    ):
        assert (await placed.admin.post(f"{placed.path}/{path}", body, expect=400))["message"] == message
    assert await placed.state() == order


async def test_cancelled_order_lets_an_authorized_payment_go(placed: Placed) -> None:
    await placed.admin.post(f"{placed.path}/cancel", {})
    order = await placed.state()
    [collection] = order["payment_collections"]
    assert (statuses(order)[0], collection["status"]) == ("canceled", "canceled")
    assert collection["payments"][0]["canceled_at"] is not None


async def test_complete_and_archive(placed: Placed) -> None:
    path = placed.path
    wrong = await placed.admin.post(f"{path}/archive", {}, expect=400)
    assert wrong["message"].endswith("cannot be archived")
    assert (await placed.admin.post(f"{path}/complete", {}))["order"]["status"] == "completed"
    assert (await placed.admin.post(f"{path}/archive", {}))["order"]["status"] == "archived"
    assert (await placed.admin.post("/orders/order_x/complete", {}, expect=404))["type"] == "not_found"


async def test_changed_properties_are_recorded(placed: Placed) -> None:
    body = {"email": "new@example.com", "shipping_address": {"city": "New town"}, "metadata": {"a": 1}}
    order = (await placed.admin.post(placed.path, body))["order"]
    assert (order["shipping_address"]["city"], order["shipping_address"]["first_name"]) == ("New town", "Ada")
    assert (order["metadata"], order["version"]) == ({"a": 1}, 1)
    changes = (await placed.admin.get(f"{placed.path}/changes"))["order_changes"]
    details = [change["actions"][0]["details"] for change in changes]
    assert sorted(one["type"] for one in details) == ["email", "metadata", "shipping_address"]
    moved = await placed.admin.post(placed.path, {"shipping_address": {"country_code": "us"}}, expect=400)
    assert moved["message"] == "Country code cannot be changed"
    wrong = await placed.admin.post(placed.path, {"email": "nobody"}, expect=400)
    assert wrong["message"] == "The email is not valid"


async def test_credit_lowers_what_is_to_be_paid(placed: Placed) -> None:
    line = {"amount": 3, "reference": "gift", "reference_id": "g1"}
    fields = {"fields": "id,total,credit_line_total,summary"}
    order = (await placed.admin.post(f"{placed.path}/credit-lines", line, fields))["order"]
    assert (order["total"], order["credit_line_total"], order["summary"]["pending_difference"]) == (52, 3, 52)
    for amount in (-1, 53):
        await placed.admin.post(f"{placed.path}/credit-lines", {**line, "amount": amount}, expect=400)
    assert (await placed.state())["total"] == 52


async def test_transfer_is_asked_for_and_taken_back(placed: Placed, visitor: Client) -> None:
    guest = (await placed.admin.post("/customers", {"email": f"guest-{placed.id}@example.com"}))["customer"]["id"]
    refused = await placed.admin.post(f"{placed.path}/transfer", {"customer_id": guest}, expect=400)
    assert "to a guest customer account" in refused["message"]
    account = {"email": f"to-{placed.id}@example.com", "password": "secret123"}
    token = (await visitor.post("/auth/customer/emailpass/register", account))["token"]
    made = await placed.shop.store.post("/customers", {"email": account["email"]}, authorization=f"Bearer {token}")
    body = {"customer_id": made["customer"]["id"]}
    await placed.admin.post(f"{placed.path}/transfer", body)
    await placed.admin.post(f"{placed.path}/transfer", body, expect=400)
    await placed.admin.post(f"{placed.path}/transfer/cancel", {})
    nothing = await placed.admin.post(f"{placed.path}/transfer/cancel", {}, expect=400)
    assert nothing["message"] == "An active Order Change is required to proceed"


async def test_collection_paid_by_hand(placed: Placed) -> None:
    body = {"order_id": placed.id, "amount": 7}
    collection = (await placed.admin.post("/payment-collections", body))["payment_collection"]
    assert (collection["amount"], collection["status"]) == (7, "not_paid")
    path = f"/payment-collections/{collection['id']}"
    paid = (await placed.admin.post(f"{path}/mark-as-paid", {"order_id": placed.id}))["payment_collection"]
    assert (paid["status"], paid["captured_amount"]) == ("completed", 7)
    assert (await placed.state())["summary"]["paid_total"] == 7
    assert (await placed.admin.delete(path, expect=400))["type"] == "not_allowed"
    other = (await placed.admin.post("/payment-collections", body))["payment_collection"]["id"]
    await placed.admin.delete(f"/payment-collections/{other}")
    assert len((await placed.state())["payment_collections"]) == 2
