"""Regions, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery
from medusa.framework.http import ListQuery, Response, RouteFields, StoreContext, StringOrList, get

REGION = RouteFields("region", "id,name,currency_code,created_at,updated_at,deleted_at,metadata,*countries")


class StoreRegionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of regions."""

    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    currency_code: StringOrList | UnsetType = UNSET
    locale: str | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        return {name: value for name, value in super().filters().items() if name != "locale"}


@get("/store/regions")
async def list_regions(ctx: StoreContext, query: StoreRegionsQuery) -> Response:
    """List regions."""
    return await ctx.list("regions", REGION, query)


@get("/store/regions/{id}")
async def retrieve_region(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a region."""
    return await ctx.detail("region", REGION, id, query)
