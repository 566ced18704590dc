"""What a cart is calculated from, gathered from all modules in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct, field

from medusa.framework.db import Session
from medusa.links.checkout_parcels import Measure, Origin
from medusa.links.checkout_sql import CHECKOUT, NEW_CART, TO_PAY
from medusa.modules.cart.state import Cart
from medusa.modules.pricing.selection import PricePreference, PriceRule
from medusa.modules.promotion.rules import Rule
from medusa.modules.tax.selection import TaxRegion


class Region(Struct, frozen=True):
    """Where one buys; ``countries`` are lower-case ISO codes."""

    id: str
    name: str
    currency_code: str
    automatic_taxes: bool
    countries: list[str]


class PriceListRule(Struct, frozen=True):
    """A condition of a price list: one of several values."""

    attribute: str
    value: Any


class PriceList(Struct, frozen=True):
    """The list a price belongs to."""

    id: str
    type: str
    status: str
    starts_at: datetime | None
    ends_at: datetime | None
    rules: list[PriceListRule]


class Price(Struct, frozen=True):
    """A price that may apply; ``amount`` in the region's currency."""

    id: str
    amount: Decimal
    currency_code: str
    min_quantity: Decimal | None
    max_quantity: Decimal | None
    rules: tuple[PriceRule, ...]
    price_list: PriceList | None
    price_list_id: str | None


class Level(Struct, frozen=True):
    """The stock of an inventory item at a location of the sales channel."""

    id: str
    location_id: str
    stocked_quantity: Decimal
    reserved_quantity: Decimal

    @property
    def available(self) -> Decimal:
        """What can still be sold."""
        return self.stocked_quantity - self.reserved_quantity


class InventoryNeed(Struct, frozen=True):
    """What one piece of a variant takes out of stock."""

    inventory_item_id: str
    required_quantity: Decimal
    requires_shipping: bool
    levels: list[Level]


class Variant(Struct, frozen=True):
    """A variant with its prices in the region's currency and its stock in the sales channel."""

    id: str
    title: str
    sku: str | None
    barcode: str | None
    thumbnail: str | None
    manage_inventory: bool
    allow_backorder: bool
    product_id: str | None
    prices: list[Price]
    inventory: list[InventoryNeed]


class Product(Struct, frozen=True):
    """What a line item copies of its product, and what promotions and taxes ask about it."""

    id: str
    title: str
    subtitle: str | None
    description: str | None
    handle: str
    thumbnail: str | None
    is_giftcard: bool
    discountable: bool
    status: str
    type_id: str | None
    collection_id: str | None
    type: str | None
    collection: str | None
    tag_ids: list[str]
    category_ids: list[str]
    shipping_profile_id: str | None


class ApplicationMethod(Struct, frozen=True):
    """What a promotion takes off, and from what."""

    id: str
    value: Decimal | None
    type: str
    target_type: str
    allocation: str | None
    max_quantity: int | None
    currency_code: str | None
    target_rules: tuple[Rule, ...]


class BudgetUsage(Struct, frozen=True):
    """What this customer has used of a budget."""

    id: str
    attribute_value: str
    used: Decimal


class Budget(Struct, frozen=True):
    """How much a campaign may give away."""

    id: str
    type: str
    limit: Decimal | None
    used: Decimal
    currency_code: str | None
    attribute: str | None
    usages: list[BudgetUsage]


class Campaign(Struct, frozen=True):
    """When a promotion holds, and its budget."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    budget: Budget | None


class Promotion(Struct, frozen=True):
    """A promotion that is linked to the cart, asked for by code, or automatic."""

    id: str
    code: str
    is_automatic: bool
    type: str
    status: str
    is_tax_inclusive: bool
    limit: int | None
    used: int
    rules: tuple[Rule, ...]
    application_method: ApplicationMethod | None
    campaign: Campaign | None
    link_id: str | None


class OptionRule(Struct, frozen=True):
    """A condition under which a shipping option is offered."""

    attribute: str
    operator: str
    value: Any


class ShippingOption(Struct, frozen=True):
    """A shipping option of the cart, or one that is asked for; ``location_id`` is None where the channel has no such."""

    id: str
    name: str
    price_type: str
    data: dict[str, Any] | None
    provider_id: str | None
    shipping_profile_id: str | None
    service_zone_id: str
    shipping_option_type_id: str
    is_in_zone: bool
    location_id: str | None
    rules: list[OptionRule]
    prices: list[Price]

    @property
    def is_calculated(self) -> bool:
        """Whether its provider prices it."""
        return self.price_type == "calculated"


class Customer(Struct, frozen=True):
    """Who buys."""

    id: str
    email: str | None
    has_account: bool
    group_ids: list[str]


class PaymentSession(Struct, frozen=True):
    """An attempt to pay."""

    id: str
    amount: Decimal
    currency_code: str
    provider_id: str
    status: str
    data: dict[str, Any]
    context: dict[str, Any] | None
    authorized_at: datetime | None


class PaymentCollection(Struct, frozen=True):
    """What is to be paid for the cart."""

    id: str
    currency_code: str
    amount: Decimal
    status: str
    sessions: list[PaymentSession]


class Place(Struct, frozen=True):
    """Where the cart goes, as taxes and shipping zones see it: codes in lower case."""

    country_code: str | None = None
    province: str | None = None
    city: str | None = None
    postal_code: str | None = None


class CheckoutContext(Struct, frozen=True):
    """A cart, and all it is calculated from; ``measures`` and ``origins`` only with calculated shipping options."""

    cart: Cart | None
    region: Region | None
    sales_channel_id: str | None
    variants: list[Variant]
    products: list[Product]
    promotions: list[Promotion]
    tax_regions: list[TaxRegion]
    shipping_options: list[ShippingOption]
    customer: Customer | None
    guest: Customer | None
    preferences: list[PricePreference]
    payment_collection: PaymentCollection | None
    place: Place | None
    measures: list[Measure] = field(default_factory=list[Measure])
    origins: list[Origin] = field(default_factory=list[Origin])

    def variant(self, id: str | None) -> Variant | None:
        """The variant with this id, where it was asked for and exists."""
        return next((variant for variant in self.variants if variant.id == id), None)

    def product(self, id: str | None) -> Product | None:
        """The product with this id."""
        return next((product for product in self.products if product.id == id), None)

    def option(self, id: str | None) -> ShippingOption | None:
        """The shipping option with this id."""
        return next((option for option in self.shipping_options if option.id == id), None)


class Ask(Struct, frozen=True, kw_only=True):
    """What to gather.

    Attributes:
        cart_id: The cart, already locked; None for one that is about to be made, which has no shipping options.
        region_id: The region, where it is not the cart's (or, for a new cart, the store's default).
        sales_channel_id: The sales channel, where it is not the cart's.
        variant_ids: Variants to price and to look up in stock.
        with_item_variants: Those of all lines, too.
        codes: Promotion codes asked for, besides those of the cart and the automatic ones.
        option_ids: Shipping options asked for, besides those of the cart's shipping methods.
        with_all_options: All shipping options of the sales channel's locations.
        customer_id: The customer, where it is not the cart's.
        guest_email: Look for a customer without account with this address (lower case).
        place: The shipping address that the cart is about to have; None keeps the cart's.
    """

    cart_id: str | None = None
    region_id: str | None = None
    sales_channel_id: str | None = None
    variant_ids: Sequence[str] = field(default_factory=list[str])
    with_item_variants: bool = False
    codes: Sequence[str] = field(default_factory=list[str])
    option_ids: Sequence[str] = field(default_factory=list[str])
    with_all_options: bool = False
    customer_id: str | None = None
    guest_email: str | None = None
    place: Place | None = None


_decoder = msgspec.json.Decoder(CheckoutContext)


class _Stored(Struct, frozen=True):
    cart: Cart | None


_stored = msgspec.json.Decoder(_Stored)


async def checkout_context(session: Session, ask: Ask) -> tuple[CheckoutContext, Cart | None]:
    """Gather what the cart is calculated from, in one statement; with a second copy of its cart, to compare with."""
    text: str = await session.fetch_value(
        NEW_CART if ask.cart_id is None else CHECKOUT,
        ask.cart_id,
        ask.region_id,
        ask.sales_channel_id,
        list(ask.variant_ids),
        list(ask.codes),
        list(ask.option_ids),
        ask.customer_id,
        ask.guest_email,
        None if ask.place is None else msgspec.to_builtins(ask.place),
        ask.with_item_variants,
        ask.with_all_options,
    )
    return _decoder.decode(text), _stored.decode(text).cart


class ToPay(Struct, frozen=True):
    """A cart, and the payment collection that it has already."""

    cart: Cart | None
    payment_collection: PaymentCollection | None


_to_pay = msgspec.json.Decoder(ToPay)


async def cart_to_pay(session: Session, cart_id: str) -> ToPay:
    """A cart as it was calculated last, with how it is paid."""
    text: str = await session.fetch_value(TO_PAY, cart_id)
    return _to_pay.decode(text)
