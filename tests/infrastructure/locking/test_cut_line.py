"""A line to Redis that is cut without a word, as by a firewall or by a fail-over: nothing is closed, nothing comes through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from medusa.framework.app import App
from medusa.framework.errors import Unavailable
from medusa.framework.tasks import end
from medusa.infrastructure.locking import Blocked, Grant, LockHeld
from medusa.infrastructure.locking.redis import RedisLocking
from tests.infrastructure.locking.conftest import service_of
from tests.infrastructure.servers import PATIENT, RedisServer

HOUR = timedelta(hours=1)


class Line:
    """Passes bytes on to a server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ways: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def laid(self) -> AsyncGenerator[str]:
        """The address of its near end, for the block."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        try:
            yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        finally:
            server.close()
            await self.cut()
            for writer in self._writers:
                writer.close()

    async def cut(self) -> None:
        """Cut the connections there are; new ones come through."""
        await end(*self._ways)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, back]
        self._ways |= {asyncio.create_task(_pass_on(reader, back)), asyncio.create_task(_pass_on(there, writer))}


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


async def test_who_waits_hears_again_when_the_line_is_back(
    own_redis: RedisServer, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medusa.infrastructure.locking.acquisition.LOOK_AGAIN_SECONDS", 3600.0)
    line, here = Line(own_redis.port), RedisLocking({"url": own_redis.url, **PATIENT})
    await here.open(app)
    async with line.laid() as url, asyncio.timeout(60):
        there = RedisLocking({"url": url, **PATIENT})
        await there.open(app)
        there.outage.pause = 0.02
        holder, waiter = service_of(here), service_of(there)
        held = await holder.acquire("a", expire=HOUR)
        with pytest.raises(LockHeld):
            await waiter.acquire("a", timeout=timedelta(milliseconds=50))  # from now on it listens

        await line.cut()
        there.outage.timeout = 0.2
        with pytest.raises(Unavailable):
            await waiter.acquire("a")
        there.outage.timeout = 2.0
        await there.outage.over()

        asked, ask = asyncio.Semaphore(0), there.try_acquire

        async def notice(keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
            outcome = await ask(keys, owner, expire)
            asked.release()
            return outcome

        monkeypatch.setattr(there, "try_acquire", notice)
        waiting = asyncio.create_task(waiter.execute("a", nothing, timeout=HOUR))
        for _ in range(2):  # at once, and when it listens
            await asked.acquire()
        await held.release()
        await waiting
        await there.close()
    await here.close()


async def nothing() -> None:
    pass
