"""Categories: a tree with ranks."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.admin.collections import AddRemoveBody
from medusa.api.category_trees import TreeQuery, list_categories, one_category, tree_filters
from medusa.framework.errors import NotFound
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.product.categories import (
    CategoryChange,
    CreateCategory,
    UpdateCategory,
    batch_link_products_to_category,
    create_product_categories,
    delete_product_categories,
    update_product_categories,
)
from medusa.workflows.product.types import AddRemove

CATEGORY = RouteFields(
    "product_category",
    "id,name,description,handle,is_active,is_internal,rank,external_id,parent_category_id,created_at,updated_at,"
    "metadata,*parent_category,*category_children",
)


class CategoriesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of categories."""

    include_ancestors_tree: bool | UnsetType = UNSET
    include_descendants_tree: bool | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    description: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET
    parent_category_id: StringOrList | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    is_internal: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        return tree_filters(super().filters())


async def _answer(ctx: AdminContext, id: str, query: TreeQuery) -> Response:
    found = await one_category(ctx, CATEGORY, id, query, {})
    return ctx.json({}) if found is None else Response(b'{"product_category":%b}' % found)


@get("/admin/product-categories")
async def list_all(ctx: AdminContext, query: CategoriesQuery) -> Response:
    """List categories."""
    return await list_categories(ctx, CATEGORY, query, {})


@post("/admin/product-categories")
async def create_category(ctx: AdminContext, body: CreateCategory, query: TreeQuery) -> Response:
    """Create a category."""
    [id] = await ctx.run(create_product_categories, [body])
    return await _answer(ctx, id, query)


@get("/admin/product-categories/{id}")
async def retrieve_category(ctx: AdminContext, id: str, query: TreeQuery) -> Response:
    """Retrieve a category."""
    found = await one_category(ctx, CATEGORY, id, query, {})
    if found is None:
        raise NotFound(f"Product category with id: {id} was not found")
    return Response(b'{"product_category":%b}' % found)


@post("/admin/product-categories/{id}")
async def update_category(ctx: AdminContext, id: str, body: UpdateCategory, query: TreeQuery) -> Response:
    """Change a category, and move it in the tree."""
    await ctx.run(update_product_categories, CategoryChange(id=id, change=body))
    return await _answer(ctx, id, query)


@delete("/admin/product-categories/{id}")
async def delete_category(ctx: AdminContext, id: str) -> Response:
    """Delete a category without children."""
    await ctx.run(delete_product_categories, [id])
    return ctx.deleted(id, "product_category")


@post("/admin/product-categories/{id}/products")
async def change_products(ctx: AdminContext, id: str, body: AddRemoveBody, query: TreeQuery) -> Response:
    """Put products into a category and take some out."""
    await ctx.run(batch_link_products_to_category, AddRemove(id=id, add=body.add, remove=body.remove))
    return await _answer(ctx, id, query)
