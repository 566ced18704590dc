"""Reads of data that seldom changes, kept in the process until it does.

Keys, regions and the like are needed by every request and change once a day. A cached read names the tables it depends on;
a commit that wrote one of them makes every process forget the answers: this one at once, others by a notification of
PostgreSQL sent in the same transaction. Without a connection for notifications nothing is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from medusa.framework.db.database import Database
from medusa.framework.db.notifications import Notifications
from medusa.framework.db.session import Session
from medusa.framework.ids import ulid

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
CHANNEL = "medusa_changed"
_MAX_ENTRIES = 10_000


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
    """The cached reads of a process, which forgets what it hears was changed elsewhere."""

    def __init__(self, database: Database, notifications: Notifications) -> None:
        self.database = database
        self.notifications = notifications
        self._started = False
        self._id = ulid()
        self._reads: dict[str, list[CachedRead[Any, Any]]] = {}
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

    @property
    def listening(self) -> bool:
        """Whether changes made by other processes are heard."""
        return self._started and self.notifications.listening

    async def start(self) -> None:
        """Listen for changes made by other processes."""
        await self.notifications.listen(CHANNEL, self._heard, interrupted=lambda: self.changed(list(self._reads)))
        await self.notifications.start()
        self._started = True

    def _heard(self, payload: str) -> None:
        sender, *tables = payload.split(",")
        if sender != self._id:
            self.changed(tables)
