"""Paying for a cart: its payment collection, and attempts to pay it."""

from __future__ import annotations

from msgspec import UNSET, Struct

from medusa.api.bodies import PaymentSessionBody
from medusa.api.parameters import LocaleQuery
from medusa.framework.http import Response, RouteFields, StoreContext, post
from medusa.workflows.payment.collections import create_payment_collection
from medusa.workflows.payment.sessions import create_payment_session
from medusa.workflows.payment.types import CreatePaymentCollection, CreatePaymentSession

COLLECTION = RouteFields("payment_collection", "id,currency_code,amount,*payment_sessions")


class PaymentCollectionBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The cart to pay."""

    cart_id: str


@post("/store/payment-collections")
async def create(ctx: StoreContext, body: PaymentCollectionBody, query: LocaleQuery) -> Response:
    """The payment collection of a cart, made where there is none."""
    id = await ctx.run(create_payment_collection, CreatePaymentCollection(cart_id=body.cart_id))
    return await ctx.detail("payment_collection", COLLECTION, id, query)


@post("/store/payment-collections/{id}/payment-sessions")
async def create_session(ctx: StoreContext, id: str, body: PaymentSessionBody, query: LocaleQuery) -> Response:
    """Begin to pay with a provider."""
    data = CreatePaymentSession(
        payment_collection_id=id,
        provider_id=body.provider_id,
        data={} if body.data is UNSET else body.data,
        customer_id=ctx.customer_id,
    )
    await ctx.run(create_payment_session, data)
    return await ctx.detail("payment_collection", COLLECTION, id, query)
