"""Processes hear one another through PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from medusa.framework.db import Database
from medusa.framework.db.notifications import Notifications
from medusa.framework.ids import ulid


class Ear:
    """What somebody hears on a channel of the test's own."""

    def __init__(self) -> None:
        self.channel = f"test_{ulid().lower()}"
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.interruptions = 0

    def interrupted(self) -> None:
        self.interruptions += 1

    async def next(self) -> str:
        async with asyncio.timeout(5):
            return await self.heard.get()


@pytest.fixture
async def processes(database: Database) -> AsyncIterator[list[Notifications]]:
    """Two processes that listen."""
    found = [Notifications(database), Notifications(database)]
    for notifications in found:
        await notifications.start()
        await notifications.start()
    yield found
    for notifications in found:
        await notifications.stop()


async def test_who_listens_hears_all_processes(processes: list[Notifications], database: Database) -> None:
    here, there = processes
    ear, other = Ear(), Ear()
    for each in (ear, other):
        await here.listen(each.channel, each.heard.put_nowait, interrupted=each.interrupted)
    await there.notify(ear.channel, "from there")
    assert await ear.next() == "from there"
    await here.notify(ear.channel, "from here")
    assert await ear.next() == "from here"
    await Notifications(database).notify(ear.channel, "from who does not listen")
    assert await ear.next() == "from who does not listen"
    assert other.heard.empty()


async def test_a_lost_connection_is_told_and_replaced(database: Database) -> None:
    notifications, ear = Notifications(database), Ear()
    await notifications.listen(ear.channel, ear.heard.put_nowait, interrupted=ear.interrupted)
    await notifications.start()
    before = ear.interruptions
    async with database.reader() as session:
        await session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1", f'LISTEN "{ear.channel}"'
        )
    async with asyncio.timeout(10):
        while ear.interruptions < before + 2:  # lost, and there again
            await notifications.notify(ear.channel, "meanwhile")
            await asyncio.sleep(0.05)
        while not notifications.listening:  # noqa: ASYNC110  # the connection is made elsewhere
            await asyncio.sleep(0.01)
    await notifications.notify(ear.channel, "afterwards")
    while await ear.next() != "afterwards":
        pass
    await notifications.stop()
    assert not notifications.listening
