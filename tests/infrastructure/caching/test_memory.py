"""What the cache in the process does beside what all do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.db.notifications import Notifications
from medusa.infrastructure.caching.memory import MemoryCache

MINUTE = timedelta(minutes=1)


async def opened(app: Any, **options: int) -> MemoryCache:
    cache = MemoryCache(options)
    await cache.open(app)
    return cache


async def test_what_was_not_used_for_longest_goes_first(app: App) -> None:
    cache = await opened(app, max_entries=3)
    for key in "abc":
        await cache.write(key, b"1", MINUTE)
    await cache.read(["a"])
    await cache.write("d", b"1", MINUTE)
    assert await cache.read(list("abcd")) == [b"1", None, b"1", b"1"]


async def test_memory_is_bounded(app: App) -> None:
    cache = await opened(app, max_bytes=10_000)
    for number in range(50):
        await cache.write(f"{number}", b"x" * 1000, MINUTE)
    kept = [value for value in await cache.read([f"{number}" for number in range(50)]) if value]
    assert len(kept) == 7
    await cache.write("too large", b"x" * 20_000, MINUTE)
    assert await cache.read(["too large"]) == [None]


class OneProcess:
    """As much of an application as the cache needs, with a connection for notifications of its own."""

    def __init__(self, database: Database) -> None:
        self.notifications = Notifications(database)


@pytest.fixture
async def process(app: App) -> AsyncIterator[OneProcess]:
    process = OneProcess(app.database)
    yield process
    await process.notifications.stop()


async def test_a_script_listens_from_its_first_value_on(process: OneProcess) -> None:
    cache = await opened(process)
    heard = [process.notifications.listening]
    await cache.write("a", b"1", MINUTE)
    assert [*heard, process.notifications.listening] == [False, True]
    assert await cache.read(["a"]) == [b"1"]


async def test_a_database_that_is_away_does_not_keep_anything_from_being_forgotten(database_url: str) -> None:
    database = await Database.connect(database_url, min_size=1, max_size=1)
    process = OneProcess(database)
    cache = await opened(process)
    await cache.write("a", b"1", MINUTE)
    await database.close()
    await process.notifications.stop()
    await cache.remove(["a"])
    assert await cache.read(["a"]) == [None]


async def test_who_may_have_missed_something_forgets_all(app: App, process: OneProcess) -> None:
    cache = await opened(process)
    await cache.write("a", b"1", MINUTE)
    async with app.database.reader() as session:
        await session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'medusa-notifications' "
            "AND pid <> pg_backend_pid() AND datname = current_database() AND backend_start = "
            "(SELECT max(backend_start) FROM pg_stat_activity WHERE application_name = 'medusa-notifications' "
            "AND datname = current_database())"
        )
    async with asyncio.timeout(60):
        while process.notifications.listening:  # noqa: ASYNC110  # the connection dies elsewhere
            await asyncio.sleep(0.01)
    assert await cache.read(["a"]) == [None]
    await cache.write("a", b"2", MINUTE)
    assert await cache.read(["a"]) == [None]
