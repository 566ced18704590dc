"""Collections, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import LocaleQuery
from medusa.api.store.product_fields import StoreListQuery
from medusa.framework.http import Response, RouteFields, StoreContext, StringOrList, get

COLLECTION = RouteFields("product_collection", "id,title,handle,external_id,created_at,updated_at")


class CollectionsQuery(StoreListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of collections."""

    limit: int = 10
    title: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET


@get("/store/collections")
async def list_collections(ctx: StoreContext, query: CollectionsQuery) -> Response:
    """List collections."""
    return await ctx.list("collections", COLLECTION, query)


@get("/store/collections/{id}")
async def retrieve_collection(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a collection."""
    return await ctx.detail("collection", COLLECTION, id, query, not_found=f"Collection with id: {id} was not found")
