"""Notifications: what was sent to whom, and the providers that send."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from msgspec import Struct, field

from medusa.framework.db import Session
from medusa.framework.errors import MedusaError, NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.infrastructure.notifications import models
from medusa.infrastructure.notifications.models import NotificationStatus
from medusa.infrastructure.notifications.provider import (
    Attachment,
    NotificationContent,
    NotificationProvider,
    OutgoingNotification,
)

log = structlog.get_logger()
SEND_TIMEOUT_SECONDS = 60


class NewNotification(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A message to somebody.

    Attributes:
        to: An address as the channel has them: of mail, a telephone number; empty for ``feed``, which all admins see.
        channel: ``email``, ``sms``, ``feed`` ...; the configuration says which provider takes it.
        template: The provider's template; ``data`` fills it.
        content: The message itself, instead of a template. It is not kept.
        trigger_type: What made somebody send it, e.g. the event ``order.placed``.
        resource_id, resource_type: What it is about, e.g. an order.
        receiver_id: Whom it is for, e.g. a customer.
        original_notification_id: Which one it repeats.
        idempotency_key: A message with a key that was sent before is not sent again.
    """

    channel: str
    to: str = ""
    template: str | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    content: NotificationContent | None = None
    attachments: Sequence[Attachment] = ()
    from_: str | None = None
    provider_data: dict[str, Any] = field(default_factory=dict[str, Any])
    trigger_type: str | None = None
    resource_id: str | None = None
    resource_type: str | None = None
    receiver_id: str | None = None
    original_notification_id: str | None = None
    idempotency_key: str | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """A notification on record; ``outgoing`` where it has yet to be sent."""

    id: str
    status: NotificationStatus
    provider_id: str = ""
    is_external: bool = False
    outgoing: OutgoingNotification | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a notification; ``error`` where it was not sent."""

    id: str
    status: NotificationStatus
    external_id: str | None = None
    error: str | None = None


class NoProviderForChannel(NotFound):
    """Nobody takes messages of this channel."""

    def __init__(self, channel: str) -> None:
        super().__init__(
            f"Could not find a notification provider for channel: {channel}. "
            "Configure one in modules.notifications.providers"
        )


class NotificationService(ModuleService):
    """Notifications and who sends them. To send one, run the workflow ``send-notifications``."""

    name = "notifications"
    notifications = Crud(models.Notification)
    notification_providers = Crud(models.NotificationProvider)

    def provider(self, channel: str) -> NotificationProvider:
        """Who takes the messages of a channel.

        Raises:
            NoProviderForChannel: Nobody does.
        """
        for provider in self.providers.of(NotificationProvider.module).values():
            if isinstance(provider, NotificationProvider) and channel in provider.channels:
                return provider
        raise NoProviderForChannel(channel)

    async def record(self, session: Session, new: NewNotification) -> Delivery:
        """Put a message on record, to be sent; one whose key is known only where it has failed before.

        Raises:
            NoProviderForChannel: Nobody can send it.
        """
        present: list[models.Notification] = []
        if new.idempotency_key is not None:
            await session.lock(f"notification:{new.idempotency_key}")
            present = await self.notifications.list(session, {"idempotency_key": new.idempotency_key})
        if present and present[0].status != NotificationStatus.FAILURE:
            return Delivery(id=present[0].id, status=NotificationStatus(present[0].status))
        provider = self.provider(new.channel)
        id = present[0].id if present else generate_id(models.Notification.__prefix__)
        provider_id = self._id_of(provider)
        row = {**_columns(new), "id": id, "provider_id": provider_id, "status": NotificationStatus.PENDING}
        await self.notifications.upsert(session, [row])
        outgoing = OutgoingNotification(
            id=id,
            to=new.to,
            channel=new.channel,
            template=new.template,
            data=new.data,
            from_=new.from_,
            content=new.content,
            attachments=new.attachments,
            provider_data=new.provider_data,
        )
        return Delivery(
            id=id,
            status=NotificationStatus.PENDING,
            provider_id=provider_id,
            is_external=provider.is_external,
            outgoing=outgoing,
        )

    async def send(self, delivery: Delivery) -> Outcome:
        """Have the provider send a message. What it raises becomes the outcome."""
        assert delivery.outgoing is not None
        try:
            provider = self.providers.get(NotificationProvider, delivery.provider_id)
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                external_id = await provider.send(delivery.outgoing)
        except Exception as error:  # also a mistake in an application's own provider must not lose the message
            reason = str(error) or type(error).__name__
            log.warning(
                "notification.failed",
                notification_id=delivery.id,
                channel=delivery.outgoing.channel,
                provider_id=delivery.provider_id,
                error=reason,
                exc_info=None if isinstance(error, MedusaError | TimeoutError) else error,
            )
            return Outcome(id=delivery.id, status=NotificationStatus.FAILURE, error=reason)
        return Outcome(id=delivery.id, status=NotificationStatus.SUCCESS, external_id=external_id)

    async def record_outcome(self, session: Session, outcome: Outcome) -> None:
        """Write what became of a message."""
        row = {"id": outcome.id, "status": outcome.status, "external_id": outcome.external_id}
        await self.notifications.update(session, [row])

    def _id_of(self, provider: NotificationProvider) -> str:
        known = self.providers.of(NotificationProvider.module)
        return next(id for id, item in known.items() if item is provider)


def _columns(new: NewNotification) -> dict[str, Any]:
    """What is kept of a message: not its content and attachments."""
    return {
        "to": new.to,
        "from": new.from_,
        "channel": new.channel,
        "template": new.template,
        "data": new.data,
        "provider_data": new.provider_data or None,
        "trigger_type": new.trigger_type,
        "resource_id": new.resource_id,
        "resource_type": new.resource_type,
        "receiver_id": new.receiver_id,
        "original_notification_id": new.original_notification_id,
        "idempotency_key": new.idempotency_key,
    }
