"""Money that moves for an order: captures, refunds and cancelled payments, and what they do to the order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from medusa.framework.db import Change, Insert, Session, Update
from medusa.framework.errors import NotFound
from medusa.framework.ids import generate_id
from medusa.framework.query import Fields, Query
from medusa.links.order import ORDER_PAYMENT_COLLECTION
from medusa.modules.order import models as order_models
from medusa.modules.order.state import OrderState
from medusa.modules.order.versions import with_transaction
from medusa.modules.payment import models

_ZERO = Decimal(0)
_FIELDS = Fields.of(
    "id,amount,currency_code,provider_id,data,captured_at,canceled_at,payment_collection_id,captures.amount,"
    "refunds.amount,payment_collection.amount,payment_collection.captured_amount,payment_collection.refunded_amount,"
    "payment_collection.status,payment_collection.completed_at"
)


class Amount(Struct, frozen=True, kw_only=True):
    """A capture or a refund."""

    amount: Decimal


class CollectionState(Struct, frozen=True, kw_only=True):
    """The collection of a payment."""

    id: str
    amount: Decimal
    status: str
    captured_amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    completed_at: datetime | None = None


class PaymentState(Struct, frozen=True, kw_only=True):
    """A payment, what was taken of it, and what was given back."""

    id: str
    amount: Decimal
    currency_code: str
    provider_id: str
    payment_collection_id: str
    payment_collection: CollectionState
    data: dict[str, Any] | None = None
    captured_at: datetime | None = None
    canceled_at: datetime | None = None
    captures: list[Amount] = field(default_factory=list[Amount])
    refunds: list[Amount] = field(default_factory=list[Amount])

    @property
    def captured(self) -> Decimal:
        """What was taken."""
        return sum((each.amount for each in self.captures), _ZERO)

    @property
    def refunded(self) -> Decimal:
        """What was given back."""
        return sum((each.amount for each in self.refunds), _ZERO)


class Moved(Struct, frozen=True, kw_only=True):
    """Money that a provider moved, and what it said about it."""

    amount: Decimal
    data: dict[str, Any] | None = None
    created_by: str | None = None
    refund_reason_id: str | None = None
    note: str | None = None


async def order_of_payment(session: Session, payment_id: str) -> str | None:
    """The order a payment is for.

    Whoever changes payments of an order holds the order first; a payment without order is locked itself, here.

    Raises:
        NotFound: There is no such payment.
    """
    row = await session.fetch_row(
        "SELECT l.order_id FROM payment p LEFT JOIN order_payment_collection l "
        "ON l.payment_collection_id = p.payment_collection_id AND l.deleted_at IS NULL "
        "WHERE p.id = $1 AND p.deleted_at IS NULL",
        payment_id,
    )
    if row is None:
        raise NotFound(f"Payment with id: {payment_id} was not found")
    order_id: str | None = row["order_id"]
    if order_id is None:
        await session.execute("SELECT id FROM payment WHERE id = $1 FOR UPDATE", payment_id)
    return order_id


async def payments(session: Session, query: Query, **filters: Any) -> list[PaymentState]:
    """Payments as workflows read them."""
    return await query.graph(session, "payment", fields=_FIELDS, filters=filters, into=PaymentState)


async def payments_of_order(session: Session, query: Query, order_id: str) -> list[PaymentState]:
    """All payments of an order."""
    rows = await session.fetch(
        "SELECT payment_collection_id AS id FROM order_payment_collection WHERE order_id = $1 AND deleted_at IS NULL",
        order_id,
    )
    if not rows:
        return []
    return await payments(session, query, payment_collection_id=[row["id"] for row in rows])


def capture_changes(payment: PaymentState, moved: Moved, order: OrderState | None) -> list[Change]:
    """What a capture writes: the payment, its collection, and the order's transaction and summary."""
    now = datetime.now(UTC)
    id = generate_id(models.Capture.__prefix__)
    capture = {
        "id": id,
        "amount": moved.amount,
        "payment_id": payment.id,
        "created_by": moved.created_by,
    }
    whole = payment.captured + moved.amount >= payment.amount
    row = {"id": payment.id, "data": moved.data or {}, "captured_at": now if whole else None}
    collection = payment.payment_collection
    captured = (collection.captured_amount or _ZERO) + moved.amount
    done = captured >= collection.amount
    money = {
        "id": collection.id,
        "captured_amount": captured,
        "status": "completed" if done else collection.status,
        "completed_at": now if done else collection.completed_at,
    }
    return [
        Insert(models.Capture, [capture]),
        Update(models.Payment, [row]),
        Update(models.PaymentCollection, [money]),
        *transaction_changes(order, [("capture", id, moved.amount)]),
    ]


def refund_changes(payment: PaymentState, moved: Moved, order: OrderState | None) -> list[Change]:
    """What a refund writes: the payment, its collection, and the order's transaction and summary."""
    id = generate_id(models.Refund.__prefix__)
    refund = {
        "id": id,
        "amount": moved.amount,
        "payment_id": payment.id,
        "created_by": moved.created_by,
        "refund_reason_id": moved.refund_reason_id,
        "note": moved.note,
    }
    collection = payment.payment_collection
    money = {"id": collection.id, "refunded_amount": (collection.refunded_amount or _ZERO) + moved.amount}
    return [
        Insert(models.Refund, [refund]),
        Update(models.Payment, [{"id": payment.id, "data": moved.data or {}}]),
        Update(models.PaymentCollection, [money]),
        *transaction_changes(order, [("refund", id, -moved.amount)]),
    ]


def transaction_changes(order: OrderState | None, moved: Sequence[tuple[str, str, Decimal]]) -> list[Change]:
    """The order's transactions (reference, its id, amount; negative when it went back), and its summary with them."""
    if order is None or not moved:
        return []
    rows = [
        {
            "order_id": order.id,
            "version": order.version,
            "currency_code": order.currency_code,
            "reference": reference,
            "reference_id": reference_id,
            "amount": amount,
        }
        for reference, reference_id, amount in moved
    ]
    totals = with_transaction(order, [amount for _, _, amount in moved])
    summary = {"order_id": order.id, "version": order.version, "totals": totals}
    return [
        Insert(order_models.OrderTransaction, rows),
        Update(order_models.OrderSummary, [summary], on=("order_id", "version")),
    ]


def refund_all_changes(
    payments: Sequence[PaymentState], order: OrderState, *, created_by: str | None
) -> tuple[list[Change], Decimal]:
    """What cancelling an order writes about its payments: all captured money goes back; how much that is."""
    now, zero = datetime.now(UTC), _ZERO
    due = [payment for payment in payments if payment.captured > payment.refunded]
    refunds = [
        {
            "id": generate_id(models.Refund.__prefix__),
            "amount": payment.captured - payment.refunded,
            "payment_id": payment.id,
            "created_by": created_by,
        }
        for payment in due
    ]
    back: dict[str, Decimal] = {}
    for payment in due:
        collection_id = payment.payment_collection_id
        back[collection_id] = back.get(collection_id, zero) + payment.captured - payment.refunded
    collections = {payment.payment_collection.id: payment.payment_collection for payment in payments}
    rows = [
        {"id": id, "status": "canceled", "refunded_amount": (one.refunded_amount or zero) + back.get(id, zero)}
        for id, one in collections.items()
    ]
    idle = [{"id": payment.id, "canceled_at": now} for payment in payments if not payment.captures]
    moved = [("refund", payment.id, payment.refunded - payment.captured) for payment in due]
    changes = [
        Insert(models.Refund, refunds),
        Update(models.Payment, idle),
        Update(models.PaymentCollection, rows),
        *transaction_changes(order, moved),
    ]
    return changes, sum(back.values(), zero)


def new_collection(order: OrderState, amount: Decimal) -> tuple[str, list[Change]]:
    """A payment collection for an order, and its id."""
    id = generate_id(models.PaymentCollection.__prefix__)
    link = {"order_id": order.id, "payment_collection_id": id, "id": generate_id(ORDER_PAYMENT_COLLECTION.prefix)}
    row = {"id": id, "currency_code": order.currency_code, "amount": amount}
    return id, [Insert(models.PaymentCollection, [row]), Insert(ORDER_PAYMENT_COLLECTION.table, [link])]


def paid_by_hand(
    collection: CollectionState, order: OrderState, provider_id: str, created_by: str | None
) -> tuple[str, list[Change]]:
    """What a collection that was paid outside of the shop writes: session, payment, capture; the payment's id."""
    now = datetime.now(UTC)
    payment_id, capture_id = generate_id(models.Payment.__prefix__), generate_id(models.Capture.__prefix__)
    common: dict[str, Any] = {
        "amount": collection.amount,
        "currency_code": order.currency_code,
        "provider_id": provider_id,
        "data": {},
        "payment_collection_id": collection.id,
    }
    session: dict[str, Any] = {
        **common,
        "id": generate_id(models.PaymentSession.__prefix__),
        "context": {},
        "metadata": {},
        "status": "authorized",
        "authorized_at": now,
    }
    payment: dict[str, Any] = {**common, "id": payment_id, "captured_at": now, "payment_session_id": session["id"]}
    capture = {"id": capture_id, "amount": collection.amount, "payment_id": payment_id, "created_by": created_by}
    money = {
        "id": collection.id,
        "status": "completed",
        "authorized_amount": collection.amount,
        "captured_amount": collection.amount,
        "refunded_amount": _ZERO,
        "completed_at": now,
    }
    return payment_id, [
        Insert(models.PaymentSession, [session]),
        Insert(models.Payment, [payment]),
        Insert(models.Capture, [capture]),
        Update(models.PaymentCollection, [money]),
        *transaction_changes(order, [("capture", capture_id, collection.amount)]),
    ]
