"""Payment collections of orders."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from medusa.api.bodies import PaymentSessionBody, given
from medusa.framework.http import AdminContext, FieldsQuery, Response, RouteFields, delete, post
from medusa.workflows.order.collections import create_order_collection, delete_order_collection, mark_as_paid
from medusa.workflows.order.types import CreateOrderCollection, MarkAsPaid
from medusa.workflows.payment.sessions import create_payment_session
from medusa.workflows.payment.types import CreatePaymentSession

PAYMENT_COLLECTION = RouteFields(
    "payment_collection",
    "id,currency_code,amount,status,authorized_amount,captured_amount,refunded_amount,*payment_sessions,*payments",
)

SESSION_COLLECTION = RouteFields("payment_collection", f"{PAYMENT_COLLECTION.defaults},*payment_sessions.payment")
PAID_COLLECTION = RouteFields(
    "payment_collection", f"{PAYMENT_COLLECTION.defaults},*payment_sessions.payment,*payments.payment_session"
)


class CollectionBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to be paid for an order."""

    order_id: str
    amount: Decimal


class PaidBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The order, and how it was paid."""

    order_id: str
    provider_id: str = "pp_system_default"


@post("/admin/payment-collections")
async def create_collection(ctx: AdminContext, body: CollectionBody, query: FieldsQuery) -> Response:
    """Ask for something to be paid for an order."""
    id = await ctx.run(create_order_collection, CreateOrderCollection(order_id=body.order_id, amount=body.amount))
    return await ctx.detail("payment_collection", PAYMENT_COLLECTION, id, query)


@delete("/admin/payment-collections/{id}")
async def delete_collection(ctx: AdminContext, id: str) -> Response:
    """Delete a collection on which nothing was paid."""
    await ctx.run(delete_order_collection, id)
    return ctx.deleted(id, "payment-collection")


@post("/admin/payment-collections/{id}/mark-as-paid")
async def mark_paid(ctx: AdminContext, id: str, body: PaidBody, query: FieldsQuery) -> Response:
    """Say that a collection was paid outside of the shop."""
    data = MarkAsPaid(payment_collection_id=id, order_id=body.order_id, provider_id=body.provider_id)
    await ctx.run(mark_as_paid, data)
    return await ctx.detail("payment_collection", PAID_COLLECTION, id, query)


@post("/admin/payment-collections/{id}/payment-sessions")
async def create_session(ctx: AdminContext, id: str, body: PaymentSessionBody, query: FieldsQuery) -> Response:
    """Begin to pay a collection with a provider."""
    data = CreatePaymentSession(payment_collection_id=id, provider_id=body.provider_id, data=given(body.data) or {})
    await ctx.run(create_payment_session, data)
    return await ctx.detail("payment_collection", SESSION_COLLECTION, id, query)
