"""Redis stops, and starts again with nothing in it: PostgreSQL remembers what is to be delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.events import RedisTransport
from tests.infrastructure.events.conftest import Listening, config, opened
from tests.infrastructure.servers import RedisServer


@pytest.fixture
async def on_own_redis(own_redis: RedisServer, database_url: str) -> AsyncIterator[Listening]:
    async with opened(config(database_url, own_redis.url)) as listening:
        yield listening


async def until_nothing_is_left(listening: Listening) -> None:
    """Wait until all is delivered."""
    async with asyncio.timeout(120):
        while await listening.left():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def test_nothing_is_lost_with_redis(on_own_redis: Listening, own_redis: RedisServer) -> None:
    listening = on_own_redis
    listening.app.events.add(listening.subscriber("note", "test.sold"))
    listening.gate.clear()
    async with listening.worker():
        # Four are worked on, the others are in the stream.
        await listening.emit("test.sold", *({"id": str(number), "step": "in the stream"} for number in range(10)))
        await listening.until(4)
        own_redis.stop()
        # Whoever emits does not notice.
        await listening.emit("test.sold", *({"id": str(number), "step": "away"} for number in range(10, 20)))
        listening.gate.set()
        await asyncio.sleep(0.2)
        assert len(listening.received) == 4
        own_redis.start()
        await until_nothing_is_left(listening)
    got = [int(event.data["id"]) for _, event in listening.received]
    assert sorted(set(got)) == list(range(20))
    assert len(got) < 25  # those that were worked on may come twice, no others
    assert {event.attempt for _, event in listening.received} == {1}  # that Redis was away is nobody's failure


async def test_a_full_redis_is_told_of_once_and_events_wait(on_own_redis: Listening, own_redis: RedisServer) -> None:
    listening = on_own_redis
    listening.app.events.add(listening.subscriber("note", "test.sold"))
    async with Redis(port=own_redis.port, protocol=2, decode_responses=True) as client, listening.worker():
        commands: Any = client
        await commands.config_set("maxmemory", 1000)
        with structlog.testing.capture_logs() as logs:
            await listening.emit("test.sold", {"id": "1"})
            async with asyncio.timeout(60):
                while int((await commands.info("errorstats")).get("errorstat_OOM", {"count": 0})["count"]) < 4:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        await commands.config_set("maxmemory", 0)
        await until_nothing_is_left(listening)
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["event.transport_failed"]
    assert len(listening.received) == 1


async def test_a_redis_that_may_delete_entries_is_told_of(own_redis: RedisServer, database_url: str) -> None:
    async with opened(config(database_url, own_redis.url)):
        pass
    async with Redis(port=own_redis.port, protocol=2) as client:
        await client.config_set("maxmemory-policy", "allkeys-lru")  # pyright: ignore[reportUnknownMemberType]
    with structlog.testing.capture_logs() as logs:
        async with opened(config(database_url, own_redis.url)):
            pass
    [told] = [entry for entry in logs if entry["event"] == "event.redis_may_delete"]
    assert (told["log_level"], told["policy"]) == ("warning", "allkeys-lru")


async def test_an_option_that_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"options of 'redis': Expected `int` >= 1 .*concurrency"):
        RedisTransport({"concurrency": 0})


async def test_an_application_does_not_start_without_its_redis(own_redis: RedisServer, database_url: str) -> None:
    own_redis.stop()
    settings = config(database_url, own_redis.url)
    with pytest.raises(ConfigurationError, match=rf"modules\.events: Redis at {own_redis.url} does not answer"):
        async with App.open(settings.root, config=settings):
            pass
