"""Mails by SendGrid, with the dynamic templates that are kept there.

Needs ``medusa-commerce[sendgrid]``. Options:
    api_key: A key that may send mail.
    from: The sender, ``Shop <shop@example.com>``; SendGrid must have verified it.
    channels: ``["email"]`` by default.
    base_url: ``https://api.eu.sendgrid.com`` for accounts in the EU.

``template`` is the id of a template (``d-...``), ``data`` its variables. A notification with ``content`` needs no template.
"""

from __future__ import annotations

import asyncio
from email.headerregistry import Address
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from medusa.framework.errors import ConfigurationError, InvalidData, NotAllowed, Unavailable
from medusa.infrastructure.extras import need_package
from medusa.infrastructure.notifications.addresses import mail_address, sender_of
from medusa.infrastructure.notifications.provider import NotificationProvider, OutgoingNotification
from medusa.infrastructure.outages import describe

if TYPE_CHECKING:
    import httpx

    from medusa.framework.app import App

_TRIES = 3
_LONGEST_PAUSE_SECONDS = 5.0


class SendGridOptions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """See the module's documentation."""

    api_key: str
    from_: str = field(name="from")
    channels: list[str] = field(default_factory=lambda: ["email"])
    base_url: str = "https://api.sendgrid.com"


class SendGridRefused(NotAllowed):
    """SendGrid does not take the message; it will not tomorrow either."""


class SendGridNotificationProvider(NotificationProvider):
    """SendGrid's API, version 3."""

    identifier = "sendgrid"
    default_channels = ("email",)

    def check_options(self) -> None:
        self._options = self.options_as(SendGridOptions)
        self._sender = sender_of(self._options.from_, provider="sendgrid")
        need_package("httpx", module=self.module, what="the provider sendgrid", extra="sendgrid")

    async def open(self, app: App) -> None:
        import httpx

        self._http = httpx.AsyncClient(
            base_url=self._options.base_url,
            headers={"authorization": f"Bearer {self._options.api_key}"},
            timeout=20,
        )
        where = f"modules.notifications: SendGrid at {self._options.base_url}"
        try:
            answer = await self._http.get("/v3/scopes")
        except httpx.HTTPError as error:
            await self._http.aclose()
            raise ConfigurationError(
                f"{where} does not answer ({describe(error)}): see whether this machine reaches it"
            ) from error
        if answer.status_code >= 300 and not _can_heal(answer):
            await self._http.aclose()
            if answer.status_code in (401, 403):
                raise ConfigurationError(f"{where} does not know the key: correct the option api_key")
            raise ConfigurationError(f"{where} answers {answer.status_code}: correct the option base_url")

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, notification: OutgoingNotification) -> str | None:
        body = msgspec.json.encode(self._body(notification))
        answer = await self._post(body)
        for tried in range(1, _TRIES):
            if not _can_heal(answer):
                break
            await asyncio.sleep(_pause(answer, tried))
            answer = await self._post(body)
        if _can_heal(answer):
            raise Unavailable(f"SendGrid does not take the message now ({answer.status_code}): try again")
        if answer.status_code >= 300:
            raise SendGridRefused(f"SendGrid refuses the message ({answer.status_code}): {_reason(answer)}")
        message_id: str | None = answer.headers.get("x-message-id")
        return message_id

    async def _post(self, body: bytes) -> httpx.Response:
        import httpx

        try:
            return await self._http.post("/v3/mail/send", content=body, headers={"content-type": "application/json"})
        except httpx.HTTPError as error:  # it may have arrived: who tries again may send it twice
            raise Unavailable(f"SendGrid does not answer ({type(error).__name__}): try again") from error

    def _body(self, notification: OutgoingNotification) -> dict[str, Any]:
        content = notification.content
        if content is None and not notification.template:
            raise InvalidData("A notification for SendGrid needs a template or a content")
        receiver: dict[str, Any] = {
            "to": [_person(mail_address(notification.to))],
            "custom_args": {"notification_id": notification.id},
        }
        body: dict[str, Any] = {
            "personalizations": [receiver],
            "from": _person(mail_address(notification.from_) if notification.from_ else self._sender),
        }
        if content is None:
            body["template_id"] = notification.template
            receiver["dynamic_template_data"] = notification.data
        else:
            body["subject"] = content.subject or ""
            parts = (("text/plain", content.text), ("text/html", content.html))
            body["content"] = [{"type": kind, "value": value} for kind, value in parts if value is not None]
        if notification.attachments:
            body["attachments"] = [
                {
                    "content": item.content,
                    "filename": item.filename,
                    "type": item.content_type,
                    "disposition": item.disposition,
                    **({"content_id": item.id} if item.id else {}),
                }
                for item in notification.attachments
            ]
        return body


def _person(address: Address) -> dict[str, str]:
    name = {"name": address.display_name} if address.display_name else {}
    return {"email": address.addr_spec, **name}


def _can_heal(answer: httpx.Response) -> bool:
    return answer.status_code == 429 or answer.status_code >= 500


def _pause(answer: httpx.Response, tried: int) -> float:
    """Seconds until the next try: what SendGrid says, within reason."""
    asked: str = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_PAUSE_SECONDS) if asked.isdecimal() else 0.2 * float(2**tried)


def _reason(answer: httpx.Response) -> str:
    try:
        errors = msgspec.json.decode(answer.content, type=_Errors).errors
    except msgspec.MsgspecError:
        return answer.reason_phrase
    return "; ".join(error.message for error in errors) or answer.reason_phrase


class _Error(Struct):
    message: str = ""


class _Errors(Struct):
    errors: list[_Error] = []
