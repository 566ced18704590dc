"""What the cart workflows take."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

Json = dict[str, Any]


class AddressInput(Struct, frozen=True, kw_only=True):
    """An address that replaces the present one; with an ``id``, that stored address."""

    id: str | UnsetType = UNSET
    customer_id: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    address_1: str | UnsetType | None = UNSET
    address_2: str | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    country_code: str | UnsetType | None = UNSET
    province: str | UnsetType | None = UNSET
    postal_code: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    metadata: Json | UnsetType | None = UNSET


class ItemInput(Struct, frozen=True, kw_only=True):
    """A variant to buy; ``quantity`` is rounded to whole pieces."""

    variant_id: str
    quantity: Decimal
    metadata: Json | None = None


class CreateCart(Struct, frozen=True, kw_only=True):
    """A new cart; what is absent comes from the region and the store."""

    region_id: str | None = None
    sales_channel_id: str | None = None
    customer_id: str | None = None
    email: str | None = None
    currency_code: str | None = None
    locale: str | None = None
    shipping_address: AddressInput | str | None = None
    billing_address: AddressInput | str | None = None
    items: Sequence[ItemInput] = field(default_factory=list[ItemInput])
    promo_codes: Sequence[str] = field(default_factory=list[str])
    metadata: Json | None = None
    additional_data: Json | None = None


class UpdateCart(Struct, frozen=True, kw_only=True):
    """Changes of a cart; what is not set stays. ``promo_codes`` replaces the codes."""

    id: str
    region_id: str | UnsetType = UNSET
    sales_channel_id: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    locale: str | UnsetType | None = UNSET
    shipping_address: AddressInput | UnsetType = UNSET
    billing_address: AddressInput | UnsetType = UNSET
    promo_codes: Sequence[str] | UnsetType = UNSET
    metadata: Json | UnsetType | None = UNSET
    additional_data: Json | None = None


class AddToCart(Struct, frozen=True, kw_only=True):
    """Variants to add to a cart."""

    cart_id: str
    items: Sequence[ItemInput]
    additional_data: Json | None = None


class UpdateLineItem(Struct, frozen=True, kw_only=True):
    """A new quantity (0 removes the line), and metadata to merge into the line's."""

    cart_id: str
    item_id: str
    quantity: Decimal
    metadata: Json | UnsetType | None = UNSET
    additional_data: Json | None = None


class DeleteLineItems(Struct, frozen=True, kw_only=True):
    """Lines to remove; unknown ones are passed over."""

    cart_id: str
    ids: Sequence[str]


class MethodInput(Struct, frozen=True, kw_only=True):
    """A shipping option to choose, with data for its provider."""

    id: str
    data: Json = field(default_factory=dict[str, Any])


class AddShippingMethods(Struct, frozen=True, kw_only=True):
    """Shipping options to choose for a cart; each replaces the method of the same shipping profile."""

    cart_id: str
    options: Sequence[MethodInput]
    additional_data: Json | None = None


class UpdatePromotions(Struct, frozen=True, kw_only=True):
    """Promotion codes to ``add``, ``remove``, or to have alone (``replace``)."""

    cart_id: str
    action: str
    codes: Sequence[str]


class TransferCart(Struct, frozen=True, kw_only=True):
    """A cart that goes to a customer who has logged in."""

    id: str
    customer_id: str
    additional_data: Json | None = None


class RefreshCart(Struct, frozen=True, kw_only=True):
    """A cart to calculate anew; ``require_country`` refuses one that no tax can be calculated for."""

    id: str
    require_country: bool = False


class CompleteCart(Struct, frozen=True, kw_only=True):
    """A cart to make an order."""

    cart_id: str
