"""Cached reads forget what changed, here and in other processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from medusa.framework.db import Database, Session
from medusa.framework.db.cached import CachedRead, ReadCache
from medusa.framework.db.notifications import Notifications


class Counter:
    """Counts how often the database was asked."""

    def __init__(self) -> None:
        self.loads = 0

    async def load(self, session: Session, key: str) -> int | None:
        self.loads += 1
        value: int | None = await session.fetch_value("SELECT value FROM test_setting WHERE key = $1", key)
        return value


@pytest.fixture
async def setting(database_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """The same database as two processes see it."""
    here = await Database.connect(database_url, min_size=1, max_size=2)
    there = await Database.connect(database_url, min_size=1, max_size=2)
    async with here.session() as session:
        await session.execute("CREATE TABLE test_setting (key text PRIMARY KEY, value int)")
        await session.execute("INSERT INTO test_setting VALUES ('a', 1)")
    yield here, there
    async with here.session() as session:
        await session.execute("DROP TABLE test_setting")
    await here.close()
    await there.close()


async def change(database: Database, value: int) -> None:
    async with database.session() as session:
        await session.execute("UPDATE test_setting SET value = $1", value)
        session.touch("test_setting")


async def rolled_back_change(database: Database) -> None:
    async with database.session() as session:
        session.touch("test_setting")
        raise ZeroDivisionError


async def test_answers_are_kept_until_their_table_changes_anywhere(setting: tuple[Database, Database]) -> None:
    here = setting[0]
    caches = [ReadCache(database, Notifications(database)) for database in setting]
    counters = [Counter(), Counter()]
    reads = [CachedRead(cache, ["test_setting"], counter.load) for cache, counter in zip(caches, counters, strict=True)]
    for cache in caches:
        await cache.start()
    for read in reads * 3:
        assert await read.get("a") == 1
    assert [counter.loads for counter in counters] == [1, 1]

    await change(here, 2)
    assert await reads[0].get("a") == 2  # at once in the process that wrote
    async with asyncio.timeout(60):
        while await reads[1].get("a") != 2:  # noqa: ASYNC110 - it hears of it in its own time
            await asyncio.sleep(0.01)
    assert [await read.get("a") for read in reads] == [2, 2]
    assert [counter.loads for counter in counters] == [2, 2]

    with pytest.raises(ZeroDivisionError):
        await rolled_back_change(here)
    assert await reads[0].get("a") == 2
    assert counters[0].loads == 2
    for cache in caches:
        await cache.notifications.stop()


async def test_nothing_is_kept_without_notifications(setting: tuple[Database, Database]) -> None:
    counter = Counter()
    read = CachedRead(ReadCache(setting[0], Notifications(setting[0])), ["test_setting"], counter.load)
    assert [await read.get("a"), await read.get("a")] == [1, 1]
    assert counter.loads == 2
