"""Orders, their addresses, totals and the money that moved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Identity, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, one_of, references, relation

if TYPE_CHECKING:
    from medusa.modules.order.models.changes import OrderChange
    from medusa.modules.order.models.items import OrderItem
    from medusa.modules.order.models.returns import OrderClaim, OrderExchange, Return
    from medusa.modules.order.models.shipping import OrderShipping, OrderShippingMethod


class Order(WithMetadata, Model):
    """What was bought."""

    __tablename__ = "order"
    __prefix__ = "order"
    __table_args__ = (
        one_of("status", "pending", "completed", "draft", "archived", "canceled", "requires_action"),
        live_index("customer_id"),
        live_index("sales_channel_id"),
        live_index("region_id"),
        live_index("display_id"),
        live_index("custom_display_id", unique=True),
        live_index("created_at"),
    )

    region_id: Mapped[str | None]
    display_id: Mapped[int] = mapped_column(Identity())
    customer_id: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    sales_channel_id: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    is_draft_order: Mapped[bool] = mapped_column(server_default=false())
    email: Mapped[str | None]
    currency_code: Mapped[str]
    shipping_address_id: Mapped[str | None] = references("order_address.id", ondelete="SET NULL")
    billing_address_id: Mapped[str | None] = references("order_address.id", ondelete="SET NULL")
    no_notification: Mapped[bool | None]
    canceled_at: Mapped[datetime | None]
    custom_display_id: Mapped[str | None]
    locale: Mapped[str | None]

    items: Mapped[list[OrderItem]] = relation(
        primaryjoin="and_(Order.id == foreign(OrderItem.order_id), Order.version == foreign(OrderItem.version))",
        order_by="OrderItem.id",
    )
    summary: Mapped[OrderSummary | None] = relation(
        primaryjoin="and_(Order.id == foreign(OrderSummary.order_id), Order.version == foreign(OrderSummary.version))",
        uselist=False,
    )
    transactions: Mapped[list[OrderTransaction]] = relation(order_by="OrderTransaction.id")
    shippings: Mapped[list[OrderShipping]] = relation(
        primaryjoin="and_(Order.id == foreign(OrderShipping.order_id), Order.version == foreign(OrderShipping.version))",
        order_by="OrderShipping.id",
    )
    shipping_methods: Mapped[list[OrderShippingMethod]] = relation(
        secondary="order_shipping",
        primaryjoin="and_(Order.id == foreign(OrderShipping.order_id), Order.version == foreign(OrderShipping.version))",
        secondaryjoin="OrderShippingMethod.id == foreign(OrderShipping.shipping_method_id)",
        order_by="OrderShippingMethod.id",
    )
    shipping_address: Mapped[OrderAddress | None] = relation(foreign_keys="Order.shipping_address_id")
    billing_address: Mapped[OrderAddress | None] = relation(foreign_keys="Order.billing_address_id")
    credit_lines: Mapped[list[OrderCreditLine]] = relation(
        primaryjoin=(
            "and_(Order.id == foreign(OrderCreditLine.order_id), Order.version == foreign(OrderCreditLine.version))"
        ),
        order_by="OrderCreditLine.id",
    )
    changes: Mapped[list[OrderChange]] = relation(order_by="OrderChange.id")
    returns: Mapped[list[Return]] = relation(primaryjoin="Order.id == foreign(Return.order_id)", order_by="Return.id")
    claims: Mapped[list[OrderClaim]] = relation(
        primaryjoin="Order.id == foreign(OrderClaim.order_id)", order_by="OrderClaim.id"
    )
    exchanges: Mapped[list[OrderExchange]] = relation(
        primaryjoin="Order.id == foreign(OrderExchange.order_id)", order_by="OrderExchange.id"
    )


class OrderAddress(WithMetadata, Model):
    """A shipping or billing address of an order."""

    __tablename__ = "order_address"
    __prefix__ = "ordaddr"

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


class OrderSummary(Model):
    """The totals of one version of an order: what is paid, refunded and still due."""

    __tablename__ = "order_summary"
    __prefix__ = "ordsum"
    __table_args__ = (Index(None, "order_id", "version"),)

    order_id: Mapped[str] = references("order.id", index=False)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    totals: Mapped[Json | None]

    order: Mapped[Order | None] = relation()


class OrderTransaction(Model):
    """Money that moved for an order; negative when it went back."""

    __tablename__ = "order_transaction"
    __prefix__ = "ordtrx"
    __table_args__ = (
        Index(None, "order_id", "version"),
        live_index("reference_id"),
        live_index("return_id", where="return_id IS NOT NULL"),
        live_index("claim_id", where="claim_id IS NOT NULL"),
        live_index("exchange_id", where="exchange_id IS NOT NULL"),
    )

    order_id: Mapped[str] = references("order.id", index=False)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    amount: Mapped[Decimal]
    currency_code: Mapped[str]
    reference: Mapped[str | None]
    reference_id: Mapped[str | None]
    return_id: Mapped[str | None]
    claim_id: Mapped[str | None]
    exchange_id: Mapped[str | None]

    order: Mapped[Order | None] = relation()
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderTransaction.return_id) == Return.id")
    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(OrderTransaction.claim_id) == OrderClaim.id")
    exchange: Mapped[OrderExchange | None] = relation(
        primaryjoin="foreign(OrderTransaction.exchange_id) == OrderExchange.id"
    )


class OrderCreditLine(WithMetadata, Model):
    """Credit that lowers what is to be paid."""

    __tablename__ = "order_credit_line"
    __prefix__ = "ordcl"
    __table_args__ = (Index(None, "order_id", "version"),)

    order_id: Mapped[str] = references("order.id", index=False)
    reference: Mapped[str | None]
    reference_id: Mapped[str | None]
    amount: Mapped[Decimal]
    version: Mapped[int] = mapped_column(server_default=text("1"))

    order: Mapped[Order | None] = relation()
