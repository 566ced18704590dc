"""The cache in Redis, shared by all processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from medusa.framework.app import App
from medusa.infrastructure.caching.remote import RemoteCache
from medusa.infrastructure.redis import RedisOptions, address_of, connect, redis_url

if TYPE_CHECKING:
    from redis.asyncio import Redis

_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n
"""


class RedisCacheOptions(RedisOptions, frozen=True, forbid_unknown_fields=True):
    """Options.

    Attributes:
        timeout: Without an answer for so long, Redis counts as away.
    """

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
        url, seconds = redis_url(self, app, self._options), self._options.timeout.total_seconds()
        self._redis: Redis = await connect(self, url, timeout=seconds, bounds_answers=False)
        from redis.exceptions import RedisError

        self._count: Any = self._redis.register_script(_COUNT)
        self.begin(address_of(url), errors=(RedisError, OSError), timeout=self._options.timeout)

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
