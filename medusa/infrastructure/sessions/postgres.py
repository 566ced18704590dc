"""Sessions in the table ``http_session``."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.http.sessions import SessionData, SessionStore


class NoOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """It takes none."""


class PostgresSessions(SessionStore):
    """A row for each session, in the application's database."""

    identifier: ClassVar[str] = "postgres"
    default_id: ClassVar[str | None] = ""
    is_external: ClassVar[bool] = False

    def check_options(self) -> None:
        self.options_as(NoOptions)

    async def open(self, app: App) -> None:
        self._database = app.database

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
