"""Processes hear one another through PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import pytest
from structlog.testing import capture_logs

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
        async with asyncio.timeout(60):
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
    async with asyncio.timeout(60):
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


class Network:
    """Between a process and PostgreSQL; it can drop what is sent, silently."""

    def __init__(self, database: Database) -> None:
        self._to = urlsplit(database.url)
        self._open: list[asyncio.StreamWriter] = []
        self._flows = asyncio.Event()
        self._flows.set()
        self.is_up = True

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut_connections()

    @property
    def url(self) -> str:
        """Where the process connects to."""
        port = self._server.sockets[0].getsockname()[1]
        return self._to._replace(netloc=f"{self._to.username}@127.0.0.1:{port}", query="").geturl()

    def forget_connections(self) -> None:
        """What is sent on those that are open does not arrive, and nobody is told."""
        self._flows.clear()
        self._flows = asyncio.Event()
        self._flows.set()

    def cut_connections(self) -> None:
        """Both sides are told that they are closed."""
        for writer in self._open:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_up:
            writer.transport.abort()
            return
        there, away = await self._connect()
        self._open += [writer, away]
        flows = self._flows
        await asyncio.gather(self._carry(reader, away, flows), self._carry(there, writer, flows))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = self._to.hostname or dict(parse_qsl(self._to.query))["host"]
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{self._to.port or 5432}")
        return await asyncio.open_connection(host, self._to.port or 5432)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event) -> None:
        while data := await reader.read(65536):
            await flows.wait()
            writer.write(data)


@pytest.fixture
async def network(database: Database) -> AsyncIterator[Network]:
    async with Network(database) as network:
        yield network


def behind(network: Network, database: Database) -> Database:
    """The database, for who connects through the network."""
    return Database(network.url, database.pool, 5.0)


async def test_a_connection_that_is_silent_is_noticed(network: Network, database: Database) -> None:
    ear, told = Ear(), asyncio.Event()
    notifications = Notifications(behind(network, database), ask_every=0.02, patience=0.5)
    await notifications.start()
    await notifications.listen(ear.channel, ear.heard.put_nowait, interrupted=told.set)
    network.forget_connections()
    async with asyncio.timeout(60):
        await told.wait()
        while ear.heard.empty():
            await Notifications(database).notify(ear.channel, "afterwards")
            await asyncio.sleep(0.05)
    await notifications.stop()


async def test_an_outage_is_told_once(network: Network, database: Database) -> None:
    notifications, interruptions = Notifications(behind(network, database)), asyncio.Queue[None]()
    await notifications.start()
    await notifications.listen(Ear().channel, lambda _: None, interrupted=lambda: interruptions.put_nowait(None))
    with capture_logs() as logs:
        network.is_up = False
        network.cut_connections()
        async with asyncio.timeout(60):
            for _ in range(3):  # lost, and two vain tries
                await interruptions.get()
            network.is_up = True
            while not notifications.listening:  # noqa: ASYNC110  # the connection is made elsewhere
                await asyncio.sleep(0.01)
    await notifications.stop()
    assert [log["event"] for log in logs] == ["notifications.connection_lost", "notifications.connected_again"]


async def test_a_statement_needs_no_connection_of_the_pool(processes: list[Notifications], database: Database) -> None:
    here, there = processes
    ear = Ear()
    await there.listen(ear.channel, ear.heard.put_nowait, interrupted=ear.interrupted)
    async with contextlib.AsyncExitStack() as all_of_them:
        for _ in range(database.pool.get_max_size()):
            await all_of_them.enter_async_context(database.reader())
        await here.notify(ear.channel, "still here")
        assert await ear.next() == "still here"
