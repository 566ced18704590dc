"""What workflows about products take; bodies of the Admin API are of the same types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

from medusa.framework.db import Json
from medusa.framework.http import Flag

Text = str | UnsetType | None
Number = float | UnsetType | None
Quantity = Decimal | UnsetType | None
Metadata = Json | UnsetType | None
Status = Literal["draft", "proposed", "published", "rejected"]


class Body(Struct, kw_only=True, forbid_unknown_fields=True):
    """Something with a fixed set of fields."""


class Reference(Struct, kw_only=True):
    """Something that exists."""

    id: str


class Image(Struct, kw_only=True):
    """A picture by its address; with the ``id`` of one that the product has, that one stays."""

    id: str | UnsetType = UNSET
    url: str


class Option(Struct, kw_only=True):
    """A new option (``title`` and ``values``) or an existing one (``id``, and ``value_ids`` for some of its values)."""

    id: str | UnsetType = UNSET
    value_ids: list[str] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    values: list[str] | UnsetType = UNSET
    ranks: dict[str, int] | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    metadata: Metadata = UNSET


class Price(Body, kw_only=True):
    """A price in major units, for a range of quantities and under rules (``{"region_id": "reg_1"}``)."""

    currency_code: str
    amount: Decimal
    min_quantity: Quantity = UNSET
    max_quantity: Quantity = UNSET
    rules: dict[str, str] | UnsetType = UNSET


class PriceChange(Body, kw_only=True):
    """A new price, or what changes of the one with this ``id``."""

    id: str | UnsetType = UNSET
    currency_code: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    min_quantity: Quantity = UNSET
    max_quantity: Quantity = UNSET
    rules: dict[str, str] | UnsetType = UNSET


class InventoryKit(Body, kw_only=True):
    """How many of an inventory item one piece of a variant takes."""

    inventory_item_id: str
    required_quantity: Decimal


class CreateVariant(Body, kw_only=True):
    """A variant to create; ``options`` maps titles of options to values."""

    title: str
    sku: Text = UNSET
    ean: Text = UNSET
    upc: Text = UNSET
    barcode: Text = UNSET
    hs_code: Text = UNSET
    mid_code: Text = UNSET
    allow_backorder: Flag | UnsetType = UNSET
    manage_inventory: Flag | UnsetType = UNSET
    variant_rank: int | UnsetType = UNSET
    weight: Number = UNSET
    length: Number = UNSET
    height: Number = UNSET
    width: Number = UNSET
    origin_country: Text = UNSET
    material: Text = UNSET
    metadata: Metadata = UNSET
    prices: list[Price]
    options: dict[str, str] | UnsetType = UNSET
    inventory_items: list[InventoryKit] | UnsetType = UNSET


class VariantColumns(Body, kw_only=True):
    """What changes of a variant; ``prices`` replace the present ones."""

    title: str | UnsetType = UNSET
    prices: list[PriceChange] | UnsetType = UNSET
    sku: Text = UNSET
    ean: Text = UNSET
    upc: Text = UNSET
    barcode: Text = UNSET
    hs_code: Text = UNSET
    mid_code: Text = UNSET
    allow_backorder: Flag | UnsetType = UNSET
    manage_inventory: Flag | UnsetType = UNSET
    variant_rank: int | UnsetType = UNSET
    thumbnail: Text = UNSET
    weight: Number = UNSET
    length: Number = UNSET
    height: Number = UNSET
    width: Number = UNSET
    origin_country: Text = UNSET
    material: Text = UNSET
    metadata: Metadata = UNSET
    options: dict[str, str] | UnsetType = UNSET


class UpdateVariant(VariantColumns, kw_only=True):
    """What changes of a variant, or, without the ``id`` of one that exists, a new one."""

    id: str | UnsetType = UNSET


class BatchUpdateVariant(VariantColumns, kw_only=True):
    """What changes of the variant with this id."""

    id: str


class CreateProduct(Body, kw_only=True):
    """A product to create, with all its parts."""

    title: str
    subtitle: Text = UNSET
    description: Text = UNSET
    is_giftcard: Flag = False
    discountable: Flag = True
    images: list[Image] = field(default_factory=list[Image])
    thumbnail: Text = UNSET
    handle: str | UnsetType = UNSET
    status: Status | UnsetType | None = UNSET
    external_id: Text = UNSET
    type_id: Text = UNSET
    collection_id: Text = UNSET
    categories: list[Reference] = field(default_factory=list[Reference])
    tags: list[Reference] = field(default_factory=list[Reference])
    options: list[Option] = field(default_factory=list[Option])
    variants: list[CreateVariant] = field(default_factory=list[CreateVariant])
    sales_channels: list[Reference] = field(default_factory=list[Reference])
    shipping_profile_id: Text = UNSET
    weight: Number = UNSET
    length: Number = UNSET
    height: Number = UNSET
    width: Number = UNSET
    hs_code: Text = UNSET
    mid_code: Text = UNSET
    origin_country: Text = UNSET
    material: Text = UNSET
    metadata: Metadata = UNSET


class UpdateProduct(Body, kw_only=True):
    """What changes of a product. Lists replace the present ones; of variants, those without a known ``id`` are new."""

    title: str | UnsetType = UNSET
    discountable: Flag | UnsetType = UNSET
    is_giftcard: Flag | UnsetType = UNSET
    variants: list[UpdateVariant] | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    subtitle: Text = UNSET
    description: Text = UNSET
    images: list[Image] | UnsetType = UNSET
    thumbnail: Text = UNSET
    handle: str | UnsetType = UNSET
    type_id: Text = UNSET
    external_id: Text = UNSET
    collection_id: Text = UNSET
    categories: list[Reference] | UnsetType = UNSET
    tags: list[Reference] | UnsetType = UNSET
    option_ids: list[str] | UnsetType = UNSET
    sales_channels: list[Reference] | UnsetType = UNSET
    shipping_profile_id: Text = UNSET
    weight: Number = UNSET
    length: Number = UNSET
    height: Number = UNSET
    width: Number = UNSET
    hs_code: Text = UNSET
    mid_code: Text = UNSET
    origin_country: Text = UNSET
    material: Text = UNSET
    metadata: Metadata = UNSET


class BatchUpdateProduct(UpdateProduct, kw_only=True):
    """What changes of the product with this id."""

    id: str


class CreateProducts(Struct, kw_only=True):
    """Products to create."""

    products: list[CreateProduct]
    additional_data: dict[str, Any] | None = None


class UpdateProducts(Struct, kw_only=True):
    """Changes of products, by id."""

    products: dict[str, UpdateProduct]
    additional_data: dict[str, Any] | None = None
    is_batch: bool = False


class CreateVariants(Struct, kw_only=True):
    """Variants to add to a product."""

    product_id: str
    variants: list[CreateVariant]
    additional_data: dict[str, Any] | None = None


class UpdateVariants(Struct, kw_only=True):
    """Changes of variants, by id; with a ``product_id`` those of other products are passed over."""

    variants: dict[str, VariantColumns]
    product_id: str | None = None
    additional_data: dict[str, Any] | None = None


class DeleteVariants(Struct, kw_only=True):
    """Variants to delete; with a ``product_id`` those of other products are passed over."""

    ids: list[str]
    product_id: str | None = None


class BatchProducts(Body, kw_only=True):
    """Products to create, change and delete, all or nothing."""

    create: list[CreateProduct] = field(default_factory=list[CreateProduct])
    update: list[BatchUpdateProduct] = field(default_factory=list[BatchUpdateProduct])
    delete: list[str] = field(default_factory=list[str])


class BatchVariants(Struct, kw_only=True):
    """Variants of a product to create, change and delete, all or nothing."""

    product_id: str
    create: list[CreateVariant]
    update: list[BatchUpdateVariant]
    delete: list[str]


class BatchResult(Struct, kw_only=True, frozen=True):
    """Ids of what was created, changed and deleted."""

    created: list[str]
    updated: list[str]
    deleted: list[str]


class AddRemove(Struct, kw_only=True):
    """Ids to add to, and to remove from, the thing with this id."""

    id: str
    add: list[str] = field(default_factory=list[str])
    remove: list[str] = field(default_factory=list[str])


class InventoryLink(Body, kw_only=True):
    """How many of an inventory item one piece of a variant takes."""

    required_quantity: Decimal
    inventory_item_id: str
    variant_id: str


class InventoryUnlink(Body, kw_only=True):
    """A variant and an inventory item to part."""

    inventory_item_id: str
    variant_id: str


class BatchInventoryLinks(Body, kw_only=True):
    """Inventory items of variants to add, change and remove."""

    create: list[InventoryLink] = field(default_factory=list[InventoryLink])
    update: list[InventoryLink] = field(default_factory=list[InventoryLink])
    delete: list[InventoryUnlink] = field(default_factory=list[InventoryUnlink])
