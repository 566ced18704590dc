"""How an order is shipped."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, references, relation

if TYPE_CHECKING:
    from medusa.modules.order.models.orders import Order
    from medusa.modules.order.models.returns import OrderClaim, OrderExchange, Return


class OrderShipping(Model):
    """Which shipping methods an order has in one version."""

    __tablename__ = "order_shipping"
    __prefix__ = "ordspmv"
    __table_args__ = (
        Index(None, "order_id", "version"),
        live_index("shipping_method_id"),
        live_index("return_id", where="return_id IS NOT NULL"),
        live_index("claim_id", where="claim_id IS NOT NULL"),
        live_index("exchange_id", where="exchange_id IS NOT NULL"),
    )

    order_id: Mapped[str] = references("order.id", index=False)
    version: Mapped[int]
    shipping_method_id: Mapped[str]
    return_id: Mapped[str | None]
    claim_id: Mapped[str | None]
    exchange_id: Mapped[str | None]

    order: Mapped[Order | None] = relation()
    shipping_method: Mapped[OrderShippingMethod | None] = relation(
        primaryjoin="foreign(OrderShipping.shipping_method_id) == OrderShippingMethod.id"
    )
    tax_lines: Mapped[list[OrderShippingMethodTaxLine]] = relation(
        primaryjoin="OrderShipping.shipping_method_id == foreign(OrderShippingMethodTaxLine.shipping_method_id)",
        order_by="OrderShippingMethodTaxLine.id",
    )
    adjustments: Mapped[list[OrderShippingMethodAdjustment]] = relation(
        primaryjoin=(
            "and_(OrderShipping.shipping_method_id == foreign(OrderShippingMethodAdjustment.shipping_method_id), "
            "OrderShipping.version == foreign(OrderShippingMethodAdjustment.version))"
        ),
        order_by="OrderShippingMethodAdjustment.id",
    )
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderShipping.return_id) == Return.id")
    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(OrderShipping.claim_id) == OrderClaim.id")
    exchange: Mapped[OrderExchange | None] = relation(
        primaryjoin="foreign(OrderShipping.exchange_id) == OrderExchange.id"
    )


class OrderShippingMethod(WithMetadata, Model):
    """How an order is shipped."""

    __tablename__ = "order_shipping_method"
    __prefix__ = "ordsm"

    name: Mapped[str]
    description: Mapped[Any | None]
    amount: Mapped[Decimal]
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
    shipping_option_id: Mapped[str | None]
    data: Mapped[Json | None]
    is_custom_amount: Mapped[bool] = mapped_column(server_default=false())

    tax_lines: Mapped[list[OrderShippingMethodTaxLine]] = relation(order_by="OrderShippingMethodTaxLine.id")
    adjustments: Mapped[list[OrderShippingMethodAdjustment]] = relation(order_by="OrderShippingMethodAdjustment.id")
    details: Mapped[list[OrderShipping]] = relation(
        primaryjoin="OrderShippingMethod.id == foreign(OrderShipping.shipping_method_id)", order_by="OrderShipping.id"
    )


class OrderShippingMethodAdjustment(Model):
    """A discount on a shipping method, from one version of the order on."""

    __tablename__ = "order_shipping_method_adjustment"
    __prefix__ = "ordsmadj"
    __table_args__ = (Index(None, "shipping_method_id", "version"),)

    description: Mapped[str | None]
    promotion_id: Mapped[str | None]
    code: Mapped[str | None]
    amount: Mapped[Decimal]
    provider_id: Mapped[str | None]
    shipping_method_id: Mapped[str] = references("order_shipping_method.id", index=False)
    version: Mapped[int] = mapped_column(server_default=text("1"))

    shipping_method: Mapped[OrderShippingMethod | None] = relation()


class OrderShippingMethodTaxLine(WithMetadata, Model):
    """A tax on a shipping method; the rate is in percent."""

    __tablename__ = "order_shipping_method_tax_line"
    __prefix__ = "ordsmtxl"

    description: Mapped[str | None]
    tax_rate_id: Mapped[str | None]
    code: Mapped[str]
    rate: Mapped[Decimal]
    provider_id: Mapped[str | None]
    shipping_method_id: Mapped[str] = references("order_shipping_method.id")
    data: Mapped[Json | None]

    shipping_method: Mapped[OrderShippingMethod | None] = relation()
