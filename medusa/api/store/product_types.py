"""Product types, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery
from medusa.api.store.product_fields import StoreListQuery
from medusa.framework.http import DateFilter, Response, RouteFields, StoreContext, StringOrList, get

TYPE = RouteFields("product_type", "id,value,external_id,created_at,updated_at,metadata,*products")


class TypesQuery(StoreListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of types."""

    value: StringOrList | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/store/product-types")
async def list_types(ctx: StoreContext, query: TypesQuery) -> Response:
    """List types."""
    return await ctx.list("product_types", TYPE, query)


@get("/store/product-types/{id}")
async def retrieve_type(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a type."""
    return await ctx.detail("product_type", TYPE, id, query)
