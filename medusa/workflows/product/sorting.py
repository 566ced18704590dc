"""Collections, categories, tags and types: create, change and delete them, and sort products by them."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.db import Json
from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.product import ProductService
from medusa.workflows.product.types import AddRemove, Body, Metadata, Text


class CreateCollection(Body, kw_only=True):
    """A collection to create; its handle is made of the title where none is given."""

    title: str
    handle: str | UnsetType = UNSET
    external_id: Text = UNSET
    metadata: Metadata = UNSET


class UpdateCollection(Body, kw_only=True):
    """What changes of a collection."""

    title: str | UnsetType = UNSET
    handle: str | UnsetType = UNSET
    external_id: Text = UNSET
    metadata: Metadata = UNSET


class CreateLabel(Body, kw_only=True):
    """A tag or a type to create."""

    value: str
    external_id: str | None = None
    metadata: Json | None = None


class UpdateLabel(Body, kw_only=True):
    """What changes of a tag or a type."""

    value: str | UnsetType = UNSET
    external_id: Text = UNSET
    metadata: Metadata = UNSET


class CollectionsData(Struct, kw_only=True):
    """Collections to create."""

    collections: list[CreateCollection]
    additional_data: dict[str, Any] | None = None


class CollectionChange(Struct, kw_only=True):
    """What changes of the collection with this id."""

    id: str
    change: UpdateCollection
    additional_data: dict[str, Any] | None = None


class LabelChange(Struct, kw_only=True):
    """What changes of the tag or type with this id."""

    id: str
    change: UpdateLabel


@workflow("create-collections", hooks=["collections_created"])
async def create_collections(ctx: WorkflowContext, data: CollectionsData) -> list[str]:
    """Create collections; their ids."""
    ids = await ctx.service(ProductService).create_product_collections(ctx.session, data.collections)
    await ctx.hook("collections_created", collection_ids=ids, additional_data=data.additional_data)
    ctx.emit("product-collection.created", [{"id": id} for id in ids])
    return ids


@workflow("update-collections", hooks=["collections_updated"])
async def update_collections(ctx: WorkflowContext, data: CollectionChange) -> None:
    """Change a collection."""
    row = row_of(data.change) | {"id": data.id}
    await ctx.service(ProductService).update_product_collections(ctx.session, [row])
    await ctx.hook("collections_updated", collection_ids=[data.id], additional_data=data.additional_data)
    ctx.emit("product-collection.updated", {"id": data.id})


@workflow("delete-collections", hooks=["collections_deleted"])
async def delete_collections(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete collections; their products stay."""
    await ctx.service(ProductService).product_collections.soft_delete(ctx.session, ids)
    await ctx.hook("collections_deleted", ids=ids)
    ctx.emit("product-collection.deleted", [{"id": id} for id in ids])


@workflow("batch-link-products-to-collection")
async def batch_link_products_to_collection(ctx: WorkflowContext, data: AddRemove) -> None:
    """Put products into a collection and take some out."""
    products = ctx.service(ProductService)
    await products.link_products_to_collection(ctx.session, data.id, add=data.add, remove=data.remove)


@workflow("create-product-tags", hooks=["product_tags_created"])
async def create_product_tags(ctx: WorkflowContext, data: list[CreateLabel]) -> list[str]:
    """Create tags; their ids."""
    ids = [tag.id for tag in await ctx.service(ProductService).product_tags.create(ctx.session, data)]
    await ctx.hook("product_tags_created", product_tag_ids=ids)
    ctx.emit("product-tag.created", [{"id": id} for id in ids])
    return ids


@workflow("update-product-tags", hooks=["product_tags_updated"])
async def update_product_tags(ctx: WorkflowContext, data: LabelChange) -> None:
    """Change a tag."""
    await ctx.service(ProductService).update_product_tags(ctx.session, [row_of(data.change) | {"id": data.id}])
    await ctx.hook("product_tags_updated", product_tag_ids=[data.id])
    ctx.emit("product-tag.updated", {"id": data.id})


@workflow("delete-product-tags", hooks=["product_tags_deleted"])
async def delete_product_tags(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete tags."""
    await ctx.service(ProductService).product_tags.soft_delete(ctx.session, ids)
    await ctx.hook("product_tags_deleted", ids=ids)
    ctx.emit("product-tag.deleted", [{"id": id} for id in ids])


@workflow("create-product-types", hooks=["product_types_created"])
async def create_product_types(ctx: WorkflowContext, data: list[CreateLabel]) -> list[str]:
    """Create types; their ids."""
    ids = [kind.id for kind in await ctx.service(ProductService).product_types.create(ctx.session, data)]
    await ctx.hook("product_types_created", product_type_ids=ids)
    ctx.emit("product-type.created", [{"id": id} for id in ids])
    return ids


@workflow("update-product-types", hooks=["product_types_updated"])
async def update_product_types(ctx: WorkflowContext, data: LabelChange) -> None:
    """Change a type."""
    await ctx.service(ProductService).update_product_types(ctx.session, [row_of(data.change) | {"id": data.id}])
    await ctx.hook("product_types_updated", product_type_ids=[data.id])
    ctx.emit("product-type.updated", {"id": data.id})


@workflow("delete-product-types", hooks=["product_types_deleted"])
async def delete_product_types(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete types."""
    await ctx.service(ProductService).product_types.soft_delete(ctx.session, ids)
    await ctx.hook("product_types_deleted", ids=ids)
    ctx.emit("product-type.deleted", [{"id": id} for id in ids])
