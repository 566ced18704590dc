"""Carts: what a customer is about to buy."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, Plain, WithMetadata, live_index, references, relation


class Cart(WithMetadata, Model):
    """What a customer is about to buy."""

    __tablename__ = "cart"
    __prefix__ = "cart"
    __table_args__ = (live_index("customer_id", where="customer_id IS NOT NULL"),)

    region_id: Mapped[str | None]
    customer_id: Mapped[str | None]
    sales_channel_id: Mapped[str | None]
    email: Mapped[str | None]
    currency_code: Mapped[str]
    shipping_address_id: Mapped[str | None] = references("cart_address.id", ondelete="SET NULL")
    billing_address_id: Mapped[str | None] = references("cart_address.id", ondelete="SET NULL")
    completed_at: Mapped[datetime | None]
    locale: Mapped[str | None]

    items: Mapped[list[CartLineItem]] = relation(order_by="CartLineItem.id")
    shipping_methods: Mapped[list[CartShippingMethod]] = relation(order_by="CartShippingMethod.id")
    shipping_address: Mapped[CartAddress | None] = relation(foreign_keys="Cart.shipping_address_id")
    billing_address: Mapped[CartAddress | None] = relation(foreign_keys="Cart.billing_address_id")
    credit_lines: Mapped[list[CartCreditLine]] = relation(order_by="CartCreditLine.id")


class CartAddress(WithMetadata, Model):
    """A shipping or billing address of a cart."""

    __tablename__ = "cart_address"
    __prefix__ = "caaddr"

    customer_id: Mapped[str | None]
    company: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    address_1: Mapped[str | None]
    address_2: Mapped[str | None]
    city: Mapped[str | None]
    country_code: Mapped[str | None]
    province: Mapped[str | None]
    postal_code: Mapped[str | None]
    phone: Mapped[str | None]


class CartLineItem(WithMetadata, Model):
    """A variant or a custom item in a cart, with a copy of what it was when it was added."""

    __tablename__ = "cart_line_item"
    __prefix__ = "cali"
    __table_args__ = (CheckConstraint("unit_price >= 0", name="unit_price"),)

    cart_id: Mapped[str] = references("cart.id")
    title: Mapped[str]
    subtitle: Mapped[str | None]
    thumbnail: Mapped[str | None]
    quantity: Mapped[int]
    variant_id: Mapped[str | None]
    product_id: Mapped[str | None]
    product_title: Mapped[str | None]
    product_description: Mapped[str | None]
    product_subtitle: Mapped[str | None]
    product_type: Mapped[str | None]
    product_collection: Mapped[str | None]
    product_handle: Mapped[str | None]
    variant_sku: Mapped[str | None]
    variant_barcode: Mapped[str | None]
    variant_title: Mapped[str | None]
    variant_option_values: Mapped[Json | None]
    requires_shipping: Mapped[bool] = mapped_column(server_default=true())
    is_discountable: Mapped[bool] = mapped_column(server_default=true())
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
    compare_at_unit_price: Mapped[Decimal | None]
    unit_price: Mapped[Decimal]
    product_type_id: Mapped[str | None]
    is_custom_price: Mapped[bool] = mapped_column(server_default=false())
    is_giftcard: Mapped[bool] = mapped_column(server_default=false())

    cart: Mapped[Cart | None] = relation()
    tax_lines: Mapped[list[CartLineItemTaxLine]] = relation(order_by="CartLineItemTaxLine.id")
    adjustments: Mapped[list[CartLineItemAdjustment]] = relation(order_by="CartLineItemAdjustment.id")


class CartLineItemAdjustment(WithMetadata, Model):
    """A discount on a line item."""

    __tablename__ = "cart_line_item_adjustment"
    __prefix__ = "caliadj"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    description: Mapped[str | None]
    promotion_id: Mapped[str | None]
    code: Mapped[str | None]
    amount: Mapped[Decimal]
    provider_id: Mapped[str | None]
    item_id: Mapped[str | None] = references("cart_line_item.id")
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())

    item: Mapped[CartLineItem | None] = relation()


class CartLineItemTaxLine(WithMetadata, Model):
    """A tax on a line item; the rate is in percent."""

    __tablename__ = "cart_line_item_tax_line"
    __prefix__ = "calitxl"

    description: Mapped[str | None]
    tax_rate_id: Mapped[str | None]
    code: Mapped[str]
    rate: Mapped[Plain]
    provider_id: Mapped[str | None]
    item_id: Mapped[str | None] = references("cart_line_item.id")
    data: Mapped[Json | None]

    item: Mapped[CartLineItem | None] = relation()


class CartShippingMethod(WithMetadata, Model):
    """How a cart is to be shipped."""

    __tablename__ = "cart_shipping_method"
    __prefix__ = "casm"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    cart_id: Mapped[str] = references("cart.id")
    name: Mapped[str]
    description: Mapped[Any | None]
    amount: Mapped[Decimal]
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
    shipping_option_id: Mapped[str | None]
    data: Mapped[Json | None]

    cart: Mapped[Cart | None] = relation()
    tax_lines: Mapped[list[CartShippingMethodTaxLine]] = relation(order_by="CartShippingMethodTaxLine.id")
    adjustments: Mapped[list[CartShippingMethodAdjustment]] = relation(order_by="CartShippingMethodAdjustment.id")


class CartShippingMethodAdjustment(WithMetadata, Model):
    """A discount on a shipping method."""

    __tablename__ = "cart_shipping_method_adjustment"
    __prefix__ = "casmadj"

    description: Mapped[str | None]
    promotion_id: Mapped[str | None]
    code: Mapped[str | None]
    amount: Mapped[Decimal]
    provider_id: Mapped[str | None]
    shipping_method_id: Mapped[str | None] = references("cart_shipping_method.id")

    shipping_method: Mapped[CartShippingMethod | None] = relation()


class CartShippingMethodTaxLine(WithMetadata, Model):
    """A tax on a shipping method; the rate is in percent."""

    __tablename__ = "cart_shipping_method_tax_line"
    __prefix__ = "casmtxl"

    description: Mapped[str | None]
    tax_rate_id: Mapped[str | None]
    code: Mapped[str]
    rate: Mapped[Plain]
    provider_id: Mapped[str | None]
    shipping_method_id: Mapped[str | None] = references("cart_shipping_method.id")
    data: Mapped[Json | None]

    shipping_method: Mapped[CartShippingMethod | None] = relation()


class CartCreditLine(WithMetadata, Model):
    """Credit that lowers what is to be paid."""

    __tablename__ = "credit_line"
    __prefix__ = "cacl"

    cart_id: Mapped[str] = references("cart.id", ondelete=None)
    reference: Mapped[str | None]
    reference_id: Mapped[str | None]
    amount: Mapped[Decimal]

    cart: Mapped[Cart | None] = relation()
