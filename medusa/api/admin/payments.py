"""Payments: what was paid, taking the money, giving it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import given
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StrictBool,
    StringOrList,
    bounds,
    get,
    post,
)
from medusa.workflows.order.captures import capture_payment
from medusa.workflows.order.refunds import refund_payment
from medusa.workflows.order.types import CapturePayment, RefundPayment

PAYMENT = RouteFields(
    "payment",
    "id,currency_code,amount,captured_at,payment_collection_id,payment_session_id,captures.id,captures.amount,"
    "refunds.id,refunds.amount,refunds.note,refunds.payment_id,*refunds.refund_reason",
)
PROVIDER = RouteFields("payment_provider", "id,is_enabled")
_Amount = Annotated[Decimal, bounds(gt=0)]


class PaymentsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of payments."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    payment_session_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class ProvidersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of payment providers."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    is_enabled: StrictBool | UnsetType = UNSET


class CaptureBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """How much to take; all where nothing is said."""

    amount: _Amount | UnsetType = UNSET


class RefundBody(CaptureBody, kw_only=True, forbid_unknown_fields=True):
    """How much to give back, and why; all where nothing is said."""

    refund_reason_id: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


@get("/admin/payments")
async def list_payments(ctx: AdminContext, query: PaymentsQuery) -> Response:
    """List payments."""
    return await ctx.list("payments", PAYMENT, query)


@get("/admin/payments/payment-providers")
async def list_payment_providers(ctx: AdminContext, query: ProvidersQuery) -> Response:
    """List payment providers."""
    return await ctx.list("payment_providers", PROVIDER, query)


@get("/admin/payments/{id}")
async def retrieve_payment(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a payment."""
    return await detail_or_nothing(ctx, "payment", PAYMENT, id, query)


@post("/admin/payments/{id}/capture")
async def capture(ctx: AdminContext, id: str, body: CaptureBody, query: FieldsQuery) -> Response:
    """Take money of a payment."""
    await ctx.run(capture_payment, CapturePayment(payment_id=id, amount=given(body.amount)))
    return await ctx.detail("payment", PAYMENT, id, query)


@post("/admin/payments/{id}/refund")
async def refund(ctx: AdminContext, id: str, body: RefundBody, query: FieldsQuery) -> Response:
    """Give money of a payment back."""
    data = RefundPayment(
        payment_id=id,
        amount=given(body.amount),
        refund_reason_id=given(body.refund_reason_id),
        note=given(body.note),
    )
    await ctx.run(refund_payment, data)
    return await ctx.detail("payment", PAYMENT, id, query)
