"""What a notification provider is: somebody who brings messages to people, by mail, text message or otherwise."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import Struct, field

from medusa.framework.modules import Provider


class NotificationContent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that is written already, where the provider needs no template."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None


class Attachment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that goes along: ``content`` is base64.

    Attributes:
        disposition: ``attachment`` or ``inline``.
        id: How the message's HTML names an inline file: ``cid:<id>``.
    """

    filename: str
    content: str
    content_type: str = "application/octet-stream"
    disposition: str = "attachment"
    id: str | None = None


class OutgoingNotification(Struct, frozen=True, kw_only=True):
    """A message to send.

    Attributes:
        id: The same for each try; hand it to the other side where that knows what to do with it.
        to: An address as the channel has them; empty for ``feed``.
        template: The provider's template, filled with ``data``.
        provider_data: For this provider alone, as the sender gave it.
    """

    id: str
    to: str
    channel: str
    template: str | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    from_: str | None = None
    content: NotificationContent | None = None
    attachments: Sequence[Attachment] = ()
    provider_data: dict[str, Any] = field(default_factory=dict[str, Any])


class NotificationProvider(Provider):
    """The base of notification providers. Each channel (``email``, ``sms``, ``feed`` ...) is served by one of them.

    Attributes:
        default_channels: What it serves unless its option ``channels`` says otherwise.
    """

    module: ClassVar[str] = "notifications"
    default_channels: ClassVar[Sequence[str]] = ()

    @classmethod
    def full_id(cls, id: str) -> str:
        return id or cls.identifier

    @property
    def channels(self) -> Sequence[str]:
        """What it serves."""
        return self.options.get("channels") or self.default_channels

    @abstractmethod
    async def send(self, notification: OutgoingNotification) -> str | None:
        """Send a message; the other side's id of it, where it has one.

        May be called again with the same ``id`` when it is not known what became of the first try.

        Raises:
            Unavailable: The other side does not answer, or not now: trying again can help.
            MedusaError: It refuses the message.
        """
