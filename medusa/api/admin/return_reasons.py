"""Return reasons."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.return_reason.return_reasons import (
    CreateReturnReason,
    ReturnReasonChanges,
    UpdateReturnReasons,
    create_return_reasons,
    delete_return_reasons,
    update_return_reasons,
)

COLUMNS = "id,value,label,parent_return_reason_id,description,created_at,updated_at,deleted_at"
RETURN_REASONS = RouteFields("return_reason", COLUMNS)
RETURN_REASON = RouteFields("return_reason", f"{COLUMNS},*parent_return_reason,*return_reason_children")


class ReturnReasonsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of return reasons."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    value: StringOrList | UnsetType = UNSET
    label: StringOrList | UnsetType = UNSET
    description: StringOrList | UnsetType = UNSET
    parent_return_reason_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


def not_found(id: str) -> str:
    """The message of the 404."""
    return f"Return reason with id: {id} was not found"


@get("/admin/return-reasons")
async def list_return_reasons(ctx: AdminContext, query: ReturnReasonsQuery) -> Response:
    """List return reasons."""
    return await ctx.list("return_reasons", RETURN_REASONS, query)


@post("/admin/return-reasons")
async def create_return_reason(ctx: AdminContext, body: CreateReturnReason, query: FieldsQuery) -> Response:
    """Create a return reason."""
    [id] = await ctx.run(create_return_reasons, [body])
    return await ctx.detail("return_reason", RETURN_REASON, id, query)


@get("/admin/return-reasons/{id}")
async def retrieve_return_reason(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a return reason."""
    return await ctx.detail("return_reason", RETURN_REASON, id, query, not_found=not_found(id))


@post("/admin/return-reasons/{id}")
async def update_return_reason(ctx: AdminContext, id: str, body: ReturnReasonChanges, query: FieldsQuery) -> Response:
    """Change a return reason."""
    await ctx.run(update_return_reasons, UpdateReturnReasons(ids=[id], update=body))
    return await ctx.detail("return_reason", RETURN_REASON, id, query, not_found=not_found(id))


@delete("/admin/return-reasons/{id}")
async def delete_return_reason(ctx: AdminContext, id: str) -> Response:
    """Delete a return reason."""
    await ctx.run(delete_return_reasons, [id])
    return ctx.deleted(id, "return_reason")
