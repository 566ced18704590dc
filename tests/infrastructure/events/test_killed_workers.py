"""kill -9 of a worker while its subscribers run: another one takes over, within seconds."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from medusa.framework.events import EventTransport
from tests.infrastructure.events.conftest import LEASE, Listening
from tests.infrastructure.events.worker_process import TABLE


@contextmanager
def other_process(listening: Listening) -> Generator[subprocess.Popen[bytes]]:
    """A worker that takes events and hangs."""
    transport = listening.app.providers.default(EventTransport)
    address = [str(transport.options[name]) for name in ("prefix", "url") if name in transport.options]
    command = [sys.executable, "-m", "tests.infrastructure.events.worker_process", listening.app.database.url, *address]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def lease() -> timedelta:
    return LEASE


@pytest.fixture
async def taken(listening: Listening) -> AsyncIterator[None]:
    """The table that the other process writes to."""
    async with listening.app.database.session() as session:
        await session.execute(TABLE)
    yield
    async with listening.app.database.session() as session:
        await session.execute("DROP TABLE taken")


async def until_taken(listening: Listening, count: int) -> None:
    """Wait until the other process has so many."""
    async with asyncio.timeout(120), listening.app.database.reader() as session:
        while await session.fetch_value("SELECT count(*) FROM taken") < count:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("taken")
async def test_what_a_killed_worker_had_is_taken_over_in_seconds(listening: Listening) -> None:
    listening.app.events.add(listening.subscriber("slow", "test.sold"))
    listening.app.events.add(listening.subscriber("fragile", "test.broken", max_attempts=1))
    await listening.emit("test.broken", {"id": "1", "step": "x"})
    await listening.emit("test.sold", *({"id": "1", "step": step} for step in "abcde"))
    with other_process(listening) as process:
        await until_taken(listening, 4)  # as many as it runs at a time
        async with listening.worker():
            await listening.until(2)  # the rest is not held up
            assert sorted(event.data["step"] for _, event in listening.received) == ["d", "e"]
            await asyncio.sleep(1.5 * LEASE.total_seconds())
            assert len(listening.received) == 2  # the other one lives, its events are its own
            process.kill()
            process.wait()
            await listening.until(5)
            async with asyncio.timeout(60):
                while await listening.left() > 1:  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.02)
    again = sorted((event.data["step"], event.attempt) for _, event in listening.received[2:])
    assert again == [("a", 2), ("b", 2), ("c", 2)]  # a try of which nobody knows how it ended counts
    # An event that kills its worker does not kill one after the other.
    [letter] = await listening.failed()
    assert (letter.data["step"], letter.error) == ("x", "The worker died while this ran, each time")
