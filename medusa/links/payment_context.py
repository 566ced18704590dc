"""A payment collection with what decides how it may be paid: its sessions, its cart, the region's providers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from medusa.framework.db import Change, Insert, Session, SoftDelete
from medusa.framework.ids import generate_id
from medusa.links.checkout_context import PaymentSession
from medusa.links.checkout_writes import OPEN_SESSIONS, link_payment
from medusa.modules.payment import models


class Payer(Struct, frozen=True):
    """Who pays, as providers are told."""

    customer_id: str | None
    email: str | None


class CollectionContext(Struct, frozen=True):
    """A payment collection; ``region_id`` and ``cart_id`` are None where it belongs to no cart."""

    id: str
    currency_code: str
    amount: Decimal
    sessions: list[PaymentSession]
    region_id: str | None
    cart_id: str | None
    is_completed: bool | None
    provider_ids: list[str]
    payer: Payer | None


_LOCK = (
    "SELECT c.id FROM cart AS c JOIN cart_payment_collection AS l ON l.cart_id = c.id AND l.deleted_at IS NULL "
    "WHERE l.payment_collection_id = $1 ORDER BY c.id FOR UPDATE OF c"
)
_READ = (
    "WITH c AS (SELECT c.* FROM cart AS c JOIN cart_payment_collection AS l ON l.cart_id = c.id AND l.deleted_at IS NULL "
    "WHERE l.payment_collection_id = $1 LIMIT 1) "
    "SELECT row_to_json(x)::text FROM (SELECT p.id, p.currency_code, p.amount, "
    "(SELECT coalesce(json_agg(s), '[]') FROM (SELECT s.id, s.amount, s.currency_code, s.provider_id, s.status, s.data, "
    "s.context, s.authorized_at FROM payment_session AS s WHERE s.payment_collection_id = p.id AND s.deleted_at IS NULL "
    "ORDER BY s.id) AS s) AS sessions, (SELECT region_id FROM c) AS region_id, (SELECT id FROM c) AS cart_id, "
    "(SELECT completed_at IS NOT NULL FROM c) AS is_completed, "
    "(SELECT coalesce(json_agg(l.payment_provider_id), '[]') FROM region_payment_provider AS l "
    "JOIN payment_provider AS v ON v.id = l.payment_provider_id AND v.is_enabled AND v.deleted_at IS NULL "
    "WHERE l.region_id = (SELECT region_id FROM c) AND l.deleted_at IS NULL) AS provider_ids, "
    "(SELECT row_to_json(y) FROM (SELECT customer_id, email FROM c) AS y) AS payer "
    "FROM payment_collection AS p WHERE p.id = $1 AND p.deleted_at IS NULL) AS x"
)
_decoder = msgspec.json.Decoder(CollectionContext)


async def lock_collection(session: Session, id: str) -> CollectionContext | None:
    """Lock the cart of a collection, then read the collection; None where there is none. Two statements."""
    await session.fetch_value(_LOCK, id)
    text: str | None = await session.fetch_value(_READ, id)
    return None if text is None else _decoder.decode(text)


def new_collection(cart_id: str, currency_code: str, amount: Decimal) -> tuple[str, list[Change]]:
    """A collection that pays for a cart: its id, and what to write."""
    id = generate_id(models.PaymentCollection.__prefix__)
    row = {"id": id, "currency_code": currency_code, "amount": amount}
    return id, [Insert(models.PaymentCollection, [row]), link_payment(cart_id, id)]


def replacement_session(
    collection: CollectionContext, provider_id: str, data: dict[str, Any], status: str
) -> list[Change]:
    """A new attempt to pay the whole amount, in the place of those before it that hold no money."""
    row = {
        "currency_code": collection.currency_code,
        "amount": collection.amount,
        "provider_id": provider_id,
        "data": data,
        "context": {},
        "status": status,
        "payment_collection_id": collection.id,
        "metadata": {},
    }
    old = [each.id for each in collection.sessions if each.status in OPEN_SESSIONS]
    return [SoftDelete(models.PaymentSession, old), Insert(models.PaymentSession, [row])]
