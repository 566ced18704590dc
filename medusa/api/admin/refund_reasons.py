"""Refund reasons."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.parameters import refuse_parameters
from medusa.framework.http import (
    AdminContext,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.refund_reason.refund_reasons import (
    CreateRefundReason,
    RefundReasonChanges,
    UpdateRefundReasons,
    create_refund_reasons,
    delete_refund_reasons,
    update_refund_reasons,
)

REFUND_REASON = RouteFields("refund_reason", "id,label,code,description,created_at,updated_at,deleted_at")


class RefundReasonsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of refund reasons."""

    limit: int = 15
    id: StringOrList | UnsetType = UNSET


class DeletionQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What the contract lets a deletion name; it answers nothing of it."""

    offset: int = 0
    limit: int = 15
    order: str | None = None


@get("/admin/refund-reasons")
async def list_refund_reasons(ctx: AdminContext, query: RefundReasonsQuery) -> Response:
    """List refund reasons."""
    refuse_parameters(query, "$and", "$or")
    return await ctx.list("refund_reasons", REFUND_REASON, query)


@post("/admin/refund-reasons")
async def create_refund_reason(ctx: AdminContext, body: CreateRefundReason, query: FieldsQuery) -> Response:
    """Create a refund reason."""
    [id] = await ctx.run(create_refund_reasons, [body])
    return await ctx.detail("refund_reason", REFUND_REASON, id, query)


@get("/admin/refund-reasons/{id}")
async def retrieve_refund_reason(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a refund reason."""
    return await detail_or_nothing(ctx, "refund_reason", REFUND_REASON, id, query)


@post("/admin/refund-reasons/{id}")
async def update_refund_reason(ctx: AdminContext, id: str, body: RefundReasonChanges, query: FieldsQuery) -> Response:
    """Change a refund reason."""
    await ctx.run(update_refund_reasons, UpdateRefundReasons(ids=[id], update=body))
    return await ctx.detail("refund_reason", REFUND_REASON, id, query)


@delete("/admin/refund-reasons/{id}")
async def delete_refund_reason(ctx: AdminContext, id: str, query: DeletionQuery) -> Response:
    """Delete a refund reason."""
    await ctx.run(delete_refund_reasons, [id])
    return ctx.deleted(id, "refund_reason")
