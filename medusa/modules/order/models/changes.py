"""Changes of an order, until they are confirmed as a new version."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Identity, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, one_of, references, relation

if TYPE_CHECKING:
    from medusa.modules.order.models.orders import Order
    from medusa.modules.order.models.returns import OrderClaim, OrderExchange, Return


class OrderChange(WithMetadata, Model):
    """A change of an order, made of actions; becomes a new version when it is confirmed."""

    __tablename__ = "order_change"
    __prefix__ = "ordch"
    __table_args__ = (
        one_of("status", "confirmed", "declined", "requested", "pending", "canceled"),
        Index(None, "order_id", "version"),
        live_index("status"),
        live_index("return_id", where="return_id IS NOT NULL"),
        live_index("claim_id", where="claim_id IS NOT NULL"),
        live_index("exchange_id", where="exchange_id IS NOT NULL"),
    )

    order_id: Mapped[str] = references("order.id", index=False)
    version: Mapped[int]
    description: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    internal_note: Mapped[str | None]
    created_by: Mapped[str | None]
    requested_by: Mapped[str | None]
    requested_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    declined_reason: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    canceled_by: Mapped[str | None]
    canceled_at: Mapped[datetime | None]
    change_type: Mapped[str | None]
    return_id: Mapped[str | None]
    claim_id: Mapped[str | None]
    exchange_id: Mapped[str | None]
    carry_over_promotions: Mapped[bool | None]
    no_notification: Mapped[bool | None]

    order: Mapped[Order | None] = relation()
    actions: Mapped[list[OrderChangeAction]] = relation(order_by="OrderChangeAction.ordering")
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderChange.return_id) == Return.id")
    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(OrderChange.claim_id) == OrderClaim.id")
    exchange: Mapped[OrderExchange | None] = relation(
        primaryjoin="foreign(OrderChange.exchange_id) == OrderExchange.id"
    )


class OrderChangeAction(Model):
    """One step of a change: add an item, change a quantity, add shipping."""

    __tablename__ = "order_change_action"
    __prefix__ = "ordchact"
    __table_args__ = (
        live_index("order_id"),
        live_index("ordering"),
        live_index("return_id", where="return_id IS NOT NULL"),
        live_index("claim_id", where="claim_id IS NOT NULL"),
        live_index("exchange_id", where="exchange_id IS NOT NULL"),
    )

    order_id: Mapped[str | None]
    version: Mapped[int | None]
    ordering: Mapped[int] = mapped_column(BigInteger, Identity())
    order_change_id: Mapped[str | None] = references("order_change.id")
    reference: Mapped[str | None]
    reference_id: Mapped[str | None]
    action: Mapped[str]
    details: Mapped[Json | None]
    amount: Mapped[Decimal | None]
    internal_note: Mapped[str | None]
    applied: Mapped[bool] = mapped_column(server_default=false())
    return_id: Mapped[str | None]
    claim_id: Mapped[str | None]
    exchange_id: Mapped[str | None]

    order: Mapped[Order | None] = relation(primaryjoin="foreign(OrderChangeAction.order_id) == Order.id")
    order_change: Mapped[OrderChange | None] = relation()
    return_: Mapped[Return | None] = relation(primaryjoin="foreign(OrderChangeAction.return_id) == Return.id")
    claim: Mapped[OrderClaim | None] = relation(primaryjoin="foreign(OrderChangeAction.claim_id) == OrderClaim.id")
    exchange: Mapped[OrderExchange | None] = relation(
        primaryjoin="foreign(OrderChangeAction.exchange_id) == OrderExchange.id"
    )
