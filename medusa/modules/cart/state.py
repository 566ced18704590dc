"""A cart as the rules see it: plain Structs, one field for each column, to be changed in memory and then compared."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from medusa.framework.ids import generate_id

Metadata = dict[str, Any] | None


class Address(Struct, kw_only=True):
    """A shipping or billing address; never changed, always replaced."""

    id: str = ""
    customer_id: str | None = None
    company: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    country_code: str | None = None
    province: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    metadata: Metadata = None


class TaxLine(Struct, kw_only=True):
    """A tax on a line item or shipping method; ``rate`` in percent."""

    id: str
    description: str | None = None
    tax_rate_id: str | None = None
    code: str
    rate: Decimal
    provider_id: str | None = None
    data: Metadata = None
    metadata: Metadata = None


class Adjustment(Struct, kw_only=True):
    """A discount on a line item or shipping method, in the cart's currency."""

    id: str
    description: str | None = None
    promotion_id: str | None = None
    code: str | None = None
    amount: Decimal
    provider_id: str | None = None
    is_tax_inclusive: bool = False
    metadata: Metadata = None


class LineItem(Struct, kw_only=True):
    """A line of the cart; what it shows of its variant is a copy."""

    id: str
    title: str
    subtitle: str | None = None
    thumbnail: str | None = None
    quantity: int
    variant_id: str | None = None
    product_id: str | None = None
    product_title: str | None = None
    product_description: str | None = None
    product_subtitle: str | None = None
    product_type: str | None = None
    product_collection: str | None = None
    product_handle: str | None = None
    variant_sku: str | None = None
    variant_barcode: str | None = None
    variant_title: str | None = None
    variant_option_values: Metadata = None
    requires_shipping: bool = True
    is_discountable: bool = True
    is_tax_inclusive: bool = False
    compare_at_unit_price: Decimal | None = None
    unit_price: Decimal
    product_type_id: str | None = None
    is_custom_price: bool = False
    is_giftcard: bool = False
    metadata: Metadata = None
    tax_lines: list[TaxLine] = field(default_factory=list[TaxLine])
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])


class ShippingMethod(Struct, kw_only=True):
    """How the cart is to be shipped; ``amount`` in its currency."""

    id: str
    name: str
    description: Any = None
    amount: Decimal
    is_tax_inclusive: bool = False
    shipping_option_id: str | None = None
    data: Metadata = None
    metadata: Metadata = None
    tax_lines: list[TaxLine] = field(default_factory=list[TaxLine])
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])


class CreditLine(Struct, kw_only=True):
    """Credit that lowers what is to be paid."""

    id: str
    reference: str | None = None
    reference_id: str | None = None
    amount: Decimal
    metadata: Metadata = None


class Cart(Struct, kw_only=True):
    """A whole cart. Its addresses hang on it; their ids are the cart's columns."""

    id: str
    region_id: str | None = None
    customer_id: str | None = None
    sales_channel_id: str | None = None
    email: str | None = None
    currency_code: str
    completed_at: datetime | None = None
    locale: str | None = None
    metadata: Metadata = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    items: list[LineItem] = field(default_factory=list[LineItem])
    shipping_methods: list[ShippingMethod] = field(default_factory=list[ShippingMethod])
    credit_lines: list[CreditLine] = field(default_factory=list[CreditLine])

    def item(self, id: str) -> LineItem | None:
        """The line with this id."""
        return next((item for item in self.items if item.id == id), None)


CART_COLUMNS = (
    "id", "region_id", "customer_id", "sales_channel_id", "email", "currency_code", "completed_at", "locale", "metadata",
)  # fmt: skip
ADDRESS_COLUMNS = Address.__struct_fields__
ITEM_COLUMNS = LineItem.__struct_fields__[:-2]
METHOD_COLUMNS = ShippingMethod.__struct_fields__[:-2]
TAX_LINE_COLUMNS = TaxLine.__struct_fields__
ADJUSTMENT_COLUMNS = Adjustment.__struct_fields__
METHOD_ADJUSTMENT_COLUMNS = tuple(name for name in ADJUSTMENT_COLUMNS if name != "is_tax_inclusive")
CREDIT_LINE_COLUMNS = CreditLine.__struct_fields__


def new_cart_id() -> str:
    """An id for a cart."""
    return generate_id("cart")


def new_item_id() -> str:
    """An id for a line item."""
    return generate_id("cali")


def new_method_id() -> str:
    """An id for a shipping method."""
    return generate_id("casm")


def new_address(**columns: Any) -> Address:
    """An address that is not stored yet."""
    columns["id"] = generate_id("caaddr")
    return Address(**columns)
