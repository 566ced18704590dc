from msgspec import UNSET, UnsetType

from medusa.framework.http import FieldsQuery, ListQuery, Response, RouteFields, StoreContext, StringOrList, get

BRAND = RouteFields("brand", "id,name,country_code", allowed="*")


class BrandsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """``limit``, ``offset``, ``order``, ``fields`` and ``q`` are inherited; these are the filters."""

    limit: int = 20
    name: StringOrList | UnsetType = UNSET
    country_code: StringOrList | UnsetType = UNSET


@get("/store/brands")
async def list_brands(ctx: StoreContext, query: BrandsQuery) -> Response:
    """List brands."""
    return await ctx.list("brands", BRAND, query)


@get("/store/brands/{id}")
async def retrieve_brand(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a brand."""
    return await ctx.detail("brand", BRAND, id, query)
