"""What the product module takes and gives: products with all their parts, changes, and their present state."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from medusa.framework.db.models import Json

Text = str | UnsetType | None
Number = float | UnsetType | None


class Measures(Struct, kw_only=True):
    """Weight and size in the merchant's units, and what customs want to know."""

    weight: Number = UNSET
    length: Number = UNSET
    height: Number = UNSET
    width: Number = UNSET
    hs_code: Text = UNSET
    mid_code: Text = UNSET
    origin_country: Text = UNSET
    material: Text = UNSET


class OptionInput(Struct, kw_only=True):
    """An option of a product: a new one by title and values, or an existing one by id (``value_ids``: only these)."""

    id: str | UnsetType = UNSET
    value_ids: list[str] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    values: list[str] | UnsetType = UNSET
    ranks: dict[str, int] | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    metadata: Json | UnsetType | None = UNSET


class ImageInput(Struct, kw_only=True):
    """A picture by its address; the ``id`` of one that exists keeps it."""

    url: str
    id: str | UnsetType = UNSET
    metadata: Json | UnsetType | None = UNSET


class VariantColumns(Measures, kw_only=True):
    """The columns of a variant that can be given, apart from its title."""

    sku: Text = UNSET
    ean: Text = UNSET
    upc: Text = UNSET
    barcode: Text = UNSET
    allow_backorder: bool | UnsetType = UNSET
    manage_inventory: bool | UnsetType = UNSET
    variant_rank: int | UnsetType = UNSET
    thumbnail: Text = UNSET
    metadata: Json | UnsetType | None = UNSET


class NewVariant(VariantColumns, kw_only=True):
    """A variant to create; ``options`` maps titles of the product's options to values."""

    title: str
    options: dict[str, str] | UnsetType | None = UNSET


class VariantChange(VariantColumns, kw_only=True):
    """What changes of a variant."""

    id: str
    title: str | UnsetType = UNSET
    options: dict[str, str] | UnsetType | None = UNSET


class ProductColumns(Measures, kw_only=True):
    """The columns of a product that can be given, apart from its title."""

    handle: str | UnsetType = UNSET
    subtitle: Text = UNSET
    description: Text = UNSET
    is_giftcard: bool | UnsetType = UNSET
    discountable: bool | UnsetType = UNSET
    thumbnail: Text = UNSET
    status: Text = UNSET
    external_id: Text = UNSET
    type_id: Text = UNSET
    collection_id: Text = UNSET
    metadata: Json | UnsetType | None = UNSET


class NewProduct(ProductColumns, kw_only=True):
    """A product to create, with all its parts."""

    title: str
    options: list[OptionInput] = field(default_factory=list[OptionInput])
    variants: list[NewVariant] = field(default_factory=list[NewVariant])
    images: list[ImageInput] = field(default_factory=list[ImageInput])
    tag_ids: list[str] = field(default_factory=list[str])
    category_ids: list[str] = field(default_factory=list[str])


class ProductChange(ProductColumns, kw_only=True):
    """What changes of a product. Lists replace the present ones."""

    id: str
    title: str | UnsetType = UNSET
    images: list[ImageInput] | UnsetType = UNSET
    tag_ids: list[str] | UnsetType = UNSET
    category_ids: list[str] | UnsetType = UNSET
    option_ids: list[str] | UnsetType = UNSET


class OptionState(Struct, kw_only=True):
    """An option as it is; ``link_id`` is the row that gives it to the product."""

    id: str
    title: str
    is_exclusive: bool
    values: dict[str, str]
    """Value to id: those that the product offers."""
    link_id: str | None = None


class VariantState(Struct, kw_only=True):
    """A variant as it is."""

    id: str
    title: str
    product_id: str
    manage_inventory: bool
    metadata: dict[str, Any] | None = None
    option_value_ids: list[str] = []


class ProductState(Struct, kw_only=True):
    """A product as it is, for the rules about changes."""

    id: str
    title: str
    metadata: dict[str, Any] | None = None
    options: list[OptionState] = []
    variants: list[VariantState] = []
    image_ids: list[str] = []
    tag_ids: list[str] = []
    category_ids: list[str] = []


class CreatedVariant(Struct, frozen=True):
    """A new variant: its id, its product's, and the columns it got."""

    id: str
    product_id: str
    columns: dict[str, Any]


class CreatedProduct(Struct, frozen=True):
    """A new product's id and its variants, in the order in which they were given."""

    id: str
    variants: list[CreatedVariant]
