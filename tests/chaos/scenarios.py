"""What is killed: workflows with an external step, the request that runs each, and what must hold afterwards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods
from tests.chaos.harness import PAYMENT, SHIPPING, World


@dataclass(slots=True)
class Subject:
    """What one run is about."""

    product: Goods
    id: str  # of the cart, payment or order
    about: str  # what the recorder knows it by
    extra: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Scenario(ABC):
    """One workflow, in one mood of the other side."""

    name: str
    mood: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    workflow = ""

    @abstractmethod
    async def prepare(self, world: World) -> Subject:
        """Make what the request needs."""

    @abstractmethod
    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        """The request."""

    @abstractmethod
    async def check(self, world: World, subject: Subject) -> bool:
        """Everything or nothing has happened; whether it was everything."""

    async def try_again(self, world: World, subject: Subject) -> None:
        """What a client does whose request was cut off, and what it must come to; nothing unless overridden."""
        del world, subject


class CompleteCart(Scenario):
    """A cart with two units becomes an order."""

    workflow = "complete-cart"

    async def prepare(self, world: World) -> Subject:
        shop = world.shop
        product = await shop.product(20, stock=5)
        email = "refused@example.com" if self.name == "refused at the end" else "ada@example.com"
        cart = await shop.unpaid_cart((product, 2), email=email)
        collection = await shop.pay(cart, PAYMENT)
        about = await world.value(
            "SELECT data->>'about' FROM payment_session WHERE payment_collection_id = $1", collection
        )
        return Subject(product, cart, about, {"collection": collection})

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        return await store.post(f"/carts/{subject.id}/complete")

    async def check(self, world: World, subject: Subject) -> bool:
        async with world.database.reader() as session:
            row = await session.fetch_row(
                _SALE, subject.id, subject.product.inventory_item_id, subject.extra["collection"]
            )
        assert row is not None
        sold = row["orders"]
        assert sold in (0, 1)
        assert dict(row) == {
            "orders": sold, "completed": sold, "order_rows": sold, "reserved": 2 * sold, "reservations": sold,
            "payments": sold, "collections": sold,
        }  # fmt: skip
        ledger = world.ledger
        assert ledger.effects("authorize", subject.about) - ledger.effects("cancel", subject.about) == sold
        order = await world.value("SELECT order_id FROM order_cart WHERE cart_id = $1", subject.id)
        if sold:
            assert await world.becomes(lambda: ledger.events("order.placed", order), 1) == 1
        return bool(sold)

    async def try_again(self, world: World, subject: Subject) -> None:
        if self.name != "refused at the end":
            assert (await self.act(world.shop.admin, world.shop.store, subject))["type"] == "order"
            assert await self.check(world, subject)


_SALE = """
SELECT (SELECT count(*) FROM order_cart WHERE cart_id = $1)::int AS orders,
  (SELECT count(*) FROM cart WHERE id = $1 AND completed_at IS NOT NULL)::int AS completed,
  (SELECT count(*) FROM "order" o JOIN order_cart l ON l.order_id = o.id WHERE l.cart_id = $1)::int AS order_rows,
  (SELECT sum(reserved_quantity) FROM inventory_level WHERE inventory_item_id = $2)::int AS reserved,
  (SELECT count(*) FROM reservation_item WHERE inventory_item_id = $2 AND deleted_at IS NULL)::int AS reservations,
  (SELECT count(*) FROM payment WHERE payment_collection_id = $3)::int AS payments,
  (SELECT count(*) FROM order_payment_collection WHERE payment_collection_id = $3)::int AS collections
"""


async def sell(world: World) -> Subject:
    """A placed order of two units; the subject is its payment."""
    scenario = CompleteCart("sold")
    subject = await scenario.prepare(world)
    order = (await scenario.act(world.shop.admin, world.shop.store, subject))["order"]["id"]
    subject.id = await world.value("SELECT id FROM payment WHERE data->>'about' = $1", subject.about)
    subject.extra["order"] = order
    return subject


class CapturePayment(Scenario):
    """All of a payment is taken."""

    workflow = "capture-payment-workflow"

    async def prepare(self, world: World) -> Subject:
        return await sell(world)

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        return await admin.post(f"/payments/{subject.id}/capture", {})

    async def check(self, world: World, subject: Subject) -> bool:
        async with world.database.reader() as session:
            row = await session.fetch_row(_CAPTURED, subject.id, subject.extra["order"])
        assert row is not None
        taken = row["captures"]
        assert taken in (0, 1)
        assert dict(row) == {"captures": taken, "captured": taken, "transactions": taken}
        ledger = world.ledger
        assert ledger.effects("capture", subject.about) - ledger.effects("refund", subject.about) == taken
        assert await world.becomes(lambda: ledger.events("payment.captured", subject.id), taken) == taken
        return bool(taken)


_CAPTURED = """
SELECT (SELECT count(*) FROM capture WHERE payment_id = $1)::int AS captures,
  (SELECT count(*) FROM payment WHERE id = $1 AND captured_at IS NOT NULL)::int AS captured,
  (SELECT count(*) FROM order_transaction WHERE order_id = $2 AND reference = 'capture')::int AS transactions
"""


class RefundPayment(Scenario):
    """A part of what was taken is given back. It has no undo: once asked for, it goes forward."""

    workflow = "refund-payment-workflow"

    async def prepare(self, world: World) -> Subject:
        subject = await sell(world)
        await world.shop.admin.post(f"/payments/{subject.id}/capture", {})
        return subject

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        return await admin.post(f"/payments/{subject.id}/refund", {"amount": 15})

    async def check(self, world: World, subject: Subject) -> bool:
        async with world.database.reader() as session:
            row = await session.fetch_row(_REFUNDED, subject.id, subject.extra["order"])
        assert row is not None
        given = row["refunds"]
        assert given in (0, 1)
        assert dict(row) == {"refunds": given, "transactions": given}
        ledger = world.ledger
        assert ledger.effects("refund", subject.about) == given
        assert await world.becomes(lambda: ledger.events("payment.refunded", subject.id), given) == given
        return bool(given)


_REFUNDED = """
SELECT (SELECT count(*) FROM refund WHERE payment_id = $1)::int AS refunds,
  (SELECT count(*) FROM order_transaction WHERE order_id = $2 AND reference = 'refund')::int AS transactions
"""


class CreateFulfillment(Scenario):
    """An external carrier takes both units."""

    workflow = "create-order-fulfillment"

    async def prepare(self, world: World) -> Subject:
        subject = await sell(world)
        order = subject.extra["order"]
        option = await carrier_option(world)
        line = await world.value("SELECT item_id FROM order_item WHERE order_id = $1", order)
        return Subject(subject.product, order, order, {"line": line, "option": option})

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        items = [{"id": subject.extra["line"], "quantity": 2}]
        body = {"items": items, "shipping_option_id": subject.extra["option"]}
        return await admin.post(f"/orders/{subject.id}/fulfillments", body)

    async def check(self, world: World, subject: Subject) -> bool:
        async with world.database.reader() as session:
            row = await session.fetch_row(_PACKED, subject.id, subject.product.inventory_item_id)
        assert row is not None
        packed = row["fulfillments"]
        assert packed in (0, 1)
        assert dict(row) == {
            "fulfillments": packed, "packed": 2 * packed, "stocked": 5 - 2 * packed, "reserved": 2 - 2 * packed,
        }  # fmt: skip
        ledger = world.ledger
        assert ledger.effects("book", subject.id) - ledger.effects("unbook", subject.id) == packed
        name = "order.fulfillment_created"
        assert await world.becomes(lambda: ledger.events(name, subject.id), packed) == packed
        return bool(packed)


_PACKED = """
SELECT (SELECT count(*) FROM order_fulfillment WHERE order_id = $1)::int AS fulfillments,
  (SELECT fulfilled_quantity FROM order_item WHERE order_id = $1 ORDER BY version DESC LIMIT 1)::int AS packed,
  (SELECT sum(stocked_quantity) FROM inventory_level WHERE inventory_item_id = $2)::int AS stocked,
  (SELECT sum(reserved_quantity) FROM inventory_level WHERE inventory_item_id = $2)::int AS reserved
"""


class CancelOrder(Scenario):
    """An order and its authorized payment are given up. What the provider let go of has no way back."""

    workflow = "cancel-order"

    async def prepare(self, world: World) -> Subject:
        return await sell(world)

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        return await admin.post(f"/orders/{subject.extra['order']}/cancel")

    async def check(self, world: World, subject: Subject) -> bool:
        order = subject.extra["order"]
        async with world.database.reader() as session:
            row = await session.fetch_row(_CANCELED, order, subject.id, subject.product.inventory_item_id)
        assert row is not None
        gone = row["orders"]
        assert dict(row) == {"orders": gone, "payments": gone, "reserved": 2 - 2 * gone, "reservations": 1 - gone}
        assert world.ledger.effects("cancel", subject.about) == gone
        assert await world.becomes(lambda: world.ledger.events("order.canceled", order), gone) == gone
        return bool(gone)


_CANCELED = """
SELECT (SELECT count(*) FROM "order" WHERE id = $1 AND canceled_at IS NOT NULL AND status = 'canceled')::int AS orders,
  (SELECT count(*) FROM payment WHERE id = $2 AND canceled_at IS NOT NULL)::int AS payments,
  (SELECT sum(reserved_quantity) FROM inventory_level WHERE inventory_item_id = $3)::int AS reserved,
  (SELECT count(*) FROM reservation_item WHERE inventory_item_id = $3 AND deleted_at IS NULL)::int AS reservations
"""


class CancelFulfillment(Scenario):
    """A parcel is unpacked, and its carrier told so."""

    workflow = "cancel-order-fulfillment"

    async def prepare(self, world: World) -> Subject:
        packing = CreateFulfillment("packed")
        subject = await packing.prepare(world)
        await packing.act(world.shop.admin, world.shop.store, subject)
        sql = "SELECT fulfillment_id FROM order_fulfillment WHERE order_id = $1"
        subject.extra["fulfillment"] = await world.value(sql, subject.id)
        return subject

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        return await admin.post(f"/orders/{subject.id}/fulfillments/{subject.extra['fulfillment']}/cancel", {})

    async def check(self, world: World, subject: Subject) -> bool:
        parcel = subject.extra["fulfillment"]
        sql = "SELECT count(*) FROM fulfillment WHERE id = $1 AND canceled_at IS NOT NULL"
        back: int = await world.value(sql, parcel)
        assert await world.shop.stock(subject.product) == (3 + 2 * back, 2 * back)
        assert world.ledger.effects("unbook", subject.id) == back
        name = "order.fulfillment_canceled"
        assert await world.becomes(lambda: world.ledger.events(name, parcel), back) == back
        return bool(back)


class BeginPayment(Scenario):
    """The bank is asked to prepare a payment, and the session is stored."""

    workflow = "create-payment-sessions"

    async def prepare(self, world: World) -> Subject:
        product = await world.shop.product(20, stock=5)
        cart = await world.shop.unpaid_cart((product, 2))
        made = await world.shop.store.post("/payment-collections", {"cart_id": cart})
        collection = made["payment_collection"]["id"]
        return Subject(product, collection, f"payment of {collection}")

    async def act(self, admin: Client, store: Client, subject: Subject) -> Any:
        body = {"provider_id": PAYMENT, "data": {"about": subject.about}}
        return await store.post(f"/payment-collections/{subject.id}/payment-sessions", body)

    async def check(self, world: World, subject: Subject) -> bool:
        sql = "SELECT count(*) FROM payment_session WHERE payment_collection_id = $1 AND data->>'about' = $2"
        sessions: int = await world.value(sql, subject.id, subject.about)
        ledger = world.ledger
        assert sessions in (0, 1)
        assert ledger.effects("initiate", subject.about) - ledger.effects("forget", subject.about) == sessions
        return bool(sessions)


async def carrier_option(world: World) -> str:
    """The shipping option of the external carrier, made once."""
    found: str | None = await world.value("SELECT id FROM shipping_option WHERE provider_id = $1", SHIPPING)
    if found is not None:
        return found
    shop = world.shop
    await shop.admin.post(f"/stock-locations/{shop.location_id}/fulfillment-providers", {"add": [SHIPPING]})
    body = {
        "name": "Carrier",
        "service_zone_id": shop.zone_id,
        "shipping_profile_id": shop.profile_id,
        "provider_id": SHIPPING,
        "price_type": "flat",
        "type": {"label": "Carrier", "description": "One day", "code": "carrier"},
        "data": {"id": "recorded"},
        "prices": [{"currency_code": shop.currency, "amount": 9}],
    }
    made: str = (await shop.admin.post("/shipping-options", body))["shipping_option"]["id"]
    return made
