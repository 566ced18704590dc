"""A sale with money and parcels in other processes, from the cart to the refund."""

from __future__ import annotations

import asyncio

from tests.chaos.harness import PAYMENT, World


async def test_purchase_capture_and_refund_with_an_external_provider(world: World) -> None:
    shop, ledger = world.shop, world.ledger
    product = await shop.product(20, stock=5)
    cart = await shop.unpaid_cart((product, 2))
    await shop.pay(cart, PAYMENT)
    answer = await shop.store.post(f"/carts/{cart}/complete")
    assert answer["type"] == "order"
    order = answer["order"]["id"]
    assert await shop.stock(product) == (5, 2)
    about = await world.value(
        "SELECT p.data->>'about' FROM payment p JOIN order_payment_collection l "
        "ON l.payment_collection_id = p.payment_collection_id WHERE l.order_id = $1",
        order,
    )
    payment = await world.value("SELECT id FROM payment WHERE data->>'about' = $1", about)
    assert ledger.rows("SELECT what, amount FROM call WHERE about = ? ORDER BY id", about)[1:] == [("authorize", "45")]

    captured = (await shop.admin.post(f"/payments/{payment}/capture", {}))["payment"]
    assert captured["captured_at"] is not None
    await shop.admin.post(f"/payments/{payment}/refund", {"amount": 15})
    found = await shop.admin.get(f"/payments/{payment}", {"fields": "*captures,*refunds"})
    assert [row["amount"] for row in found["payment"]["captures"]] == [45]
    assert [row["amount"] for row in found["payment"]["refunds"]] == [15]
    calls = ledger.rows("SELECT what, amount FROM call WHERE about = ? ORDER BY id", about)[2:]
    assert calls == [("capture", "45"), ("refund", "15")]
    for name, id in (("order.placed", order), ("payment.captured", payment), ("payment.refunded", payment)):
        assert await world.becomes(lambda name=name, id=id: ledger.events(name, id), 1) == 1  # type: ignore[misc]


async def test_a_refused_payment_leaves_the_cart_open(world: World) -> None:
    product = await world.shop.product(20, stock=5)
    cart = await world.shop.unpaid_cart((product, 1))
    await world.shop.pay(cart, PAYMENT)
    world.ledger.behave(authorize={"refuse": True})
    try:
        await world.shop.store.post(f"/carts/{cart}/complete", expect=400)
    finally:
        world.ledger.behave()
    assert await world.shop.stock(product) == (5, 0)
    assert (await world.shop.store.post(f"/carts/{cart}/complete"))["type"] == "order"


async def test_twenty_completions_with_a_slow_provider_are_one_charge(world: World) -> None:
    product = await world.shop.product(20, stock=5)
    cart = await world.shop.unpaid_cart((product, 1))
    await world.shop.pay(cart, PAYMENT)
    about = await world.value("SELECT data->>'about' FROM payment_session ORDER BY created_at DESC LIMIT 1")
    world.ledger.behave(authorize={"delay": 0.5})
    try:
        posts = [world.shop.store.post(f"/carts/{cart}/complete") for _ in range(20)]
        answers = await asyncio.gather(*posts)
    finally:
        world.ledger.behave()
    assert {answer["order"]["id"] for answer in answers} == {answers[0]["order"]["id"]}
    assert len(world.ledger.keys("authorize", about)) == 1
    assert await world.shop.stock(product) == (5, 1)
