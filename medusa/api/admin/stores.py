"""Stores."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.http import (
    AdminContext,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    get,
    post,
)
from medusa.workflows.store.stores import update_stores
from medusa.workflows.store.types import StoreChanges, UpdateStores

STORE = RouteFields(
    "store",
    "id,name,default_sales_channel_id,default_region_id,default_location_id,metadata,created_at,updated_at,"
    "*supported_currencies,*supported_currencies.currency",
)


class StoresQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of stores."""

    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET


@get("/admin/stores")
async def list_stores(ctx: AdminContext, query: StoresQuery) -> Response:
    """List stores."""
    return await ctx.list("stores", STORE, query)


@get("/admin/stores/{id}")
async def retrieve_store(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a store."""
    return await detail_or_nothing(ctx, "store", STORE, id, query)


@post("/admin/stores/{id}")
async def update_store(ctx: AdminContext, id: str, body: StoreChanges, query: FieldsQuery) -> Response:
    """Change a store."""
    await ctx.run(update_stores, UpdateStores(ids=[id], update=body))
    return await ctx.detail("store", STORE, id, query)
