"""Captures, refunds and parcels with providers that act outside the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.errors import InvalidData
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from medusa.modules.fulfillment import CreatedFulfillment, FulfillmentProvider, FulfillmentService
from medusa.modules.fulfillment.provider import ParcelLabel
from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, PaymentService, SessionStatus

BANK, CARRIER = "pp_orderbank_test", "carrier_test"


class Bank(PaymentProvider):
    """Remembers what it was asked for, and refuses when told to."""

    identifier = "orderbank"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, object]] = []
        self.refuses = ""
        self.keys: list[str] = []

    def _answer(self, what: str, request: PaymentRequest) -> PaymentAnswer:
        self.asked.append((what, request.amount))
        self.keys.append(request.idempotency_key)
        if what == self.refuses:
            raise InvalidData("The bank said no")
        return PaymentAnswer(data={"reference": what}, status=SessionStatus.AUTHORIZED)

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(data={"intent": "i1"})

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("authorize", request)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        await asyncio.sleep(0.05)
        return self._answer("capture", request)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("refund", request)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("cancel", request)


class Carrier(FulfillmentProvider):
    """Prints labels somewhere else."""

    identifier = "carrier"

    def __init__(self) -> None:
        super().__init__()
        self.booked = 0
        self.canceled: list[Mapping[str, Any]] = []

    async def create_fulfillment(
        self,
        data: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        order: Mapping[str, Any] | None,
        fulfillment: Mapping[str, Any],
    ) -> CreatedFulfillment:
        self.booked += 1
        label = ParcelLabel("T1", "https://example.com/t", "https://example.com/l")
        return CreatedFulfillment(data={"booking": self.booked}, labels=[label])

    async def cancel_fulfillment(self, data: Mapping[str, Any]) -> None:
        self.canceled.append(data)


def _known(app: App, module: str) -> dict[str, Any]:
    known = app.providers.of(module)
    assert isinstance(known, dict)
    return known


@pytest.fixture
async def bank(app: App) -> AsyncIterator[Bank]:
    provider, known = Bank(), _known(app, "payment")
    known[BANK] = provider
    async with app.database.session() as session:
        await app.service(PaymentService).payment_providers.upsert(session, [{"id": BANK, "is_enabled": True}])
    yield provider
    del known[BANK]


@pytest.fixture
async def carrier(app: App) -> AsyncIterator[Carrier]:
    provider, known = Carrier(), _known(app, "fulfillment")
    known[CARRIER] = provider
    async with app.database.session() as session:
        service = app.service(FulfillmentService)
        await service.fulfillment_providers.upsert(session, [{"id": CARRIER, "is_enabled": True}])
    yield provider
    del known[CARRIER]


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    return await make_shop(admin, store, tax=None)


async def _order(shop: Shop, provider: str = "pp_system_default") -> dict[str, Any]:
    """An order of two pieces at 10, 25 with shipping."""
    await shop.admin.post(f"/regions/{shop.region_id}", {"payment_providers": ["pp_system_default", provider]})
    cart = await shop.ready_cart((await shop.product(10, stock=2), 2))
    collection = (await shop.store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]["id"]
    await shop.store.post(f"/payment-collections/{collection}/payment-sessions", {"provider_id": provider})
    id = (await shop.store.post(f"/carts/{cart}/complete"))["order"]["id"]
    return await _read(shop, id)


async def _carried(shop: Shop) -> str:
    """A shipping option of the carrier."""
    path = f"/stock-locations/{shop.location_id}/fulfillment-providers"
    await shop.admin.post(path, {"add": [CARRIER]})
    return await shop.option("Carrier", 5, provider_id=CARRIER)


async def _read(shop: Shop, id: str) -> dict[str, Any]:
    fields = "id,version,items.id,summary,*payment_collections,*payment_collections.payments,*fulfillments,*fulfillments.labels"
    order: dict[str, Any] = (await shop.admin.get(f"/orders/{id}", {"fields": fields}))["order"]
    return order


def _payment(order: dict[str, Any]) -> str:
    return str(order["payment_collections"][0]["payments"][0]["id"])


async def test_capture_and_refund_through_the_bank(shop: Shop, bank: Bank) -> None:
    order = await _order(shop, BANK)
    path = f"/payments/{_payment(order)}"
    await shop.admin.post(f"{path}/capture", {"amount": 20})
    await shop.admin.post(f"{path}/refund", {"amount": 5})
    assert bank.asked == [("authorize", 25), ("capture", 20), ("refund", 5)]
    order = await _read(shop, order["id"])
    [collection] = order["payment_collections"]
    assert (collection["captured_amount"], collection["refunded_amount"]) == (20, 5)
    assert collection["payments"][0]["data"] == {"reference": "refund"}


async def test_refused_capture_changes_nothing(shop: Shop, bank: Bank) -> None:
    before = await _order(shop, BANK)
    bank.refuses = "capture"
    answer = await shop.admin.post(f"/payments/{_payment(before)}/capture", {}, expect=400)
    assert answer["message"] == "The bank said no"
    assert await _read(shop, before["id"]) == before
    bank.refuses = ""
    await shop.admin.post(f"/payments/{_payment(before)}/capture", {})
    assert (await _read(shop, before["id"]))["payment_status"] == "captured"


async def test_two_clicks_on_capture_ask_the_bank_once(shop: Shop, bank: Bank) -> None:
    order = await _order(shop, BANK)
    url = f"/admin/payments/{_payment(order)}/capture"
    answers = await asyncio.gather(*(shop.admin.http.post(url, json={}) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.text for answer in answers}) == 1
    assert [what for what, _ in bank.asked].count("capture") == 1
    assert (await _read(shop, order["id"]))["payment_collections"][0]["captured_amount"] == 25


async def test_money_taken_for_nothing_is_given_back(shop: Shop, bank: Bank) -> None:
    order = await _order(shop, BANK)
    url = f"/admin/payments/{_payment(order)}/capture"
    amounts = [{"amount": 20}, {"amount": 15}]
    answers = await asyncio.gather(*(shop.admin.http.post(url, json=body) for body in amounts))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    taken = sum(int(str(amount)) for what, amount in bank.asked if what == "capture")
    back = sum(int(str(amount)) for what, amount in bank.asked if what == "refund")
    captured = (await _read(shop, order["id"]))["payment_collections"][0]["captured_amount"]
    assert taken - back == captured
    assert captured in (20, 15)


async def test_cancelled_order_asks_the_bank(shop: Shop, bank: Bank) -> None:
    authorized, captured = await _order(shop, BANK), await _order(shop, BANK)
    await shop.admin.post(f"/payments/{_payment(captured)}/capture", {})
    bank.asked.clear()
    for order in (authorized, captured):
        await shop.admin.post(f"/orders/{order['id']}/cancel", {})
    assert bank.asked == [("cancel", 25), ("refund", 25)]
    assert len(set(bank.keys)) == len(bank.keys)


async def test_parcel_booked_with_a_carrier(shop: Shop, carrier: Carrier) -> None:
    option = await _carried(shop)
    order = await _order(shop)
    body = {"items": [{"id": order["items"][0]["id"], "quantity": 2}], "shipping_option_id": option}
    await shop.admin.post(f"/orders/{order['id']}/fulfillments", body)
    order = await _read(shop, order["id"])
    [parcel] = order["fulfillments"]
    assert (parcel["provider_id"], parcel["data"]) == (CARRIER, {"booking": 1})
    assert parcel["labels"][0]["tracking_number"] == "T1"
    await shop.admin.post(f"/orders/{order['id']}/fulfillments/{parcel['id']}/cancel", {})
    assert carrier.canceled == [{"booking": 1}]


async def test_carrier_is_not_asked_for_what_cannot_be_packed(shop: Shop, carrier: Carrier) -> None:
    option = await _carried(shop)
    before = await _order(shop)
    body = {"items": [{"id": before["items"][0]["id"], "quantity": 3}], "shipping_option_id": option}
    await shop.admin.post(f"/orders/{before['id']}/fulfillments", body, expect=400)
    assert await _read(shop, before["id"]) == before
    assert carrier.booked == 0


async def test_parcels_booked_at_once_are_one_or_cancelled(shop: Shop, carrier: Carrier) -> None:
    option = await _carried(shop)
    order = await _order(shop)
    body = {"items": [{"id": order["items"][0]["id"], "quantity": 2}], "shipping_option_id": option}
    url = f"/admin/orders/{order['id']}/fulfillments"
    answers = await asyncio.gather(*(shop.admin.http.post(url, json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert len((await _read(shop, order["id"]))["fulfillments"]) == 1
    assert carrier.booked - len(carrier.canceled) == 1
