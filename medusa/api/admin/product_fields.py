"""What admin routes show of products and variants, and the filters of their lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
)
from medusa.framework.query import Fields

PRODUCT = RouteFields(
    "product",
    "id,title,subtitle,status,external_id,description,handle,is_giftcard,discountable,thumbnail,collection_id,type_id,"
    "weight,length,height,width,hs_code,origin_country,mid_code,material,created_at,updated_at,deleted_at,metadata,"
    "*type,*collection,*options,*options.values,*tags,*images,*variants,*variants.images,*variants.prices,"
    "*variants.options,*variants.options.option,*sales_channels",
)

_VARIANT = (
    "id,title,sku,thumbnail,barcode,ean,upc,allow_backorder,manage_inventory,hs_code,origin_country,mid_code,material,"
    "weight,length,height,width,metadata,variant_rank,product_id,created_at,updated_at,deleted_at,*options,*prices"
)
VARIANT = RouteFields("product_variant", _VARIANT)
VARIANT_WITH_PRODUCT = RouteFields("product_variant", f"{_VARIANT},*product")

Status = Literal["draft", "proposed", "published", "rejected"]

_THROUGH: dict[str, tuple[str, ...]] = {
    "tag_id": ("tags", "id"),
    "category_id": ("categories", "id"),
    "sales_channel_id": ("sales_channels", "id"),
    "option_id": ("options", "id"),
    "option_value_id": ("variants", "options", "id"),
    "price_list_id": ("variants", "price_set", "prices", "price_list_id"),
}


_OF_VARIANTS = frozenset(
    ("id", "sku", "ean", "upc", "barcode", "manage_inventory", "allow_backorder", "options", "created_at", "updated_at")
)


def through_relations(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters of products with names such as ``tag_id`` as filters through relations; ``null`` is for none."""
    out: dict[str, Any] = {}
    more: list[dict[str, Any]] = []
    for name, value in filters.items():
        if name in ("collection_id", "type_id") and value == "null":
            out[name] = None
        elif name == "variants":
            if known := {key: inner for key, inner in value.items() if key in _OF_VARIANTS}:
                out[name] = known
        elif path := _THROUGH.get(name):
            for step in reversed(path):
                value = {step: value}
            more.append(value)
        else:
            out[name] = value
    if more:
        out["$and"] = [*out.get("$and", []), *more]
    return out


class ProductsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=False):
    """Filters of products."""

    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET
    status: list[Status] | UnsetType = UNSET
    is_giftcard: bool | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    collection_id: StringOrList | UnsetType = UNSET
    type_id: StringOrList | UnsetType = UNSET
    tag_id: StringOrList | UnsetType = UNSET
    category_id: StringOrList | UnsetType = UNSET
    sales_channel_id: StringOrList | UnsetType = UNSET
    option_id: StringOrList | UnsetType = UNSET
    option_value_id: StringOrList | UnsetType = UNSET
    price_list_id: StringOrList | UnsetType = UNSET
    variants: dict[str, Any] | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return through_relations(super().filters())


class VariantsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of variants."""

    id: StringOrList | UnsetType = UNSET
    sku: StringOrList | UnsetType = UNSET
    ean: StringOrList | UnsetType = UNSET
    upc: StringOrList | UnsetType = UNSET
    barcode: StringOrList | UnsetType = UNSET
    manage_inventory: bool | UnsetType = UNSET
    allow_backorder: bool | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class LabelsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tags and types."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    value: StringOrList | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


async def rows_by_id(ctx: AdminContext, entity: str, fields: Fields, ids: list[str]) -> bytes:
    """These rows as a JSON array."""
    if not ids:
        return b"[]"
    async with ctx.reader() as session:
        return (await ctx.query.page(session, entity, fields=fields, filters={"id": ids})).items


async def batch_answer(
    ctx: AdminContext, route: RouteFields, query: FieldsQuery, created: list[str], updated: list[str], deleted: Any
) -> Response:
    """``{"created": [...], "updated": [...], "deleted": {...}}``."""
    fields = route.of(query)
    return Response(
        b'{"created":%b,"updated":%b,"deleted":%b}'
        % (
            await rows_by_id(ctx, route.entity, fields, created),
            await rows_by_id(ctx, route.entity, fields, updated),
            ctx.json(deleted).body,
        )
    )
