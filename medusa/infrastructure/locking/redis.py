"""Locks in Redis: keys with an expiry, changed by scripts that Redis runs as a whole."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

import structlog

from medusa.framework.app import App
from medusa.framework.tasks import end
from medusa.infrastructure.locking.provider import Blocked, Grant, LockingProvider
from medusa.infrastructure.outages import describe
from medusa.infrastructure.redis import WatchedRedisOptions, connect_watched

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = structlog.get_logger("medusa.locking")

# KEYS: the locks, then the counter of tokens, then the set of the owner's locks. ARGV: owner, milliseconds.
_ACQUIRE = """
local count, owner, ms = #KEYS - 2, ARGV[1], tonumber(ARGV[2])
local blocked, fresh = {0}, {0}
for i = 1, count do
  local holder = redis.call('GET', KEYS[i])
  if not holder then
    fresh[#fresh + 1] = i
  elseif holder ~= owner then
    blocked[#blocked + 1] = i
    blocked[#blocked + 1] = redis.call('PTTL', KEYS[i])
  end
end
if #blocked > 1 then return blocked end
-- By the clock, so that tokens grow also over a restart that forgot the last one.
local now = redis.call('TIME')
local token = math.max(tonumber(redis.call('GET', KEYS[count + 1]) or '0') + 1, now[1] * 1000000 + now[2])
redis.call('SET', KEYS[count + 1], string.format('%.0f', token))
for i = 1, count do
  redis.call('SET', KEYS[i], owner, 'PX', ms)
  redis.call('SADD', KEYS[count + 2], KEYS[i])
end
redis.call('PEXPIRE', KEYS[count + 2], math.max(ms, redis.call('PTTL', KEYS[count + 2])))
fresh[1] = token
return fresh
"""
# KEYS: the locks, then the set of the owner's locks.
_RENEW = """
local count, owner, ms = #KEYS - 1, ARGV[1], tonumber(ARGV[2])
for i = 1, count do
  if redis.call('GET', KEYS[i]) ~= owner then return 0 end
end
for i = 1, count do redis.call('PEXPIRE', KEYS[i], ms) end
redis.call('PEXPIRE', KEYS[count + 1], math.max(ms, redis.call('PTTL', KEYS[count + 1])))
return 1
"""
# The same. ARGV: owner, channel.
_RELEASE = """
local count, owner, released = #KEYS - 1, ARGV[1], 0
for i = 1, count do
  if redis.call('GET', KEYS[i]) == owner then
    redis.call('DEL', KEYS[i])
    redis.call('SREM', KEYS[count + 1], KEYS[i])
    redis.call('PUBLISH', ARGV[2], KEYS[i])
    released = released + 1
  end
end
return released
"""
_LISTEN_SECONDS = 30.0


class RedisLocking(LockingProvider):
    """One Redis, which must not evict keys. Who waits hears of a release by a message.

    What Redis loses in a restart without persistence is lost for its holders too: they are told at the next renewal.
    """

    identifier: ClassVar[str] = "redis"

    def check_options(self) -> None:
        self._options = self.options_as(WatchedRedisOptions)
        self._prefix = f"{self._options.prefix}lock:"
        self._token = f"{self._prefix}token"
        self._channel = f"{self._prefix}released"
        self._listener: asyncio.Task[None] | None = None

    async def open(self, app: App) -> None:
        self._redis, self.outage = await connect_watched(
            self,
            app,
            self._options,
            self._probe,
            catch_up=self._listen_anew,
            refusal="Locks cannot be taken now: try again",
        )
        self._acquire: Any = self._redis.register_script(_ACQUIRE)
        self._renew: Any = self._redis.register_script(_RENEW)
        self._release: Any = self._redis.register_script(_RELEASE)

    async def close(self) -> None:
        await self.outage.close()
        if self._listener is not None:
            await end(self._listener)
        await self._redis.aclose()

    async def try_acquire(self, keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
        names = [*map(self._name, keys), self._token, self._owned(owner)]
        answer: list[int] = await self.outage.ask(
            lambda: self._acquire(keys=names, args=[owner, _milliseconds(expire)])
        )
        token, rest = answer[0], answer[1:]
        if token:
            return Grant(token, tuple(keys[index - 1] for index in rest))
        return Blocked({keys[index - 1]: left / 1000 for index, left in zip(rest[::2], rest[1::2], strict=True)})

    async def renew(self, keys: Sequence[str], owner: str, expire: timedelta) -> bool:
        names = [*map(self._name, keys), self._owned(owner)]
        return bool(await self.outage.ask(lambda: self._renew(keys=names, args=[owner, _milliseconds(expire)])))

    async def release(self, keys: Sequence[str], owner: str) -> bool:
        return await self._released([*map(self._name, keys)], owner) == len(keys)

    async def release_all(self, owner: str) -> None:
        members: Any = await self.outage.ask(lambda: self._redis.smembers(self._owned(owner)))
        if members:
            await self._released(list(members), owner)

    async def listen(self, released: Callable[[str], None], interrupted: Callable[[], None]) -> None:
        if self._listener is None:
            ready = asyncio.Event()
            self._tell = released, interrupted
            self._listener = asyncio.create_task(self._listen(released, interrupted, ready), name="locks-released")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.timeout.total_seconds()):
                    await ready.wait()

    # --- inside

    def _name(self, key: str) -> str:
        return f"{self._prefix}key:{key}"

    def _owned(self, owner: str) -> str:
        return f"{self._prefix}owner:{owner}"

    async def _released(self, names: Sequence[str | bytes], owner: str) -> int:
        every = [*names, self._owned(owner)]
        return int(await self.outage.ask(lambda: self._release(keys=every, args=[owner, self._channel])))

    async def _probe(self, redis: Redis) -> None:
        """Show that locks can be taken and given up."""
        scripts: Any = redis
        lock, owner = f"{self._prefix}probe", "probe"
        await scripts.eval(_ACQUIRE, 3, lock, self._token, self._owned(owner), owner, 1000)
        await scripts.eval(_RELEASE, 2, lock, self._owned(owner), owner, self._channel)

    async def _listen_anew(self) -> None:
        """A connection that was cut without a word hears nothing for ever."""
        if self._listener is not None:
            await end(self._listener)
            self._listener = None
            await self.listen(*self._tell)

    async def _listen(
        self, released: Callable[[str], None], interrupted: Callable[[], None], ready: asyncio.Event
    ) -> None:
        from redis.exceptions import RedisError

        while True:
            try:
                await self._listen_once(released, interrupted, ready)
            except (RedisError, OSError) as error:
                log.info("locking.connection_lost", error=describe(error))
            await asyncio.sleep(self.outage.pause)

    async def _listen_once(
        self, released: Callable[[str], None], interrupted: Callable[[], None], ready: asyncio.Event
    ) -> None:
        async with self._redis.pubsub() as messages:  # pyright: ignore[reportUnknownMemberType]
            await messages.subscribe(self._channel)  # pyright: ignore[reportUnknownMemberType]
            ready.set()
            interrupted()
            while True:
                message = cast(
                    "Any", await messages.get_message(ignore_subscribe_messages=True, timeout=_LISTEN_SECONDS)
                )
                if message is not None:
                    released(message["data"].decode().removeprefix(self._name("")))


def _milliseconds(time: timedelta) -> int:
    return max(1, round(time.total_seconds() * 1000))
