"""What an order writes beside its own rows: the cart's completion, payment, links, use of promotions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.framework.db import Change, Insert, Session, Update
from medusa.framework.errors import NotAllowed
from medusa.framework.ids import generate_id
from medusa.links.checkout_context import CheckoutContext, PaymentCollection, PaymentSession
from medusa.links.order import ORDER_CART, ORDER_PAYMENT_COLLECTION, ORDER_PROMOTION
from medusa.modules.cart.models import Cart
from medusa.modules.payment import models as payment
from medusa.modules.payment.provider import PaymentAnswer, SessionStatus


class Paid(Struct, frozen=True, kw_only=True):
    """A payment that was authorized, and what the provider said."""

    collection: PaymentCollection
    session: PaymentSession
    answer: PaymentAnswer

    @property
    def is_captured(self) -> bool:
        """Whether the money was taken at once."""
        return self.answer.status == SessionStatus.CAPTURED


async def order_of(session: Session, cart_id: str) -> str | None:
    """The order a cart has become."""
    id: str | None = await session.fetch_value(
        "SELECT order_id FROM order_cart WHERE cart_id = $1 AND deleted_at IS NULL", cart_id
    )
    return id


def complete(cart_id: str, at: datetime | None) -> Change:
    """Say when the cart became an order (None: it did not)."""
    return Update(Cart, [{"id": cart_id, "completed_at": at}])


def order_links(order_id: str, cart_id: str, collection_id: str | None, promotion_ids: Sequence[str]) -> list[Change]:
    """Join the order with its cart, payment and promotions."""
    pairs = [(ORDER_CART, "cart_id", cart_id)]
    if collection_id is not None:
        pairs.append((ORDER_PAYMENT_COLLECTION, "payment_collection_id", collection_id))
    out: list[Change] = [
        Insert(link.table, [{"order_id": order_id, column: id, "id": generate_id(link.prefix)}])
        for link, column, id in pairs
    ]
    used = [
        {"order_id": order_id, "promotion_id": id, "id": generate_id(ORDER_PROMOTION.prefix)} for id in promotion_ids
    ]
    return [*out, Insert(ORDER_PROMOTION.table, used)]


def session_change(session: PaymentSession, answer: PaymentAnswer) -> Change:
    """What the provider said about an attempt to pay."""
    done = answer.status in (SessionStatus.AUTHORIZED, SessionStatus.CAPTURED)
    row = {
        "id": session.id,
        "status": str(answer.status),
        "data": answer.data,
        "authorized_at": datetime.now(UTC) if done else session.authorized_at,
    }
    return Update(payment.PaymentSession, [row])


def payment_rows(paid: Paid) -> tuple[list[Change], list[dict[str, Any]]]:
    """The payment of an authorized session; and the order's transactions, where the money was taken at once."""
    collection, session = paid.collection, paid.session
    now = datetime.now(UTC)
    captured = session.amount if paid.is_captured else Decimal(0)
    row = {
        "id": generate_id(payment.Payment.__prefix__),
        "amount": session.amount,
        "currency_code": session.currency_code,
        "provider_id": session.provider_id,
        "data": paid.answer.data,
        "captured_at": now if paid.is_captured else None,
        "payment_collection_id": collection.id,
        "payment_session_id": session.id,
    }
    whole = captured >= collection.amount
    status = "authorized" if session.amount >= collection.amount else "partially_authorized"
    money = {
        "id": collection.id,
        "status": "completed" if paid.is_captured and whole else status,
        "authorized_amount": session.amount,
        "captured_amount": captured,
        "refunded_amount": Decimal(0),
        "completed_at": now if paid.is_captured and whole else None,
    }
    out: list[Change] = [
        session_change(session, paid.answer),
        Insert(payment.Payment, [row]),
        Update(payment.PaymentCollection, [money]),
    ]
    if not paid.is_captured:
        return out, []
    capture = {"id": generate_id(payment.Capture.__prefix__), "amount": captured, "payment_id": row["id"]}
    transaction = {"amount": captured, "reference": "capture", "reference_id": capture["id"]}
    return [*out, Insert(payment.Capture, [capture])], [transaction]


async def register_usage(
    session: Session, context: CheckoutContext, amounts: Mapping[str, Decimal], customer: Mapping[str, str | None]
) -> None:
    """Count the use of promotions against their limits and their campaigns' budgets; no statement where there are none.

    Args:
        amounts: What each promotion (by id) took off.
        customer: The values of ``customer_id`` and ``customer_email``, for budgets for each customer.
    Raises:
        NotAllowed: A limit or budget is used up meanwhile.
    """
    used = sorted((each for each in context.promotions if each.id in amounts), key=lambda each: each.id)
    limited = [each.id for each in used if each.limit is not None]
    if limited:
        session.touch("promotion")
        rows = await session.fetch(_USE_PROMOTIONS, limited)
        if len(rows) < len(limited):
            raise NotAllowed("Promotion usage exceeds the limit.")
    spent: dict[str, Decimal] = {}
    for each in used:
        budget = each.campaign.budget if each.campaign else None
        if budget is None:
            continue
        amount = amounts[each.id] if budget.type.startswith("spend") else Decimal(1)
        if budget.type.endswith("by_attribute"):
            await _use_for_customer(session, budget.id, customer.get(budget.attribute or ""), amount)
        else:
            spent[budget.id] = spent.get(budget.id, Decimal(0)) + amount
    if spent:
        session.touch("promotion_campaign_budget")
        rows = await session.fetch(_USE_BUDGETS, list(spent), list(spent.values()))
        if len(rows) < len(spent):
            raise NotAllowed("Promotion usage exceeds the budget limit.")


_USE_PROMOTIONS = (
    "WITH held AS MATERIALIZED (SELECT id FROM promotion WHERE id = ANY($1) ORDER BY id FOR UPDATE) "
    "UPDATE promotion AS p SET used = p.used + 1, updated_at = now() FROM held AS h "
    'WHERE p.id = h.id AND p.used < p."limit" RETURNING p.id'
)
_USE_BUDGETS = (
    "WITH wanted AS (SELECT * FROM unnest($1::text[], $2::numeric[]) AS w(id, amount)), "
    "held AS MATERIALIZED (SELECT b.id, w.amount FROM promotion_campaign_budget AS b JOIN wanted AS w ON w.id = b.id "
    "ORDER BY b.id FOR UPDATE OF b) "
    "UPDATE promotion_campaign_budget AS b SET used = b.used + h.amount, updated_at = now() FROM held AS h "
    'WHERE b.id = h.id AND (b."limit" IS NULL OR b.used + h.amount <= b."limit") RETURNING b.id'
)
_USE_FOR_CUSTOMER = (
    "INSERT INTO promotion_campaign_budget_usage AS u (id, budget_id, attribute_value, used) "
    'SELECT $1, b.id, $3, $4 FROM promotion_campaign_budget AS b WHERE b.id = $2 AND (b."limit" IS NULL OR $4 <= b."limit") '
    "ON CONFLICT (attribute_value, budget_id) WHERE deleted_at IS NULL DO UPDATE SET used = u.used + $4, updated_at = now() "
    'WHERE u.used + $4 <= coalesce((SELECT b."limit" FROM promotion_campaign_budget AS b WHERE b.id = $2), u.used + $4) '
    "RETURNING id"
)


async def _use_for_customer(session: Session, budget_id: str, value: str | None, amount: Decimal) -> None:
    if value is None:
        return
    session.touch("promotion_campaign_budget_usage")
    id = generate_id("probudgus")
    if await session.fetch_value(_USE_FOR_CUSTOMER, id, budget_id, value, amount) is None:
        raise NotAllowed("Promotion usage exceeds the budget limit.")
