"""Completing a cart with a provider that moves money outside the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Session
from medusa.framework.errors import Unavailable
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods, Shop, make_shop
from medusa.modules.payment import PaymentAnswer, PaymentProvider, PaymentRequest, PaymentService, SessionStatus
from medusa.workflows.cart.complete import complete_cart


class Bank(PaymentProvider):
    """An external provider that remembers what it was asked."""

    identifier = "bank"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.answers: list[SessionStatus | Exception] = []

    def _answer(self, what: str, request: PaymentRequest, otherwise: SessionStatus) -> PaymentAnswer:
        self.asked.append((what, request.idempotency_key))
        answer = self.answers.pop(0) if self.answers else otherwise
        if isinstance(answer, Exception):
            raise answer
        return PaymentAnswer(data={"reference": "b1"}, status=answer)

    async def initiate_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(data={"intent": "i1"})

    async def authorize_payment(self, request: PaymentRequest) -> PaymentAnswer:
        assert request.data
        return self._answer("authorize", request, SessionStatus.AUTHORIZED)

    async def capture_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("capture", request, SessionStatus.CAPTURED)

    async def refund_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("refund", request, SessionStatus.CAPTURED)

    async def cancel_payment(self, request: PaymentRequest) -> PaymentAnswer:
        return self._answer("cancel", request, SessionStatus.CANCELED)


@pytest.fixture
async def bank(app: App) -> AsyncIterator[Bank]:
    provider = Bank()
    known = app.providers.of("payment")
    assert isinstance(known, dict)
    known["pp_bank_test"] = provider
    async with app.database.session() as session:
        await app.service(PaymentService).payment_providers.upsert(
            session, [{"id": "pp_bank_test", "is_enabled": True}]
        )
    yield provider
    del known["pp_bank_test"]


@pytest.fixture
async def shop(admin: Client, store: Client, bank: Bank) -> Shop:
    shop = await make_shop(admin, store)
    providers = {"payment_providers": ["pp_system_default", "pp_bank_test"]}
    await admin.post(f"/regions/{shop.region_id}", providers)
    return shop


async def _cart(shop: Shop, goods: Goods) -> str:
    cart = await shop.ready_cart((goods, 1))
    collection = (await shop.store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]
    path = f"/payment-collections/{collection['id']}/payment-sessions"
    answer = await shop.store.post(path, {"provider_id": "pp_bank_test"})
    [session] = answer["payment_collection"]["payment_sessions"]
    assert (session["provider_id"], session["data"]) == ("pp_bank_test", {"intent": "i1"})
    return cart


async def test_money_is_asked_for_once_and_the_order_follows(shop: Shop, bank: Bank, session: Session) -> None:
    goods = await shop.product(20)
    cart = await _cart(shop, goods)
    answers = await asyncio.gather(*(shop.store.post(f"/carts/{cart}/complete") for _ in range(3)))
    assert {answer["order"]["id"] for answer in answers} == {answers[0]["order"]["id"]}
    assert [what for what, _ in bank.asked] == ["authorize"]
    assert await shop.stock(goods) == (100, 1)
    data = await session.fetch_value(
        "SELECT p.data FROM payment AS p JOIN order_payment_collection AS l "
        "ON l.payment_collection_id = p.payment_collection_id WHERE l.order_id = $1",
        answers[0]["order"]["id"],
    )
    assert data == {"reference": "b1"}


async def test_payment_that_needs_more_gives_the_cart_back(shop: Shop, bank: Bank) -> None:
    goods = await shop.product(20)
    cart = await _cart(shop, goods)
    bank.answers = [SessionStatus.REQUIRES_MORE]
    answer = await shop.store.post(f"/carts/{cart}/complete")
    assert (answer["type"], answer["cart"]["id"]) == ("cart", cart)
    assert answer["error"] == {
        "message": "More information is required for payment",
        "name": "Error",
        "type": "payment_requires_more_error",
    }
    [session] = answer["cart"]["payment_collection"]["payment_sessions"]
    assert (session["status"], session["data"]) == ("requires_more", {"reference": "b1"})
    assert (answer["cart"]["completed_at"], await shop.stock(goods)) == (None, (100, 0))
    assert (await shop.store.post(f"/carts/{cart}/complete"))["type"] == "order"


async def test_bank_that_stays_away_leaves_nothing_behind(shop: Shop, bank: Bank, session: Session) -> None:
    goods = await shop.product(20)
    cart = await _cart(shop, goods)
    bank.answers = [Unavailable("The bank does not answer")] * 4
    answer = await shop.store.post(f"/carts/{cart}/complete", expect=503)
    assert answer["message"] == "The bank does not answer"
    assert len({key for what, key in bank.asked if what == "authorize"}) == 1  # tried again with the same key
    assert bank.asked[-1][0] == "cancel"  # nobody knows whether the money is held: asked once more, then let go
    assert await shop.stock(goods) == (100, 0)
    assert await session.fetch_value("SELECT count(*) FROM order_cart WHERE cart_id = $1", cart) == 0
    assert (await shop.store.get(f"/carts/{cart}"))["cart"]["completed_at"] is None


async def test_order_that_fails_after_the_money_lets_it_go(shop: Shop, bank: Bank, session: Session) -> None:
    goods = await shop.product(20)
    cart = await _cart(shop, goods)

    async def refuse(_ctx: Any, **_values: Any) -> None:
        raise Unavailable("The warehouse burns")

    complete_cart.handlers["order_created"].append(refuse)
    try:
        await shop.store.post(f"/carts/{cart}/complete", expect=503)
    finally:
        complete_cart.handlers["order_created"].remove(refuse)
    assert [what for what, _ in bank.asked] == ["authorize", "cancel"]
    assert await shop.stock(goods) == (100, 0)
    assert await session.fetch_value("SELECT count(*) FROM order_cart WHERE cart_id = $1", cart) == 0
    assert (await shop.store.post(f"/carts/{cart}/complete"))["type"] == "order"


async def test_sold_out_asks_for_no_money(shop: Shop, bank: Bank) -> None:
    goods = await shop.product(20, stock=1)
    first, second = await _cart(shop, goods), await _cart(shop, goods)
    await shop.store.post(f"/carts/{first}/complete")
    bank.asked.clear()
    answer = await shop.store.post(f"/carts/{second}/complete", expect=400)
    assert answer["type"] == "not_allowed"
    assert bank.asked == []


async def test_session_that_was_authorized_when_it_was_made_gives_a_payment(
    shop: Shop, bank: Bank, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(request: PaymentRequest) -> PaymentAnswer:
        return PaymentAnswer(data={"intent": "i1"}, status=SessionStatus.AUTHORIZED)

    monkeypatch.setattr(bank, "initiate_payment", at_once)
    cart = await _cart(shop, await shop.product(20))
    order = (await shop.store.post(f"/carts/{cart}/complete"))["order"]["id"]
    payments = await session.fetch_value(
        "SELECT count(*) FROM payment AS p JOIN order_payment_collection AS l "
        "ON l.payment_collection_id = p.payment_collection_id WHERE l.order_id = $1",
        order,
    )
    assert payments == 1
