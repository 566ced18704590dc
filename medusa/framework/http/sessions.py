"""Login sessions: a signed cookie that names a row of ``http_session``."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from medusa.framework.db import Database
    from medusa.framework.http.settings import HttpSettings

SessionData = dict[str, Any]


class SessionStore(Protocol):
    """Where the data of login sessions is kept."""

    async def load(self, sid: str) -> SessionData | None:
        """The data of a session; None when it is unknown or over."""
        ...

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        """Write a session."""
        ...

    async def delete(self, sid: str) -> None:
        """End a session; an unknown one is no error."""
        ...


class MemorySessions:
    """Sessions of one process, lost with it."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[SessionData, datetime]] = {}

    async def load(self, sid: str) -> SessionData | None:
        row = self._rows.get(sid)
        return row[0] if row is not None and row[1] > datetime.now(UTC) else None

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        self._rows[sid] = (data, expires_at)

    async def delete(self, sid: str) -> None:
        self._rows.pop(sid, None)


class PostgresSessions:
    """Sessions in the table ``http_session``, shared by all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, sid: str) -> SessionData | None:
        async with self._database.reader() as session:
            row = await session.fetch_row("SELECT data FROM http_session WHERE sid = $1 AND expires_at > now()", sid)
        if row is None:
            return None
        data: SessionData = row["data"]
        return data

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        async with self._database.session() as session:
            await session.execute(
                "INSERT INTO http_session (sid, data, expires_at) VALUES ($1, $2, $3) "
                "ON CONFLICT (sid) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
                sid,
                data,
                expires_at,
            )
            # Few sessions start, so the one that does takes a few dead ones along: no job is needed for it.
            await session.execute(
                "DELETE FROM http_session WHERE sid IN (SELECT sid FROM http_session WHERE expires_at < now() LIMIT 100)"
            )

    async def delete(self, sid: str) -> None:
        async with self._database.session() as session:
            await session.execute("DELETE FROM http_session WHERE sid = $1", sid)


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
