"""Sessions in Redis: what is over is forgotten by Redis itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from medusa.framework.app import App
from medusa.framework.http.sessions import SessionData, SessionStore
from medusa.infrastructure.redis import WatchedRedisOptions, connect_watched

if TYPE_CHECKING:
    from redis.asyncio import Redis


class RedisSessions(SessionStore):
    """A string for each session, which ends when the session does."""

    identifier: ClassVar[str] = "redis"
    default_id: ClassVar[str | None] = ""
    wants_redis: ClassVar[bool] = True

    def check_options(self) -> None:
        self._options = self.options_as(WatchedRedisOptions)
        self._prefix = f"{self._options.prefix}session:"

    async def open(self, app: App) -> None:
        self._redis, self.outage = await connect_watched(
            self, app, self._options, self._probe, refusal="Sessions cannot be read now: try again"
        )

    async def close(self) -> None:
        await self.outage.close()
        await self._redis.aclose()

    async def load(self, sid: str) -> SessionData | None:
        found: Any = await self.outage.ask(lambda: self._redis.get(self._prefix + sid))
        return None if found is None else msgspec.json.decode(found, type=SessionData)

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        left = round((expires_at - datetime.now(UTC)).total_seconds() * 1000)
        if left > 0:
            await self.outage.ask(lambda: self._redis.set(self._prefix + sid, msgspec.json.encode(data), px=left))
        else:
            await self.delete(sid)

    async def delete(self, sid: str) -> None:
        await self.outage.ask(lambda: self._redis.delete(self._prefix + sid))

    async def _probe(self, redis: Redis) -> None:
        """Show that sessions can be written."""
        await redis.set(f"{self._prefix}probe", b"{}", px=1000)
