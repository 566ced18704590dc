"""What storefronts see of products and variants, and the filters of their lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from medusa.api.admin.product_fields import through_relations
from medusa.api.bodies import given
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    DateFilter,
    FieldsQuery,
    ListQuery,
    RouteFields,
    StoreContext,
    StringOrList,
)
from medusa.framework.query import Fields
from medusa.workflows.pricing.context import pricing_context

_COLUMNS = (
    "id,title,subtitle,description,handle,is_giftcard,discountable,thumbnail,collection_id,type_id,weight,length,height,"
    "width,hs_code,origin_country,mid_code,material,created_at,updated_at"
)
_DEFAULTS = (
    f"{_COLUMNS},*type,*collection,*options,*options.values,*tags,*images,*variants,*variants.options,"
    "*variants.options.option"
)


def _below(path: str, columns: str) -> str:
    """A relation that can be asked for as a whole, and its columns that can be asked for one by one."""
    return ",".join((path, *(f"{path}.{column}" for column in columns.split(",") if column)))


_ALLOWED = ",".join((
    "*",
    _below("type", "id,value,created_at,updated_at"),
    _below("collection", "id,title,handle,metadata,created_at,updated_at,deleted_at"),
    _below("tags", "id,value,created_at,updated_at"),
    _below("images", "id,url,rank"),
    _below("options", "id,title,is_exclusive"),
    _below("options.values", "id,value"),
    _below(
        "variants",
        "id,title,sku,barcode,ean,upc,allow_backorder,manage_inventory,hs_code,origin_country,mid_code,material,weight,"
        "length,height,width,created_at,updated_at,deleted_at,thumbnail,inventory_quantity",
    ),
    _below("variants.options", "id,value"),
    _below("variants.inventory_items", "inventory_item_id,required_quantity"),
    "variants.options.option,variants.prices,categories,variants.calculated_price,*variants.calculated_price",
))  # fmt: skip
_NOT_FILTERS = ("region_id", "country_code", "province", "cart_id", "locale", "fields")


@dataclass(frozen=True, slots=True)
class StoreFields(RouteFields):
    """Fields of products or variants; an asked ``inventory_quantity`` brings ``manage_inventory`` with it."""

    variants: str = ""
    """Path to the variants, with a dot at its end."""
    always: str = ""
    """Fields that every answer shows."""

    def of(self, query: FieldsQuery) -> Fields:
        fields = Fields.parse(query.fields, self.defaults, self.allowed)
        if fields.asks(f"{self.variants}inventory_quantity"):
            fields = fields.plus(f"{self.variants}manage_inventory")
        if isinstance(getattr(query, "region_id", UNSET), str):  # who names a region sees prices, asked for or not
            fields = fields.plus(f"{self.variants}calculated_price")
        return fields.plus(self.always) if self.always else fields


PRODUCTS = StoreFields("product", _DEFAULTS, _ALLOWED, variants="variants.")
PRODUCT = StoreFields("product", _DEFAULTS, _ALLOWED, variants="variants.", always="categories.is_internal")
VARIANT = StoreFields(
    "product_variant",
    "id,title,sku,barcode,ean,upc,allow_backorder,manage_inventory,variant_rank,product_id,thumbnail,hs_code,"
    "origin_country,mid_code,material,weight,length,height,width,created_at,updated_at,metadata,product.type_id,"
    "*options,*images,product.id",
    "*,*options,*options.option,*images,*product,product.type_id,calculated_price,*calculated_price,inventory_quantity",
)


class PricingQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The place and the cart that prices are for."""

    region_id: str | UnsetType = UNSET
    country_code: str | UnsetType = UNSET
    province: str | UnsetType = UNSET
    cart_id: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET


class StoreProductsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of products."""

    region_id: str | UnsetType = UNSET
    country_code: str | UnsetType = UNSET
    province: str | UnsetType = UNSET
    cart_id: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    handle: StringOrList | UnsetType = UNSET
    is_giftcard: bool | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    collection_id: StringOrList | UnsetType = UNSET
    type_id: StringOrList | UnsetType = UNSET
    tag_id: StringOrList | UnsetType = UNSET
    category_id: StringOrList | UnsetType = UNSET
    sales_channel_id: StringOrList | UnsetType = UNSET
    option_id: StringOrList | UnsetType = UNSET
    option_value_id: StringOrList | UnsetType = UNSET
    variants: dict[str, Any] | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return through_relations(without_context(super().filters()))


class StoreVariantsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of variants."""

    limit: int = 20
    region_id: str | UnsetType = UNSET
    country_code: str | UnsetType = UNSET
    province: str | UnsetType = UNSET
    cart_id: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    sku: StringOrList | UnsetType = UNSET
    ean: StringOrList | UnsetType = UNSET
    upc: StringOrList | UnsetType = UNSET
    barcode: StringOrList | UnsetType = UNSET
    product_id: StringOrList | UnsetType = UNSET
    options: dict[str, Any] | UnsetType = UNSET
    manage_inventory: bool | UnsetType = UNSET
    allow_backorder: bool | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return without_context(super().filters())


class StoreListQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters that lists of collections, tags, types and options share."""

    locale: str | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    external_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return without_context(super().filters())


def without_context(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters alone."""
    return {name: value for name, value in filters.items() if name not in _NOT_FILTERS}


async def context_of(
    ctx: StoreContext, route: StoreFields, query: PricingQuery | StoreProductsQuery | StoreVariantsQuery
) -> dict[str, Any]:
    """What computed fields of products need: the pricing context, and the sales channels whose stock counts.

    Raises:
        InvalidData: Prices are asked for without a region, or the region is unknown.
    """
    context = await pricing_context(
        ctx.app,
        region_id=given(query.region_id),
        country_code=given(query.country_code) if route.variants else None,
        province=given(query.province),
        cart_id=given(query.cart_id),
        customer_id=ctx.customer_id,
        required=route.of(query).asks(f"{route.variants}calculated_price"),
    )
    return {**context, "sales_channel_ids": list(ctx.require_sales_channels())}


def visible_products(ctx: StoreContext, asked: StringOrList | UnsetType = UNSET) -> dict[str, Any]:
    """Filters of what the publishable key shows: published products of its sales channels, or of some of them.

    Raises:
        InvalidData: A sales channel that is asked for is not the key's.
    """
    channels = list(ctx.require_sales_channels())
    if not isinstance(asked, UnsetType):
        wanted = [asked] if isinstance(asked, str) else asked
        if any(channel not in channels for channel in wanted):
            raise InvalidData("Requested sales channel is not part of the publishable key")
        channels = wanted
    return {"status": "published", "sales_channels": {"id": channels}}
