"""Notifications: mails, text messages, and the feed of the dashboard."""

from medusa.infrastructure.notifications.models import NotificationStatus
from medusa.infrastructure.notifications.provider import (
    Attachment,
    NotificationContent,
    NotificationProvider,
    OutgoingNotification,
)
from medusa.infrastructure.notifications.service import (
    Delivery,
    NewNotification,
    NoProviderForChannel,
    NotificationService,
    Outcome,
)

__all__ = [
    "Attachment",
    "Delivery",
    "NewNotification",
    "NoProviderForChannel",
    "NotificationContent",
    "NotificationProvider",
    "NotificationService",
    "NotificationStatus",
    "Outcome",
    "OutgoingNotification",
]
