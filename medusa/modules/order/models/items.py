"""What an order is made of: line items, and how much of each in which version."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Index, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, references, relation

if TYPE_CHECKING:
    from medusa.modules.order.models.orders import Order


class OrderItem(WithMetadata, Model):
    """How much of a line item an order has in one version, and what became of it."""

    __tablename__ = "order_item"
    __prefix__ = "orditem"
    __table_args__ = (Index(None, "order_id", "version"),)

    order_id: Mapped[str] = references("order.id", index=False)
    version: Mapped[int]
    item_id: Mapped[str] = references("order_line_item.id")
    quantity: Mapped[Decimal]
    fulfilled_quantity: Mapped[Decimal]
    shipped_quantity: Mapped[Decimal]
    return_requested_quantity: Mapped[Decimal]
    return_received_quantity: Mapped[Decimal]
    return_dismissed_quantity: Mapped[Decimal]
    written_off_quantity: Mapped[Decimal]
    delivered_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    unit_price: Mapped[Decimal | None]
    compare_at_unit_price: Mapped[Decimal | None]

    order: Mapped[Order | None] = relation()
    item: Mapped[OrderLineItem | None] = relation()
    tax_lines: Mapped[list[OrderLineItemTaxLine]] = relation(
        primaryjoin="OrderItem.item_id == foreign(OrderLineItemTaxLine.item_id)", order_by="OrderLineItemTaxLine.id"
    )
    adjustments: Mapped[list[OrderLineItemAdjustment]] = relation(
        primaryjoin=(
            "and_(OrderItem.item_id == foreign(OrderLineItemAdjustment.item_id), "
            "OrderItem.version == foreign(OrderLineItemAdjustment.version))"
        ),
        order_by="OrderLineItemAdjustment.id",
    )


class OrderLineItem(WithMetadata, Model):
    """What was bought: a copy of the cart's line item. The order's items are these joined with OrderItem."""

    __tablename__ = "order_line_item"
    __prefix__ = "ordli"
    __table_args__ = (
        live_index("variant_id", where="variant_id IS NOT NULL"),
        live_index("product_id", where="product_id IS NOT NULL"),
    )

    title: Mapped[str]
    subtitle: Mapped[str | None]
    thumbnail: Mapped[str | None]
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
    is_custom_price: Mapped[bool] = mapped_column(server_default=false())
    product_type_id: Mapped[str | None]
    is_giftcard: Mapped[bool] = mapped_column(server_default=false())

    tax_lines: Mapped[list[OrderLineItemTaxLine]] = relation(order_by="OrderLineItemTaxLine.id")
    adjustments: Mapped[list[OrderLineItemAdjustment]] = relation(order_by="OrderLineItemAdjustment.id")
    details: Mapped[list[OrderItem]] = relation(order_by="OrderItem.version")


class OrderLineItemAdjustment(Model):
    """A discount on a line item, from one version of the order on."""

    __tablename__ = "order_line_item_adjustment"
    __prefix__ = "ordliadj"
    __table_args__ = (Index(None, "item_id", "version"),)

    description: Mapped[str | None]
    promotion_id: Mapped[str | None]
    code: Mapped[str | None]
    amount: Mapped[Decimal]
    provider_id: Mapped[str | None]
    item_id: Mapped[str] = references("order_line_item.id", index=False)
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(server_default=text("1"))

    item: Mapped[OrderLineItem | None] = relation()


class OrderLineItemTaxLine(WithMetadata, Model):
    """A tax on a line item; the rate is in percent."""

    __tablename__ = "order_line_item_tax_line"
    __prefix__ = "ordlitxl"

    description: Mapped[str | None]
    tax_rate_id: Mapped[str | None]
    code: Mapped[str]
    rate: Mapped[Decimal]
    provider_id: Mapped[str | None]
    item_id: Mapped[str] = references("order_line_item.id")
    data: Mapped[Json | None]

    item: Mapped[OrderLineItem | None] = relation()
