"""The Redis side of the transport: one stream, read by one consumer group, and the names of what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import msgspec

from medusa.framework.events.outbox import Sent

if TYPE_CHECKING:
    from redis.asyncio import Redis

Entry: TypeAlias = tuple[bytes, Sent]
Try: TypeAlias = tuple[int, int]
"""The id of a message in the outbox, and which try it is."""
_GROUP = "workers"
_BATCH = 100

# Without a stream nothing is on its way, whatever the set of names says. ARGV: name and body of each message. A name that is
# known is on its way already: the transaction that sent it was cut short.
_SEND = """
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
for i = 1, #ARGV, 2 do
  if redis.call('SADD', KEYS[2], ARGV[i]) == 1 then redis.call('XADD', KEYS[1], '*', 'sent', ARGV[i + 1]) end
end
"""
_MISSING = """
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
local missing = {}
for i = 1, #ARGV do
  if redis.call('SISMEMBER', KEYS[2], ARGV[i]) == 0 then missing[#missing + 1] = ARGV[i] end
end
return missing
"""


class Stream:
    """What is on its way. An entry is deleted when it is settled, so the stream is as long as what is left to do.

    Args:
        consumer: The name of this process in the group.
    """

    def __init__(self, redis: Redis, name: str, consumer: str) -> None:
        self._redis: Any = redis  # its types leave open what an answer is
        self._name = name
        self._names = f"{name}:names"
        self._consumer = consumer

    async def make_group(self) -> None:
        """Make the stream and its group; no error where they are there."""
        from redis.exceptions import ResponseError

        try:
            await self._redis.xgroup_create(self._name, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def length(self) -> int:
        """How many entries there are, those that are worked on included."""
        return int(await self._redis.xlen(self._name))

    async def send(self, messages: Sequence[Sent]) -> None:
        """Add entries; one that is there is not added again."""
        parts = [part for sent in messages for part in (_name(_try(sent)), msgspec.json.encode(sent))]
        await self._redis.eval(_SEND, 2, self._name, self._names, *parts)

    async def read(self, *, count: int, block: float | None) -> list[Entry]:
        """Entries that nobody has had, now ours; waits ``block`` seconds for one (None: not at all)."""
        wait = None if block is None else int(block * 1000)
        found = await self._redis.xreadgroup(_GROUP, self._consumer, {self._name: ">"}, count=count, block=wait)
        return _entries(found[0][1]) if found else []

    async def unsettled(self) -> list[Entry]:
        """What is ours and not settled."""
        found = await self._redis.xreadgroup(_GROUP, self._consumer, {self._name: "0"})
        return _entries(found[0][1]) if found else []

    async def keep(self, ids: Sequence[bytes]) -> None:
        """Show that we are alive and still work on these."""
        if ids:
            await self._redis.xclaim(self._name, _GROUP, self._consumer, 0, list(ids), justid=True)

    async def take_over(self, lease: float) -> list[Entry]:
        """Entries of which nobody has heard for ``lease`` seconds, now ours."""
        milliseconds = int(lease * 1000)
        answer = await self._redis.xautoclaim(self._name, _GROUP, self._consumer, milliseconds, count=_BATCH)
        return _entries(answer[1])

    async def settle(self, entries: Sequence[Entry]) -> None:
        """These are dealt with."""
        if not entries:
            return
        ids, names = [id for id, _ in entries], [_name(_try(sent)) for _, sent in entries]
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.xack(self._name, _GROUP, *ids).xdel(self._name, *ids).srem(self._names, *names)
            await pipeline.execute()

    async def missing(self, tries: Sequence[Try]) -> list[Try]:
        """Those that Redis has lost."""
        if not tries:
            return []
        lost = await self._redis.eval(_MISSING, 2, self._name, self._names, *map(_name, tries))
        return [cast("Try", tuple(int(part) for part in name.split(b":"))) for name in lost]

    async def leave(self) -> None:
        """This process reads no more."""
        await self._redis.xgroup_delconsumer(self._name, _GROUP, self._consumer)

    async def forget_consumers(self, idle: float) -> None:
        """Take those out of the group that have nothing and were not heard of for ``idle`` seconds."""
        for consumer in await self._redis.xinfo_consumers(self._name, _GROUP):
            if not consumer["pending"] and consumer["idle"] > idle * 1000:
                await self._redis.xgroup_delconsumer(self._name, _GROUP, consumer["name"])


def _try(sent: Sent) -> Try:
    return sent.id, sent.attempt


def _name(attempt: Try) -> str:
    return f"{attempt[0]}:{attempt[1]}"


def _entries(found: Sequence[tuple[bytes, dict[bytes, bytes] | None]]) -> list[Entry]:
    return [(id, msgspec.json.decode(fields[b"sent"], type=Sent)) for id, fields in found if fields]
