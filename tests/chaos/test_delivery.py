"""Workers are killed every second while events are emitted and delivered."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import subprocess
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from medusa.framework.ids import ulid
from tests.chaos.delivering import SUBSCRIBERS, TABLE, listen, start_worker
from tests.infrastructure.events.conftest import Listening, config, opened
from tests.infrastructure.servers import RedisServer

WORKERS = 2


@pytest.fixture(params=["postgres", "redis"])
async def place(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[tuple[Listening, str, str | None]]:
    """The application without a worker, the prefix of its keys in Redis, and Redis's address where it is used."""
    server, prefix = RedisServer() if request.param == "redis" else None, f"chaos-{ulid()}:"
    try:
        if server:
            server.start()
        url = server.url if server else None
        async with opened(config(database_url, url, prefix)) as listening:
            listen(listening.app)
            async with listening.app.database.session() as session:
                await session.execute(TABLE)
            yield listening, prefix, url
            async with listening.app.database.session() as session:
                await session.execute("DROP TABLE delivered")
    finally:
        if server:
            server.close()


class RolledBack(Exception):
    """Ends a transaction."""


async def emit(listening: Listening, number: int) -> bool:
    """Emit an event of one of five carts; one of seven is rolled back. Whether it was committed."""
    committed = number % 7 != 3
    try:
        async with listening.app.database.session() as session:
            await listening.app.emit(session, "test.counted", {"cart": str(number % 5), "number": number})
            if not committed:
                raise RolledBack
    except RolledBack:
        pass
    return committed


async def survive(place: tuple[Listening, str, str | None], *, kills: int) -> int:
    """Emit 40 events a second while a worker is killed each second; check what was delivered. How many there were."""
    listening, prefix, redis_url = place
    url = listening.app.database.url
    workers = [start_worker(url, prefix, redis_url) for _ in range(WORKERS)]
    emitted: list[int] = []
    is_over = asyncio.Event()

    async def emit_all() -> None:
        for number in itertools.count():
            if await emit(listening, number):
                emitted.append(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), 0.025)
                return

    async def kill() -> None:
        for _ in range(kills):
            victim = await one_that_works(listening, workers)
            workers.remove(victim)
            victim.kill()
            victim.wait()
            workers.append(start_worker(url, prefix, redis_url))
            await asyncio.sleep(1)
        is_over.set()

    try:
        await asyncio.gather(emit_all(), kill())
        await until_delivered(listening)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    async with listening.app.database.reader() as session:
        rows = await session.fetch("SELECT subscriber, cart, number, pid FROM delivered ORDER BY id")
    for id in SUBSCRIBERS:
        assert {row["number"] for row in rows if row["subscriber"] == id} == set(emitted)
    for cart in map(str, range(5)):
        order = [row["number"] for row in rows if row["subscriber"] == "follow" and row["cart"] == cart]
        assert all(before <= after for before, after in pairwise(order)), order  # again, but never back
    assert len({row["pid"] for row in rows}) > kills
    return len(emitted)


async def one_that_works(listening: Listening, workers: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Wait until a worker has delivered something; the last that did."""
    known = {worker.pid: worker for worker in workers}
    sql = "SELECT pid FROM delivered WHERE pid = ANY ($1) ORDER BY id DESC LIMIT 1"
    async with asyncio.timeout(120), listening.app.database.reader() as session:
        while (pid := await session.fetch_value(sql, list(known))) is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    return known[pid]


async def until_delivered(listening: Listening) -> None:
    """Wait until nothing is left; what failed is not waited for but tried again at once."""
    deadline = time.monotonic() + 200
    while left := await listening.left():
        assert time.monotonic() < deadline, left
        await listening.pass_time()
        await asyncio.sleep(0.1)


async def test_every_event_is_delivered_though_workers_are_killed(place: tuple[Listening, str, str | None]) -> None:
    await survive(place, kills=2)


@pytest.mark.chaos
async def test_a_worker_is_killed_every_second_for_half_a_minute(place: tuple[Listening, str, str | None]) -> None:
    assert await survive(place, kills=30) > 500
