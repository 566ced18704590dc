"""Sessions in Redis: what is over is forgotten by Redis itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

from medusa.framework.app import App
from medusa.framework.errors import Unavailable
from medusa.framework.http.sessions import SessionData, SessionStore
from medusa.infrastructure.outages import Outage, ServerAway
from medusa.infrastructure.redis import RedisOptions, address_of, connect, redis_url

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")


class RedisSessionOptions(RedisOptions, frozen=True, forbid_unknown_fields=True):
    """Options.

    Attributes:
        timeout: Without an answer for so long, Redis counts as away.
    """

    timeout: timedelta = timedelta(seconds=1)


class RedisSessions(SessionStore):
    """A string for each session, which ends when the session does."""

    identifier: ClassVar[str] = "redis"
    default_id: ClassVar[str | None] = ""
    wants_redis: ClassVar[bool] = True

    def check_options(self) -> None:
        self._options = self.options_as(RedisSessionOptions)
        self._prefix = f"{self._options.prefix}session:"

    async def open(self, app: App) -> None:
        url, seconds = redis_url(self, app, self._options), self._options.timeout.total_seconds()
        self._redis: Redis = await connect(self, url, timeout=seconds, bounds_answers=False)
        from redis.exceptions import RedisError

        errors = (RedisError, OSError)
        self.outage = Outage(self.module, address_of(url), self._probe, errors=errors, timeout=self._options.timeout)

    async def close(self) -> None:
        await self.outage.close()
        await self._redis.aclose()

    async def load(self, sid: str) -> SessionData | None:
        found: Any = await self._asked(lambda: self._redis.get(self._prefix + sid))
        return None if found is None else msgspec.json.decode(found, type=SessionData)

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        left = round((expires_at - datetime.now(UTC)).total_seconds() * 1000)
        if left > 0:
            await self._asked(lambda: self._redis.set(self._prefix + sid, msgspec.json.encode(data), px=left))
        else:
            await self.delete(sid)

    async def delete(self, sid: str) -> None:
        await self._asked(lambda: self._redis.delete(self._prefix + sid))

    async def _asked(self, question: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self.outage.ask(question)
        except ServerAway:
            raise Unavailable("Sessions cannot be read now: try again") from None  # the log has said why

    async def _probe(self) -> None:
        """Show that sessions can be written."""
        await self._redis.set(f"{self._prefix}probe", b"{}", px=1000)
