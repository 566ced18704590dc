"""Collections."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType, field

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import given
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.product.sorting import (
    CollectionChange,
    CollectionsData,
    CreateCollection,
    UpdateCollection,
    batch_link_products_to_collection,
    create_collections,
    delete_collections,
    update_collections,
)
from medusa.workflows.product.types import AddRemove, Body

COLLECTION = RouteFields("product_collection", "id,title,handle,external_id,created_at,updated_at,metadata")


class CollectionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of collections."""

    limit: int = 10
    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class CreateCollectionBody(CreateCollection, kw_only=True):
    """A collection to create, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class UpdateCollectionBody(UpdateCollection, kw_only=True):
    """What changes of a collection, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class AddRemoveBody(Body, kw_only=True):
    """Ids of products to put in and to take out."""

    add: list[str] = field(default_factory=list[str])
    remove: list[str] = field(default_factory=list[str])


@get("/admin/collections")
async def list_collections(ctx: AdminContext, query: CollectionsQuery) -> Response:
    """List collections."""
    return await ctx.list("collections", COLLECTION, query)


@post("/admin/collections")
async def create_collection(ctx: AdminContext, body: CreateCollectionBody, query: FieldsQuery) -> Response:
    """Create a collection."""
    collection = CreateCollection(
        title=body.title, handle=body.handle, external_id=body.external_id, metadata=body.metadata
    )
    data = CollectionsData(collections=[collection], additional_data=given(body.additional_data))
    [id] = await ctx.run(create_collections, data)
    return await ctx.detail("collection", COLLECTION, id, query)


@get("/admin/collections/{id}")
async def retrieve_collection(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a collection."""
    return await detail_or_nothing(ctx, "collection", COLLECTION, id, query)


@post("/admin/collections/{id}")
async def update_collection(ctx: AdminContext, id: str, body: UpdateCollectionBody, query: FieldsQuery) -> Response:
    """Change a collection."""
    change = UpdateCollection(
        title=body.title, handle=body.handle, external_id=body.external_id, metadata=body.metadata
    )
    data = CollectionChange(id=id, change=change, additional_data=given(body.additional_data))
    await ctx.run(update_collections, data)
    return await ctx.detail("collection", COLLECTION, id, query)


@delete("/admin/collections/{id}")
async def delete_collection(ctx: AdminContext, id: str) -> Response:
    """Delete a collection; its products stay."""
    await ctx.run(delete_collections, [id])
    return ctx.deleted(id, "collection")


@post("/admin/collections/{id}/products")
async def change_products(ctx: AdminContext, id: str, body: AddRemoveBody, query: FieldsQuery) -> Response:
    """Put products into a collection and take some out."""
    await ctx.run(batch_link_products_to_collection, AddRemove(id=id, add=body.add, remove=body.remove))
    return await detail_or_nothing(ctx, "collection", COLLECTION, id, query)
