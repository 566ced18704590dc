"""Notifications that go nowhere but into the log.

Option ``channels``: those it takes. By default that is ``feed``, whose messages the dashboard shows from the database; outside
of production ``email`` too, so that a developer sees what would be sent. Providers of the configuration come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from medusa.infrastructure.notifications.provider import NotificationProvider, OutgoingNotification

if TYPE_CHECKING:
    from medusa.framework.app import App

log = structlog.get_logger()


class LogOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """See the module's documentation."""

    channels: list[str] | None = None


class LogNotificationProvider(NotificationProvider):
    """Writes a line for each message."""

    identifier = "log"
    default_id = "local"
    default_channels = ("feed",)
    is_external = False

    def check_options(self) -> None:
        self._channels: Sequence[str] = self.options_as(LogOptions).channels or self.default_channels

    async def open(self, app: App) -> None:
        if not self.options.get("channels") and not app.config.is_production:
            self._channels = ("feed", "email")

    @property
    def channels(self) -> Sequence[str]:
        return self._channels

    async def send(self, notification: OutgoingNotification) -> str | None:
        if notification.channel == "feed":  # it is in the database, where the dashboard looks
            return None
        content = notification.content
        log.info(
            "notification.logged",
            notification_id=notification.id,
            channel=notification.channel,
            to=notification.to,
            template=notification.template,
            data=notification.data,
            subject=content.subject if content else None,
            text=content.text if content else None,
        )
        return None
