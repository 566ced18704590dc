"""What admins see of an order beside the order itself: lines, changes, a preview, ways to ship."""

from __future__ import annotations

from msgspec import UNSET, Raw, UnsetType

from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    Response,
    RouteFields,
    StringOrList,
    get,
)
from medusa.workflows.order.preview import preview_order
from medusa.workflows.order.shipping_options import order_shipping_options

LINE_ITEM = RouteFields("order_item_now", "id,order_id,item_id,version,history,*item")
CHANGE = RouteFields(
    "order_change",
    "id,order_id,return_id,claim_id,exchange_id,version,change_type,*actions,description,status,internal_note,"
    "created_by,requested_by,requested_at,confirmed_by,confirmed_at,declined_by,declined_reason,metadata,declined_at,"
    "canceled_by,canceled_at,created_at,updated_at,carry_over_promotions,no_notification",
)


class LinesQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of an order's lines."""

    id: StringOrList | UnsetType = UNSET
    item_id: StringOrList | UnsetType = UNSET
    version: int | UnsetType = UNSET


class ChangesQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of an order's changes."""

    id: StringOrList | UnsetType = UNSET
    status: StringOrList | UnsetType = UNSET
    change_type: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


async def _all(ctx: AdminContext, key: str, route: RouteFields, id: str, query: FieldsQuery) -> Response:
    async with ctx.reader() as session:
        page = await ctx.query.page(
            session, route.entity, fields=route.of(query), filters={**query.filters(), "order_id": id}
        )
    return ctx.json({key: Raw(page.items)})


@get("/admin/orders/{id}/line-items")
async def list_line_items(ctx: AdminContext, id: str, query: LinesQuery) -> Response:
    """List the lines an order has or had."""
    return await _all(ctx, "order_items", LINE_ITEM, id, query)


@get("/admin/orders/{id}/changes")
async def list_changes(ctx: AdminContext, id: str, query: ChangesQuery) -> Response:
    """List what was changed of an order, oldest first."""
    return await _all(ctx, "order_changes", CHANGE, id, query)


@get("/admin/orders/{id}/preview")
async def preview(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Show an order as its open change would leave it."""
    async with ctx.reader() as session:
        return ctx.json({"order": await preview_order(session, ctx.query, id)})


@get("/admin/orders/{id}/shipping-options")
async def list_shipping_options(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """List the ways to ship to an order's address from where its channel ships."""
    async with ctx.reader() as session:
        return ctx.json({"shipping_options": await order_shipping_options(session, ctx.query, id)})
