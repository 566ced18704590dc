"""Login sessions: a signed cookie that names what a session store keeps."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from medusa.framework.modules import Provider

if TYPE_CHECKING:
    from medusa.framework.http.settings import HttpSettings

SessionData = dict[str, Any]


class SessionStore(Provider):
    """Where the data of login sessions is kept; an application uses one provider, shared by all its processes.

    Where it does not answer, methods raise :class:`~medusa.framework.errors.Unavailable`: requests that depend on a session
    are answered with 503, others are not affected.
    """

    module: ClassVar[str] = "sessions"
    is_exclusive: ClassVar[bool] = True

    @abstractmethod
    async def load(self, sid: str) -> SessionData | None:
        """The data of a session; None when it is unknown or over."""

    @abstractmethod
    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        """Write a session, in place of the one with this id."""

    @abstractmethod
    async def delete(self, sid: str) -> None:
        """End a session; an unknown one is no error."""


class SessionCookies:
    """Signs session ids into cookies and reads them back (the format of ``express-session``)."""

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._secret = settings.cookie_secret.encode()
        self.name = settings.cookie_name

    @staticmethod
    def new_sid() -> str:
        """A session id nobody can guess."""
        return secrets.token_urlsafe(24)

    def expiry(self) -> datetime:
        """When a session that starts now is over."""
        return datetime.now(UTC) + timedelta(seconds=self._settings.session_ttl_seconds)

    def may_travel(self, *, is_secure: bool) -> bool:
        """Whether the cookie may be sent over the client's connection."""
        return is_secure or not self._settings.cookie_secure

    def _signature(self, sid: str) -> str:
        digest = hmac.digest(self._secret, sid.encode(), hashlib.sha256)
        return base64.b64encode(digest).rstrip(b"=").decode()

    def sid(self, cookie: str) -> str | None:
        """The session id of a cookie's (decoded) value; None unless we signed it."""
        if not cookie.startswith("s:"):
            return None
        sid, _, signature = cookie[2:].rpartition(".")
        valid = hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(sid).encode())
        return sid if sid and valid else None

    def start(self, sid: str, expires_at: datetime) -> bytes:
        """The ``Set-Cookie`` value that gives a client its session."""
        value = quote(f"s:{sid}.{self._signature(sid)}", safe="")
        secure = "; Secure" if self._settings.cookie_secure else ""
        return (
            f"{self.name}={value}; Path=/; Expires={format_datetime(expires_at, usegmt=True)}; HttpOnly{secure}; "
            f"SameSite={self._settings.cookie_same_site}"
        ).encode()

    def end(self) -> bytes:
        """The ``Set-Cookie`` value that takes it away."""
        return f"{self.name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT".encode()
