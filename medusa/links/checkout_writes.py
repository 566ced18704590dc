"""What a changed cart writes in several modules: its own rows, promotions, payment, a guest customer. One statement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from medusa.framework.db import Change, Delete, Session, SoftDelete, Update, Upsert
from medusa.framework.ids import generate_id
from medusa.links.cart import CART_PAYMENT_COLLECTION, CART_PROMOTION
from medusa.links.checkout_context import CheckoutContext, PaymentCollection
from medusa.modules.cart.changes import changes
from medusa.modules.cart.state import Cart
from medusa.modules.customer.models import Customer
from medusa.modules.payment import models as payment

OPEN_SESSIONS = ("pending", "requires_more", "error", "canceled", "pending_authorization")


async def guest_customer(session: Session, email: str) -> str:
    """The id of the customer without account with this address (lower case), made where there is none."""
    rows = await session.write_returning(
        Upsert(Customer, [{"email": email, "has_account": False}], ("email", "has_account"), ("email",))
    )
    id: str = rows[0]["id"]
    return id


async def write_cart(
    session: Session,
    *,
    before: Cart | None,
    cart: Cart,
    context: CheckoutContext,
    promotion_ids: Sequence[str],
    total: Decimal,
) -> None:
    """Write the difference between ``before`` and ``cart``, and what follows from it, in one statement.

    Args:
        promotion_ids: The promotions that take something off.
        total: What is to be paid.
    """
    out = [*changes(before, cart), *promotion_changes(cart.id, context, promotion_ids)]
    if context.payment_collection is not None:
        out += payment_changes(context.payment_collection, cart.currency_code, total)
    await session.write(*out)


def promotion_changes(cart_id: str, context: CheckoutContext, promotion_ids: Sequence[str]) -> list[Change]:
    """Link the cart with exactly these promotions."""
    linked = {each.id: each.link_id for each in context.promotions if each.link_id is not None}
    added = [id for id in promotion_ids if id not in linked]
    removed = [link_id for id, link_id in linked.items() if id not in promotion_ids]
    rows = [{"cart_id": cart_id, "promotion_id": id, "id": generate_id(CART_PROMOTION.prefix)} for id in added]
    return [Upsert(CART_PROMOTION.table, rows, ("cart_id", "promotion_id")), Delete(CART_PROMOTION.table, removed)]


def payment_changes(collection: PaymentCollection, currency_code: str, total: Decimal) -> list[Change]:
    """Bring the payment to the cart's total; sessions for another amount are of no use any more."""
    if collection.amount == total and collection.currency_code == currency_code:
        return []
    return [
        Update(payment.PaymentCollection, [{"id": collection.id, "amount": total, "currency_code": currency_code}]),
        SoftDelete(payment.PaymentSession, [each.id for each in collection.sessions if each.status in OPEN_SESSIONS]),
    ]


def link_payment(cart_id: str, collection_id: str) -> Change:
    """Say that the collection pays for the cart."""
    row = {
        "cart_id": cart_id,
        "payment_collection_id": collection_id,
        "id": generate_id(CART_PAYMENT_COLLECTION.prefix),
    }
    return Upsert(CART_PAYMENT_COLLECTION.table, [row], ("cart_id", "payment_collection_id"))
