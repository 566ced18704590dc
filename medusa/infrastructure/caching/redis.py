"""The cache in Redis, shared by all processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from medusa.framework.app import App
from medusa.infrastructure.caching.remote import RemoteCache
from medusa.infrastructure.redis import WatchedRedisOptions, connect_watched

if TYPE_CHECKING:
    from redis.asyncio import Redis

_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n
"""


class RedisCacheOptions(WatchedRedisOptions, frozen=True, forbid_unknown_fields=True):
    """Options: less patience than others have, as what is not found can be computed."""

    timeout: timedelta = timedelta(milliseconds=500)


class RedisCache(RemoteCache):
    """Each entry is a string with an expiry; give Redis a ``maxmemory`` and the policy ``allkeys-lru``."""

    identifier: ClassVar[str] = "redis"
    default_id: ClassVar[str | None] = ""
    wants_redis: ClassVar[bool] = True

    def check_options(self) -> None:
        self._options = self.options_as(RedisCacheOptions)
        self._prefix = f"{self._options.prefix}cache:"

    async def open(self, app: App) -> None:
        self._redis, self.outage = await connect_watched(self, app, self._options, self._probe, catch_up=self.catch_up)
        self._count: Any = self._redis.register_script(_COUNT)

    async def close(self) -> None:
        await self.outage.close()
        await self._redis.aclose()

    async def do_read(self, keys: Sequence[str]) -> list[bytes | None]:
        found: list[Any] = await self._redis.mget([self._prefix + key for key in keys])
        return found

    async def do_write(self, key: str, value: bytes, ttl: timedelta) -> None:
        await self._redis.set(self._prefix + key, value, px=max(1, round(ttl.total_seconds() * 1000)))

    async def do_add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        milliseconds = max(1, round(ttl.total_seconds() * 1000))
        return bool(await self._redis.set(self._prefix + key, value, px=milliseconds, nx=True))

    async def do_remove(self, keys: Sequence[str]) -> None:
        await self._redis.unlink(*(self._prefix + key for key in keys))

    async def do_count(self, key: str, ttl: timedelta) -> int:
        return int(await self._count(keys=[self._prefix + key], args=[round(ttl.total_seconds() * 1000)]))

    async def _probe(self, redis: Redis) -> None:
        """Show that values can be stored."""
        await redis.set(f"{self._prefix}probe", b"1", px=1000)
