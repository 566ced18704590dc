"""Categories: create, change, move and delete them, and put products into them."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.product import ProductService
from medusa.workflows.product.types import AddRemove, Body, Metadata, Text

Rank = Annotated[int, Meta(ge=0)] | UnsetType


class CreateCategory(Body, kw_only=True):
    """A category to create; ``rank`` is its place among its siblings, from 0, and the last one where none is given."""

    name: str
    description: str | UnsetType = UNSET
    handle: str | UnsetType = UNSET
    is_internal: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    parent_category_id: Text = UNSET
    external_id: Text = UNSET
    metadata: Metadata = UNSET
    rank: Rank = UNSET


class UpdateCategory(Body, kw_only=True):
    """What changes of a category; ``rank`` is its place among its siblings, from 0."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    handle: str | UnsetType = UNSET
    is_internal: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    parent_category_id: Text = UNSET
    external_id: Text = UNSET
    metadata: Metadata = UNSET
    rank: Rank = UNSET


class CategoryChange(Struct, kw_only=True):
    """What changes of the category with this id."""

    id: str
    change: UpdateCategory


@workflow("create-product-categories", hooks=["categories_created"])
async def create_product_categories(ctx: WorkflowContext, data: list[CreateCategory]) -> list[str]:
    """Create categories; their ids."""
    ids = await ctx.service(ProductService).create_product_categories(ctx.session, data)
    await ctx.hook("categories_created", category_ids=ids)
    ctx.emit("product-category.created", [{"id": id} for id in ids])
    return ids


@workflow("update-product-categories", hooks=["categories_updated"])
async def update_product_categories(ctx: WorkflowContext, data: CategoryChange) -> None:
    """Change a category, and move it in the tree."""
    await ctx.service(ProductService).update_product_categories(ctx.session, {data.id: data.change})
    await ctx.hook("categories_updated", category_ids=[data.id])
    ctx.emit("product-category.updated", {"id": data.id})


@workflow("delete-product-categories", hooks=["categories_deleted"])
async def delete_product_categories(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete categories without children."""
    await ctx.service(ProductService).delete_product_categories(ctx.session, ids)
    await ctx.hook("categories_deleted", ids=ids)
    ctx.emit("product-category.deleted", [{"id": id} for id in ids])


@workflow("batch-link-products-to-category")
async def batch_link_products_to_category(ctx: WorkflowContext, data: AddRemove) -> None:
    """Put products into a category and take some out."""
    products = ctx.service(ProductService)
    await products.link_products_to_category(ctx.session, data.id, add=data.add, remove=data.remove)
