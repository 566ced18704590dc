"""Notifications that were sent or are to be sent, and who brings them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Text, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, live_index, one_of, references, relation
from medusa.framework.query import searchable


class NotificationStatus(StrEnum):
    """How far a notification has come."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


class NotificationProvider(Model):
    """Who brings notifications, by which channels."""

    __tablename__ = "notification_provider"

    handle: Mapped[str]
    name: Mapped[str]
    is_enabled: Mapped[bool] = mapped_column(server_default=true())
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))

    notifications: Mapped[list[Notification]] = relation(order_by="Notification.id")


class Notification(Model):
    """A message to somebody; what triggered it, what it is about, and what became of it."""

    __tablename__ = "notification"
    __prefix__ = "noti"
    __table_args__ = (
        one_of("status", *NotificationStatus),
        live_index("idempotency_key", unique=True, name="IDX_notification_idempotency_key_unique"),
        live_index("receiver_id"),
    )

    to: Mapped[str]
    from_: Mapped[str | None] = mapped_column("from")
    channel: Mapped[str]
    template: Mapped[str | None]
    data: Mapped[Json | None]
    provider_data: Mapped[Json | None]
    trigger_type: Mapped[str | None]
    resource_id: Mapped[str | None]
    resource_type: Mapped[str | None]
    receiver_id: Mapped[str | None]
    original_notification_id: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    external_id: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=NotificationStatus.PENDING)
    provider_id: Mapped[str | None] = references("notification_provider.id", ondelete="SET NULL")

    provider: Mapped[NotificationProvider | None] = relation()


searchable(Notification, "to")
