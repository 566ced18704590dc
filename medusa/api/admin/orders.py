"""Orders."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.order_fields import ADMIN_ORDER, ADMIN_ORDERS, CHANGED_ORDER
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    OperatorFilter,
    Response,
    StringOrList,
    get,
)


class OrdersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=False):
    """Filters of orders."""

    limit: int = 15
    id: StringOrList | UnsetType = UNSET
    status: OperatorFilter | UnsetType = UNSET
    sales_channel_id: StringOrList | UnsetType = UNSET
    region_id: StringOrList | UnsetType = UNSET
    customer_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET


async def changed_order(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """What routes that change an order answer with."""
    return await ctx.detail("order", CHANGED_ORDER, id, query, not_found=_not_found(id))


def _not_found(id: str) -> str:
    return f"Order id not found: {id}"


@get("/admin/orders")
async def list_orders(ctx: AdminContext, query: OrdersQuery) -> Response:
    """List orders."""
    return await ctx.list("orders", ADMIN_ORDERS, query, filters={"is_draft_order": False})


@get("/admin/orders/{id}")
async def retrieve_order(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an order."""
    return await ctx.detail("order", ADMIN_ORDER, id, query, not_found=_not_found(id))
