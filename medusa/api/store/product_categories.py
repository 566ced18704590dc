"""Categories that storefronts show: active ones that are not internal."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.category_trees import TreeQuery, list_categories, one_category, tree_filters
from medusa.framework.http import DateFilter, ListQuery, Response, RouteFields, StoreContext, StringOrList, get

CATEGORY = RouteFields(
    "product_category",
    "id,name,description,handle,rank,external_id,parent_category_id,created_at,updated_at,metadata,"
    "*parent_category,*category_children",
    "id,name,description,handle,rank,external_id,parent_category_id,created_at,updated_at,metadata,"
    "*parent_category,*category_children,*products,*parent_category.parent_category,"
    "*category_children.category_children",
)
VISIBLE = {"is_active": True, "is_internal": False}


class StoreCategoryQuery(TreeQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What to show of a category."""

    locale: str | UnsetType = UNSET


class StoreCategoriesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of categories."""

    include_ancestors_tree: bool | UnsetType = UNSET
    include_descendants_tree: bool | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    description: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET
    parent_category_id: StringOrList | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        filters = tree_filters(super().filters())
        filters.pop("locale", None)
        return filters


@get("/store/product-categories")
async def list_all(ctx: StoreContext, query: StoreCategoriesQuery) -> Response:
    """List categories."""
    return await list_categories(ctx, CATEGORY, query, VISIBLE)


@get("/store/product-categories/{id}")
async def retrieve_category(ctx: StoreContext, id: str, query: StoreCategoryQuery) -> Response:
    """Retrieve a category."""
    found = await one_category(ctx, CATEGORY, id, query, VISIBLE)
    return ctx.json({}) if found is None else Response(b'{"product_category":%b}' % found)
