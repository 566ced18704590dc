"""Product options, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery
from medusa.api.store.product_fields import StoreListQuery
from medusa.framework.http import DateFilter, Response, RouteFields, StoreContext, StringOrList, get

OPTION = RouteFields("product_option", "id,title,is_exclusive,created_at,updated_at,metadata,*values")


class OptionsQuery(StoreListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of options."""

    title: StringOrList | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/store/product-options")
async def list_options(ctx: StoreContext, query: OptionsQuery) -> Response:
    """List options."""
    return await ctx.list("product_options", OPTION, query)


@get("/store/product-options/{id}")
async def retrieve_option(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve an option."""
    return await ctx.detail("product_option", OPTION, id, query)
