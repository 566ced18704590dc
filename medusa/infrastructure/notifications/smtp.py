"""Mails by any mail server.

Needs ``medusa-commerce[smtp]``. Options:
    host, port: The mail server (port 587 by default).
    security: ``starttls`` (default), ``tls`` from the first byte on (usually port 465), or ``none``.
    username, password: Where it asks for them.
    from: The sender, ``Shop <shop@example.com>``, unless a notification names one.
    templates: The folder of :mod:`~medusa.infrastructure.notifications.templates` (default ``src/notifications``).
    channels: ``["email"]`` by default.
    timeout: Seconds to wait for the server.
"""

from __future__ import annotations

import base64
import binascii
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct, field

from medusa.framework.errors import ConfigurationError, InvalidData, MedusaError, NotAllowed, Unavailable
from medusa.infrastructure.extras import need_package
from medusa.infrastructure.notifications.addresses import mail_address, sender_of
from medusa.infrastructure.notifications.provider import (
    Attachment,
    NotificationContent,
    NotificationProvider,
    OutgoingNotification,
)
from medusa.infrastructure.notifications.templates import Templates
from medusa.infrastructure.outages import describe

if TYPE_CHECKING:
    from aiosmtplib import SMTP

    from medusa.framework.app import App


class SmtpOptions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """See the module's documentation."""

    host: str
    from_: str = field(name="from")
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: str | None = None
    templates: str = "src/notifications"
    channels: list[str] = field(default_factory=lambda: ["email"])
    timeout: Annotated[float, Meta(gt=0)] = 20


class MailRefused(NotAllowed):
    """The mail server does not take the message; it will not tomorrow either."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The mail server refuses the message ({code})")


class SmtpNotificationProvider(NotificationProvider):
    """A connection for each message."""

    identifier = "smtp"
    default_channels = ("email",)

    def check_options(self) -> None:
        self._options = options = self.options_as(SmtpOptions)
        self._sender = sender_of(options.from_, provider="smtp")
        need_package("aiosmtplib", module=self.module, what="the provider smtp", extra="smtp")

    async def open(self, app: App) -> None:
        folder = app.config.root / self._options.templates
        self._templates = Templates(folder) if folder.is_dir() else None
        where = f"modules.notifications: the mail server {self._options.host}:{self._options.port}"
        try:
            server = await self._connect()
            await server.quit()
        except Unavailable as error:
            reason = describe(error.__cause__ or error)
            raise ConfigurationError(
                f"{where} does not answer ({reason}): start it, or correct host, port and security"
            ) from error
        except MedusaError as error:
            raise ConfigurationError(f"{where} lets us not in: correct username and password") from error

    async def send(self, notification: OutgoingNotification) -> str | None:
        message = self._message(notification)
        from aiosmtplib import SMTPException

        server = await self._connect()
        try:
            await server.send_message(message)
        except (SMTPException, OSError, TimeoutError) as error:
            raise _translated(error) from error
        finally:
            server.close()
        return str(message["Message-ID"])

    async def _connect(self) -> SMTP:
        from aiosmtplib import SMTP, SMTPException

        options = self._options
        server = SMTP(
            hostname=options.host,
            port=options.port,
            use_tls=options.security == "tls",
            start_tls=options.security == "starttls",
            timeout=options.timeout,
        )
        try:
            await server.connect()
            if options.username is not None:
                await _log_in(server, options.username, options.password or "")
        except MailRefused:
            server.close()
            raise
        except (SMTPException, OSError, TimeoutError) as error:
            server.close()
            raise _translated(error) from error
        return server

    def _message(self, notification: OutgoingNotification) -> EmailMessage:
        content = notification.content or self._rendered(notification)
        sender = mail_address(notification.from_) if notification.from_ else self._sender
        receiver = mail_address(notification.to)
        message = EmailMessage()
        message["From"], message["To"] = sender, receiver
        message["Subject"] = content.subject or ""
        message["Date"] = formatdate()
        # The same for each try: who gets the message twice can tell.
        message["Message-ID"] = f"<{notification.id}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if content.text is None and content.html is not None:
            message.set_content(content.html, subtype="html")
        else:
            message.set_content(content.text or "")
            if content.html is not None:
                message.add_alternative(content.html, subtype="html")
        for attachment in notification.attachments:
            _attach(message, attachment)
        return message

    def _rendered(self, notification: OutgoingNotification) -> NotificationContent:
        if self._templates is None:
            raise InvalidData(
                f"The notification has no content, and there is no folder {self._options.templates} with templates"
            )
        return self._templates.render(notification)


async def _log_in(server: SMTP, username: str, password: str) -> None:
    from aiosmtplib import SMTPServerDisconnected

    try:
        await server.login(username, password)
    except SMTPServerDisconnected as error:  # some hang up on who does not know the password
        raise MailRefused(535) from error


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    try:
        content = base64.b64decode(attachment.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidData(f"The attachment {attachment.filename} is not base64") from error
    kind, _, subtype = attachment.content_type.partition("/")
    message.add_attachment(
        content,
        maintype=kind,
        subtype=subtype or "octet-stream",
        filename=attachment.filename,
        disposition=attachment.disposition,
        cid=f"<{attachment.id}>" if attachment.id else None,
    )


def _translated(error: Exception) -> MedusaError:
    """What the mail server said, without the addresses it repeats."""
    from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException

    code = 0
    if isinstance(error, SMTPRecipientsRefused):
        code = error.recipients[0].code
    elif isinstance(error, SMTPResponseException):
        code = error.code
    if code >= 500:
        return MailRefused(code)
    return Unavailable(f"The mail server does not take the message now ({code or type(error).__name__}): try again")
