"""Where products are sold, how they ship, what they cost and what stock they are."""

from sqlalchemy import Column, Numeric, text

from medusa.framework.links import alias, define_link
from medusa.framework.query import ViewColumn, printing, searchable, view, view_relation
from medusa.framework.query.registry import SqlBuild
from medusa.modules.fulfillment.models import ShippingProfile
from medusa.modules.inventory.models import InventoryItem
from medusa.modules.pricing.models import Price, PriceSet
from medusa.modules.product.models import (
    Product,
    ProductCategory,
    ProductCollection,
    ProductOption,
    ProductOptionValue,
    ProductTag,
    ProductType,
    ProductVariant,
)
from medusa.modules.sales_channel.models import SalesChannel

PRODUCT_SALES_CHANNEL = define_link(
    Product,
    SalesChannel,
    table="product_sales_channel",
    left_many=True,
    right_many=True,
    left_link="sales_channels_link",
    right_link="products_link",
    prefix="prodsc",
)

PRODUCT_SHIPPING_PROFILE = define_link(
    Product,
    ShippingProfile,
    table="product_shipping_profile",
    left_many=True,
    prefix="prodsp",
)

VARIANT_PRICE_SET = define_link(
    ProductVariant,
    PriceSet,
    table="product_variant_price_set",
    left_column="variant_id",
    left_name="variant",
    left_row="variant",
    right_delete_cascade=True,
    prefix="pvps",
)

VARIANT_INVENTORY_ITEM = define_link(
    ProductVariant,
    InventoryItem,
    table="product_variant_inventory_item",
    left_column="variant_id",
    left_name="variants",
    left_row="variant",
    left_many=True,
    right_name="inventory",
    right_row="inventory",
    right_many=True,
    left_link="inventory_items",
    right_link="variant_link",
    prefix="pvitem",
    extra={"required_quantity": Column(Numeric, nullable=False, server_default=text("1"))},
)


def _price_rules(build: SqlBuild, row: str) -> str:
    rule = build.alias()
    return (
        f"SELECT coalesce(json_object_agg({rule}.attribute, {rule}.value), '{{}}'::json) FROM price_rule AS {rule} "
        f'WHERE {rule}.price_id = {row}."id" AND {rule}.deleted_at IS NULL'
    )


# A variant's prices as the contract prints them: without the lists' prices, rules as an object.
view(
    "variant_price",
    Price,
    "SELECT p.id, p.amount, p.currency_code, p.min_quantity, p.max_quantity, p.created_at, p.updated_at, p.deleted_at, "
    "p.price_set_id, p.price_list_id, l.variant_id FROM product_variant_price_set AS l JOIN price AS p "
    "ON p.price_set_id = l.price_set_id WHERE l.deleted_at IS NULL AND p.deleted_at IS NULL",
    columns=[
        ViewColumn("amount", "numeric"),
        ViewColumn("min_quantity", "numeric"),
        ViewColumn("max_quantity", "numeric"),
        ViewColumn("variant_id"),
        ViewColumn("deleted_at", "timestamptz", private=True),
    ],
    only=["id", "currency_code", "created_at", "updated_at", "amount", "min_quantity", "max_quantity", "variant_id"],
    always=["variant_id", "rules"],
    computed={"rules": _price_rules},
)
view_relation(ProductVariant, "prices", "variant_price", on=[("id", "variant_id")], many=True)

alias(ProductVariant, "variant_prices", path="price_set.prices")

_WITHOUT_ID = {
    Product: ("collection", "type", "images", "tags", "categories", "options"),
    ProductVariant: ("options", "images"),
    ProductOption: ("values",),
    ProductOptionValue: ("option",),
}
for _model, _relations in _WITHOUT_ID.items():
    printing(_model, _relations, id=False, key=False)
printing(ProductCategory, ("parent_category",), id=False, key=False)
printing(ProductCategory, ("category_children",), id=False)

searchable(
    Product,
    "title",
    "subtitle",
    "description",
    "variants.title",
    "variants.sku",
    "variants.barcode",
    "variants.ean",
    "variants.upc",
)
searchable(
    ProductVariant,
    "title",
    "sku",
    "barcode",
    "ean",
    "upc",
    "product.title",
    "product.subtitle",
    "product.description",
)
searchable(ProductOption, "title")
searchable(ProductCollection, "title")
searchable(ProductTag, "value")
searchable(ProductType, "value")
searchable(ProductCategory, "name", "description", "handle")
