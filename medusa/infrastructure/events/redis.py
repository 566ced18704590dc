"""Events through a Redis stream: Redis carries, PostgreSQL remembers.

A message is kept in the outbox of PostgreSQL (``medusa.framework.events.outbox``) from the transaction of its event until it is
delivered. Workers move what is due to the stream, read it as one consumer group, and note in the outbox how it ended. What is
in the outbox as sent and no longer in Redis is sent again, so Redis may be away, or come back empty, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

import structlog
from msgspec import Meta

from medusa.framework.errors import ConfigurationError
from medusa.framework.events import EventTransport, Message, deliver, outbox
from medusa.framework.events.transport import KEEP_FAILED
from medusa.framework.ids import ulid
from medusa.framework.tasks import end
from medusa.infrastructure.events.redis_stream import Entry, Stream
from medusa.infrastructure.outages import describe
from medusa.infrastructure.redis import RedisOptions, address_of, connect, redis_url

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from medusa.framework.app import App
    from medusa.framework.db import Session

T = TypeVar("T")
log = structlog.get_logger()
_VERSION = (6, 2)
_BATCH = 100
_AHEAD = 1000  # entries in the stream; the rest waits in the outbox
_BLOCK_SECONDS = 2.0
_TIMEOUT_SECONDS = 5.0
_POLL_SECONDS = 1.0  # for what is due later; what is due now is announced
_PAUSE_SECONDS = 0.5
_FORGOTTEN_AFTER_SECONDS = 3600.0


class RedisTransportOptions(RedisOptions, frozen=True, forbid_unknown_fields=True):
    """Options of the transport, besides those of every Redis provider.

    Attributes:
        concurrency: Subscribers that a process runs at a time.
        keep_failed: How long dead letters are kept.
    """

    concurrency: Annotated[int, Meta(ge=1)] = 4
    keep_failed: timedelta = KEEP_FAILED


class RedisTransport(EventTransport):
    """A stream with an entry for each subscriber of an event."""

    identifier: ClassVar[str] = "redis"

    def check_options(self) -> None:
        self._options = self.options_as(RedisTransportOptions)
        self.concurrency = self._options.concurrency

    @property
    def keep_failed(self) -> timedelta:
        return self._options.keep_failed

    async def open(self, app: App) -> None:
        self._app = app
        self._lease = app.config.project.workflow_lease.total_seconds()
        self._grace = app.config.project.shutdown_timeout.total_seconds()
        url = redis_url(self, app, self._options)
        self._address, self._is_away, self._is_full = address_of(url), False, False
        self._troubles: dict[str, str] = {}
        self._redis = await connect(self, url, self._use, timeout=_TIMEOUT_SECONDS)
        self._running: dict[bytes, asyncio.Task[None]] = {}
        self._due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        await app.notifications.listen(outbox.CHANNEL, lambda _: self._due.set(), interrupted=self._due.set)

    async def _use(self, redis: Redis) -> None:
        server: dict[str, Any] = await redis.info()  # pyright: ignore[reportUnknownMemberType]
        version, policy = str(server["redis_version"]), str(server.get("maxmemory_policy"))
        if tuple(map(int, version.split(".")[:2])) < _VERSION:
            await redis.aclose()
            raise ConfigurationError(
                f"modules.events: Redis at {self._address} is version {version}, events need 6.2 or later: update it, or leave "
                "the events to PostgreSQL."
            )
        if policy.startswith("allkeys"):
            log.warning(
                "event.redis_may_delete", address=self._address, policy=policy, remedy="maxmemory-policy noeviction"
            )
        self._stream = Stream(redis, f"{self._options.prefix}events", ulid())
        await self._stream.make_group()

    async def close(self) -> None:
        await self._redis.aclose()

    async def publish(self, session: Session, messages: Sequence[Message]) -> None:
        await outbox.add(session, messages)

    async def tidy(self, session: Session) -> None:
        await outbox.forget(session, self.keep_failed)

    def start(self) -> None:
        loops = {"send": self._send_for_ever(), "read": self._read_for_ever(), "watch": self._watch_for_ever()}
        self._tasks = [asyncio.create_task(loop, name=f"events-{name}") for name, loop in loops.items()]

    async def stop(self) -> None:
        if not self._tasks:
            return
        send, read, watch = self._tasks
        self._tasks = []
        await end(send, read)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self._grace)
        await end(watch, *self._running.values())
        if not self._is_away:
            await self._survive(self._leave())

    async def drain(self) -> int:
        count = await self._send()
        while entries := await self._stream.read(count=_BATCH, block=None):
            await asyncio.gather(*map(self._begin, entries))
        return count

    # --- from the outbox to the stream ---------------------------------------------------------------

    async def _send_for_ever(self) -> None:
        while True:
            self._due.clear()
            if await self._survive(self._send()) != _BATCH:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._due.wait(), _POLL_SECONDS)

    async def _send(self) -> int:
        """Send what is due, a batch at most; how many messages there were."""
        self._is_full = await self._stream.length() >= _AHEAD
        if self._is_full:
            return 0
        async with self._app.database.session() as session:
            if messages := await outbox.take(session, _BATCH):
                await self._stream.send(messages)  # before the commit: a message may be sent twice, but never not
        return len(messages)

    # --- from the stream to the subscribers ----------------------------------------------------------

    async def _read_for_ever(self) -> None:
        while True:
            while len(self._running) >= self.concurrency:
                await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
            free = self.concurrency - len(self._running)
            for entry in await self._survive(self._stream.read(count=free, block=_BLOCK_SECONDS)) or ():
                self._begin(entry)

    def _begin(self, entry: Entry) -> asyncio.Task[None]:
        task = asyncio.create_task(self._deliver(entry), name=f"event {entry[1].message.event}")
        self._running[entry[0]] = task
        task.add_done_callback(lambda _: self._running.pop(entry[0], None))
        return task

    async def _deliver(self, entry: Entry) -> None:
        sent = entry[1]
        failure = await deliver(self._app, sent.message, sent.attempt)

        async def settle() -> None:
            async with self._app.database.session() as session:
                await outbox.settle(session, sent, failure)
            await self._stream.settle([entry])  # after the commit: an entry may be worked on twice, but never not
            if self._is_full:
                self._due.set()

        await self._survive(settle())  # where it fails, the entry is taken over after a while

    # --- what others had, and what Redis lost --------------------------------------------------------

    async def _watch_for_ever(self) -> None:
        while True:
            await self._survive(self._watch())
            await asyncio.sleep(self._lease / 3)

    async def _watch(self) -> None:
        await self._stream.keep(list(self._running))
        await self._stream.forget_consumers(_FORGOTTEN_AFTER_SECONDS)
        orphans = [entry for entry in await self._stream.take_over(self._lease) if entry[0] not in self._running]
        await self._give_back(orphans, count_try=True)
        async with self._app.database.session() as session:
            lost = await self._stream.missing(await outbox.on_their_way(session))
            if lost and (count := await outbox.give_back(session, lost, count_try=False)):
                log.warning("event.lost_by_redis", count=count)

    async def _give_back(self, entries: Sequence[Entry], *, count_try: bool) -> None:
        if not entries:
            return
        async with self._app.database.session() as session:
            tries = [(sent.id, sent.attempt) for _, sent in entries]
            if (count := await outbox.give_back(session, tries, count_try=count_try)) and count_try:
                log.warning("worker.jobs_rescued", count=count)
        await self._stream.settle(entries)

    async def _leave(self) -> None:
        """What was read and not worked on is somebody else's."""
        await self._give_back(await self._stream.unsettled(), count_try=False)
        await self._stream.leave()

    async def _survive(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do it; None where Redis or the database is away, after a pause."""
        from redis.exceptions import ConnectionError as RedisConnectionError
        from redis.exceptions import TimeoutError as RedisTimeoutError

        kind = str(getattr(work, "__qualname__", ""))  # what succeeds tells nothing of what does not
        try:
            result = await work
        except (RedisConnectionError, RedisTimeoutError) as error:
            if not self._is_away:
                log.warning("server.lost", module=self.module, address=self._address, error=describe(error))
            self._is_away = True
        except Exception as error:
            if self._troubles.get(kind) != describe(error):  # what is known is not said again
                log.warning("event.transport_failed", error=describe(error))
            self._troubles[kind] = describe(error)
        else:
            if self._is_away:
                log.warning("server.back", module=self.module, address=self._address)
            self._is_away = False
            self._troubles.pop(kind, None)
            return result
        await asyncio.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(Exception):
            await self._stream.make_group()  # Redis may have come back empty
        return None
