from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from medusa.framework.http import (
    CUSTOMER,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StoreContext,
    StringOrList,
    get,
    post,
)
from src.workflows.brands import NewBrand, create_brands

BRAND = RouteFields("brand", "id,name,country_code", allowed="*")


class BrandsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """``limit``, ``offset``, ``order``, ``fields`` and ``q`` are inherited; these are the filters."""

    limit: int = 20
    name: StringOrList | UnsetType = UNSET
    country_code: StringOrList | UnsetType = UNSET


class ProposeBrand(Struct, kw_only=True, forbid_unknown_fields=True):
    """A brand that a customer misses."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]


@get("/store/brands")
async def list_brands(ctx: StoreContext, query: BrandsQuery) -> Response:
    """List brands."""
    return await ctx.list("brands", BRAND, query)


@post("/store/brands", authenticate=CUSTOMER)
async def propose_brand(ctx: StoreContext, body: ProposeBrand, query: FieldsQuery) -> Response:
    """Propose a brand, as a customer who is logged in."""
    [id] = await ctx.run(create_brands, [NewBrand(name=body.name)])
    return await ctx.detail("brand", BRAND, id, query)


@get("/store/brands/{id}")
async def retrieve_brand(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a brand."""
    return await ctx.detail("brand", BRAND, id, query)
