"""Orders of customers."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.order_fields import STORE_ORDER, STORE_ORDERS
from medusa.api.store.product_fields import LocaleQuery
from medusa.framework.http import (
    CUSTOMER,
    ListQuery,
    Response,
    StoreContext,
    StringOrList,
    get,
)


class CustomerOrdersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of a customer's orders."""

    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    status: StringOrList | UnsetType = UNSET


@get("/store/orders", authenticate=CUSTOMER)
async def list_own_orders(ctx: StoreContext, query: CustomerOrdersQuery) -> Response:
    """List the orders of the customer who is logged in."""
    own = {"customer_id": ctx.customer_id, "is_draft_order": False}
    return await ctx.list("orders", STORE_ORDERS, query, filters=own)


@get("/store/orders/{id}")
async def retrieve_order(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve an order; whoever knows its id may see it, as guests have no other way."""
    return await ctx.detail("order", STORE_ORDER, id, query, not_found=f"Order id not found: {id}")
