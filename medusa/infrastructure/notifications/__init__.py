"""Notifications: mails, text messages, and the feed of the dashboard."""

from medusa.infrastructure.notifications.provider import (
    Attachment,
    NotificationContent,
    NotificationProvider,
    OutgoingNotification,
)

__all__ = ["Attachment", "NotificationContent", "NotificationProvider", "OutgoingNotification"]
