"""From what workflows take to what the modules take; pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.modules import row_of
from medusa.modules.pricing.types import PriceInput
from medusa.modules.product.types import ImageInput, NewProduct, NewVariant, OptionInput, ProductChange, VariantChange
from medusa.workflows.product.types import (
    CreateProduct,
    CreateVariant,
    Image,
    Option,
    Price,
    PriceChange,
    Reference,
    UpdateProduct,
    VariantColumns,
)

_WHOLE = ("weight", "length", "height", "width")
_OF_ITEM = ("sku", "origin_country", "mid_code", "material", "hs_code")


def _columns(given: Struct, *without: str) -> dict[str, Any]:
    return {name: value for name, value in row_of(given).items() if name not in (*without, "additional_data")}


def _ids(references: Sequence[Reference]) -> list[str]:
    return [reference.id for reference in references]


def _images(images: Sequence[Image]) -> list[ImageInput]:
    return [ImageInput(url=image.url, id=image.id) for image in images]


def option_input(option: Option) -> OptionInput:
    """An option of a product."""
    return OptionInput(**row_of(option))


def new_variant(variant: CreateVariant) -> NewVariant:
    """A variant without its prices and stock."""
    return NewVariant(**_columns(variant, "prices", "inventory_items"))


def new_product(product: CreateProduct) -> NewProduct:
    """A product with the parts that the product module keeps."""
    columns = _columns(
        product, "images", "categories", "tags", "options", "variants", "sales_channels", "shipping_profile_id"
    )
    return NewProduct(
        **columns,
        images=_images(product.images),
        category_ids=_ids(product.categories),
        tag_ids=_ids(product.tags),
        options=[option_input(option) for option in product.options],
        variants=[new_variant(variant) for variant in product.variants],
    )


def product_change(id: str, product: UpdateProduct) -> ProductChange:
    """What changes of a product in the product module."""
    columns = _columns(
        product, "id", "images", "categories", "tags", "variants", "sales_channels", "shipping_profile_id"
    )
    change = ProductChange(id=id, **columns)
    if not isinstance(product.images, UnsetType):
        change.images = _images(product.images)
    if not isinstance(product.categories, UnsetType):
        change.category_ids = _ids(product.categories)
    if not isinstance(product.tags, UnsetType):
        change.tag_ids = _ids(product.tags)
    return change


def variant_change(id: str, variant: VariantColumns) -> VariantChange:
    """What changes of a variant in the product module."""
    return VariantChange(id=id, **_columns(variant, "id", "prices"))


def upserted_variant(variant: VariantColumns) -> NewVariant:
    """A new variant out of an update of a product.

    Raises:
        InvalidData: It has no title.
    """
    columns = _columns(variant, "id", "prices")
    if "title" not in columns:
        raise InvalidData("A new variant needs a title")
    return NewVariant(**columns)


def price_inputs(prices: Sequence[Price | PriceChange] | UnsetType) -> list[PriceInput]:
    """Prices of a price set."""
    return [] if isinstance(prices, UnsetType) else [PriceInput(**row_of(price)) for price in prices]


def inventory_item(columns: dict[str, Any]) -> dict[str, Any]:
    """The inventory item of a variant with these columns."""
    item = {name: columns[name] for name in _OF_ITEM if columns.get(name) is not None}
    item |= {name: round(Decimal(str(columns[name]))) for name in _WHOLE if columns.get(name) is not None}
    return item | {"title": columns["title"], "description": columns["title"], "requires_shipping": True}


def is_managed(columns: dict[str, Any]) -> bool:
    """Whether the stock of a variant with these columns is kept."""
    managed: bool | UnsetType | None = columns.get("manage_inventory", UNSET)
    return managed is not False
