"""Goods that come back: returns, claims and exchanges."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Identity, false, text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, live_index, one_of, references, relation

if TYPE_CHECKING:
    from medusa.modules.order.models.items import OrderLineItem
    from medusa.modules.order.models.orders import Order, OrderTransaction
    from medusa.modules.order.models.shipping import OrderShipping


class Return(WithMetadata, Model):
    """Goods on their way back."""

    __tablename__ = "return"
    __prefix__ = "return"
    __table_args__ = (
        one_of("status", "open", "requested", "received", "partially_received", "canceled"),
        live_index("order_id"),
        live_index("display_id"),
        live_index("claim_id", where="claim_id IS NOT NULL"),
        live_index("exchange_id", where="exchange_id IS NOT NULL"),
    )

    order_id: Mapped[str]
    claim_id: Mapped[str | None]
    exchange_id: Mapped[str | None]
    order_version: Mapped[int]
    display_id: Mapped[int] = mapped_column(Identity())
    status: Mapped[str] = mapped_column(server_default="open")
    no_notification: Mapped[bool | None]
    refund_amount: Mapped[Decimal | None]
    received_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    location_id: Mapped[str | None]
    requested_at: Mapped[datetime | None]
    created_by: Mapped[str | None]

    order: Mapped[Order | None] = relation(primaryjoin="foreign(Return.order_id) == Order.id")
    items: Mapped[list[ReturnItem]] = relation(
        primaryjoin="Return.id == foreign(ReturnItem.return_id)", order_by="ReturnItem.id"
    )
    shipping_methods: Mapped[list[OrderShipping]] = relation(
        primaryjoin="Return.id == foreign(OrderShipping.return_id)", order_by="OrderShipping.id"
    )
    transactions: Mapped[list[OrderTransaction]] = relation(
        primaryjoin="Return.id == foreign(OrderTransaction.return_id)", order_by="OrderTransaction.id"
    )
    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(Return.claim_id) == OrderClaim.id")
    exchange: Mapped[OrderExchange | None] = relation(primaryjoin="foreign(Return.exchange_id) == OrderExchange.id")


class ReturnItem(WithMetadata, Model):
    """How much of a line item comes back."""

    __tablename__ = "return_item"
    __prefix__ = "retitem"
    __table_args__ = (
        live_index("return_id"),
        live_index("item_id"),
        live_index("reason_id", where="reason_id IS NOT NULL"),
    )

    return_id: Mapped[str]
    reason_id: Mapped[str | None]
    item_id: Mapped[str]
    quantity: Mapped[Decimal]
    received_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    note: Mapped[str | None]
    damaged_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))

    return_: Mapped[Return | None] = relation(primaryjoin="foreign(ReturnItem.return_id) == Return.id")
    item: Mapped[OrderLineItem | None] = relation(primaryjoin="foreign(ReturnItem.item_id) == OrderLineItem.id")
    reason: Mapped[ReturnReason | None] = relation(primaryjoin="foreign(ReturnItem.reason_id) == ReturnReason.id")


class ReturnReason(WithMetadata, Model):
    """Why goods come back."""

    __tablename__ = "return_reason"
    __prefix__ = "rr"
    __table_args__ = (live_index("value"),)

    value: Mapped[str]
    label: Mapped[str]
    description: Mapped[str | None]
    parent_return_reason_id: Mapped[str | None] = references("return_reason.id", ondelete=None)

    parent_return_reason: Mapped[ReturnReason | None] = relation(remote_side="ReturnReason.id")
    return_reason_children: Mapped[list[ReturnReason]] = relation(order_by="ReturnReason.id")


class OrderClaim(WithMetadata, Model):
    """A complaint, settled by a refund or a replacement."""

    __tablename__ = "order_claim"
    __prefix__ = "claim"
    __table_args__ = (
        one_of("type", "refund", "replace"),
        live_index("order_id"),
        live_index("display_id"),
        live_index("return_id", where="return_id IS NOT NULL"),
    )

    order_id: Mapped[str]
    return_id: Mapped[str | None]
    order_version: Mapped[int]
    display_id: Mapped[int] = mapped_column(Identity())
    type: Mapped[str]
    no_notification: Mapped[bool | None]
    refund_amount: Mapped[Decimal | None]
    canceled_at: Mapped[datetime | None]
    created_by: Mapped[str | None]

    order: Mapped[Order | None] = relation(primaryjoin="foreign(OrderClaim.order_id) == Order.id")
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderClaim.return_id) == Return.id")
    claim_items: Mapped[list[OrderClaimItem]] = relation(
        primaryjoin="and_(OrderClaim.id == foreign(OrderClaimItem.claim_id), ~OrderClaimItem.is_additional_item)",
        order_by="OrderClaimItem.id",
    )
    additional_items: Mapped[list[OrderClaimItem]] = relation(
        primaryjoin="and_(OrderClaim.id == foreign(OrderClaimItem.claim_id), OrderClaimItem.is_additional_item)",
        order_by="OrderClaimItem.id",
    )
    shipping_methods: Mapped[list[OrderShipping]] = relation(
        primaryjoin="OrderClaim.id == foreign(OrderShipping.claim_id)", order_by="OrderShipping.id"
    )
    transactions: Mapped[list[OrderTransaction]] = relation(
        primaryjoin="OrderClaim.id == foreign(OrderTransaction.claim_id)", order_by="OrderTransaction.id"
    )


class OrderClaimItem(WithMetadata, Model):
    """A line item complained of, or sent in its place."""

    __tablename__ = "order_claim_item"
    __prefix__ = "claitem"
    __table_args__ = (
        one_of("reason", "missing_item", "wrong_item", "production_failure", "other"),
        live_index("claim_id"),
        live_index("item_id"),
    )

    claim_id: Mapped[str]
    item_id: Mapped[str]
    is_additional_item: Mapped[bool] = mapped_column(server_default=false())
    reason: Mapped[str | None]
    quantity: Mapped[Decimal]
    note: Mapped[str | None]

    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(OrderClaimItem.claim_id) == OrderClaim.id")
    item: Mapped[OrderLineItem | None] = relation(primaryjoin="foreign(OrderClaimItem.item_id) == OrderLineItem.id")
    images: Mapped[list[OrderClaimItemImage]] = relation(
        primaryjoin="OrderClaimItem.id == foreign(OrderClaimItemImage.claim_item_id)", order_by="OrderClaimItemImage.id"
    )


class OrderClaimItemImage(WithMetadata, Model):
    """A picture of the damage."""

    __tablename__ = "order_claim_item_image"
    __prefix__ = "climg"
    __table_args__ = (live_index("claim_item_id"),)

    claim_item_id: Mapped[str]
    url: Mapped[str]

    item: Mapped[OrderClaimItem | None] = relation(
        primaryjoin="foreign(OrderClaimItemImage.claim_item_id) == OrderClaimItem.id"
    )


class OrderExchange(WithMetadata, Model):
    """Goods sent in return for others."""

    __tablename__ = "order_exchange"
    __prefix__ = "oexc"
    __table_args__ = (
        live_index("order_id"),
        live_index("display_id"),
        live_index("return_id", where="return_id IS NOT NULL"),
    )

    order_id: Mapped[str]
    return_id: Mapped[str | None]
    order_version: Mapped[int]
    display_id: Mapped[int] = mapped_column(Identity())
    no_notification: Mapped[bool | None]
    allow_backorder: Mapped[bool] = mapped_column(server_default=false())
    difference_due: Mapped[Decimal | None]
    canceled_at: Mapped[datetime | None]
    created_by: Mapped[str | None]

    order: Mapped[Order | None] = relation(primaryjoin="foreign(OrderExchange.order_id) == Order.id")
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderExchange.return_id) == Return.id")
    additional_items: Mapped[list[OrderExchangeItem]] = relation(
        primaryjoin="OrderExchange.id == foreign(OrderExchangeItem.exchange_id)", order_by="OrderExchangeItem.id"
    )
    shipping_methods: Mapped[list[OrderShipping]] = relation(
        primaryjoin="OrderExchange.id == foreign(OrderShipping.exchange_id)", order_by="OrderShipping.id"
    )
    transactions: Mapped[list[OrderTransaction]] = relation(
        primaryjoin="OrderExchange.id == foreign(OrderTransaction.exchange_id)", order_by="OrderTransaction.id"
    )


class OrderExchangeItem(WithMetadata, Model):
    """A line item sent in an exchange."""

    __tablename__ = "order_exchange_item"
    __prefix__ = "oexcitem"
    __table_args__ = (
        live_index("exchange_id"),
        live_index("item_id"),
    )

    exchange_id: Mapped[str]
    item_id: Mapped[str]
    quantity: Mapped[Decimal]
    note: Mapped[str | None]

    exchange: Mapped[OrderExchange | None] = relation(
        primaryjoin="foreign(OrderExchangeItem.exchange_id) == OrderExchange.id"
    )
    item: Mapped[OrderLineItem | None] = relation(primaryjoin="foreign(OrderExchangeItem.item_id) == OrderLineItem.id")
