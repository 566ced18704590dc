"""Reads of data that seldom changes, kept in the process until it does.

Keys, regions and the like are needed by every request and change once a day. A cached read names the tables it depends on;
a commit that wrote one of them makes every process forget the answers: this one at once, others by a notification of
PostgreSQL sent in the same transaction. Without a connection for notifications nothing is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

import asyncpg
import structlog

from medusa.framework.db.database import Database
from medusa.framework.db.session import Session
from medusa.framework.ids import ulid

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
CHANNEL = "medusa_changed"
_MAX_ENTRIES = 10_000
log = structlog.get_logger()


class CachedRead(Generic[K, V]):
    """A function of a key whose answers are kept while its tables do not change."""

    def __init__(self, cache: ReadCache, tables: Iterable[str], load: Callable[[Session, K], Awaitable[V]]) -> None:
        self._cache = cache
        self._load = load
        self._values: dict[K, V] = {}
        self._generation = 0
        cache.register(self, tables)

    async def get(self, key: K) -> V:
        """The answer, from memory or from the database."""
        if key in self._values:
            return self._values[key]
        generation = self._generation
        async with self._cache.database.reader() as session:
            value = await self._load(session, key)
        # What changed while it was read is not kept.
        if self._cache.listening and generation == self._generation:
            if len(self._values) >= _MAX_ENTRIES:
                self._values.pop(next(iter(self._values)))
            self._values[key] = value
        return value

    def forget(self) -> None:
        """Forget all answers."""
        self._generation += 1
        self._values.clear()


class ReadCache:
    """The cached reads of a process, and the connection that hears of changes elsewhere."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.listening = False
        self._id = ulid()
        self._reads: dict[str, list[CachedRead[Any, Any]]] = {}
        self._task: asyncio.Task[None] | None = None
        database.on_change = self.changed
        database.announce = self._announce

    def register(self, read: CachedRead[Any, Any], tables: Iterable[str]) -> None:
        """Forget this read's answers when one of the tables changes."""
        for table in tables:
            self._reads.setdefault(table, []).append(read)

    def changed(self, tables: Iterable[str]) -> None:
        """These tables were written."""
        for table in tables:
            for read in self._reads.get(table, ()):
                read.forget()

    async def _announce(self, session: Session) -> None:
        if watched := session.touched & self._reads.keys():
            await session.execute("SELECT pg_notify($1, $2)", CHANNEL, ",".join([self._id, *sorted(watched)]))

    async def start(self) -> None:
        """Listen for changes made by other processes."""
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._listen(ready), name="read-cache")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ready.wait(), 5)

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self, ready: asyncio.Event) -> None:
        while True:
            try:
                await self._listen_once(ready)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("read_cache.connection_lost", error=str(error))
            finally:
                self.listening = False
                self.changed(list(self._reads))
            await asyncio.sleep(1)

    async def _listen_once(self, ready: asyncio.Event) -> None:
        connection = await asyncpg.connect(self.database.url, server_settings={"application_name": "medusa-cache"})
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self.changed(list(self._reads))
            self.listening = True
            ready.set()
            await lost.wait()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        sender, *tables = str(payload).split(",")
        if sender != self._id:
            self.changed(tables)
