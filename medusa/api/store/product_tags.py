"""Product tags, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery
from medusa.api.store.product_fields import StoreListQuery
from medusa.framework.http import DateFilter, Response, RouteFields, StoreContext, StringOrList, get

TAG = RouteFields("product_tag", "id,value,external_id,created_at,updated_at,metadata,*products")


class TagsQuery(StoreListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tags."""

    value: StringOrList | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/store/product-tags")
async def list_tags(ctx: StoreContext, query: TagsQuery) -> Response:
    """List tags."""
    return await ctx.list("product_tags", TAG, query)


@get("/store/product-tags/{id}")
async def retrieve_tag(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a tag."""
    return await ctx.detail("product_tag", TAG, id, query)
