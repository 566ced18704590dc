"""What happens when the server of a cache is away: at start, later, and when it is back."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.caching import CachingService
from medusa.infrastructure.caching import remote as remote_module
from medusa.infrastructure.caching.memcached import MemcachedCache
from medusa.infrastructure.caching.memory import MemoryCache
from medusa.infrastructure.caching.redis import RedisCache
from medusa.infrastructure.caching.remote import RemoteCache
from tests.infrastructure.caching.conftest import service_of
from tests.infrastructure.servers import PATIENT, LocalServer, RedisServer

MINUTE = timedelta(minutes=1)
SECONDS = 2.0
KEYS = 10


@pytest.fixture(params=["redis", "memcached"])
def server(request: pytest.FixtureRequest) -> LocalServer:
    """A server of the test's own."""
    found: LocalServer = request.getfixturevalue(f"own_{request.param}")
    return found


def provider_on(server: LocalServer) -> RemoteCache:
    if isinstance(server, RedisServer):
        return RedisCache({"url": server.url, **PATIENT})
    return MemcachedCache({"address": server.address, **PATIENT})


@pytest.fixture
async def cache(server: LocalServer, app: App) -> AsyncIterator[RemoteCache]:
    """A provider on it that looks again very soon."""
    provider = provider_on(server)
    await provider.open(app)
    provider.outage.pause = 0.02
    yield provider
    await provider.close()


@pytest.fixture
def caching(cache: RemoteCache) -> CachingService:
    return service_of(cache)


async def one() -> int:
    return 1


async def test_away_later_is_a_miss_and_one_warning(
    server: LocalServer, cache: RemoteCache, caching: CachingService
) -> None:
    await caching.set("a", 7)
    with capture_logs() as logs:
        server.stop()
        for _ in range(3):
            assert await caching.get("a") is None
            await caching.set("a", 8, tags=["t"])
            await caching.clear(["t"])
            assert await caching.get_or_compute("b", one, type=int, tags=["t"]) == 1
            assert await cache.count("c", MINUTE) is None
        assert cache.is_away
        server.start()
        await cache.outage.over()
    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert warnings == ["server.lost", "server.back"]
    await caching.set("a", 9)
    assert await caching.get("a") == 9


async def test_a_server_that_hangs_costs_one_time_out(
    server: LocalServer, cache: RemoteCache, caching: CachingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caching.set("a", 7, tags=["t"])
    await caching.set("b", 7)
    asked: list[Sequence[str]] = []
    read = cache.do_read

    async def noted(keys: Sequence[str]) -> list[bytes | None]:
        asked.append(keys)
        return await read(keys)

    monkeypatch.setattr(cache, "do_read", noted)
    with server.hanging(cache.outage):
        assert await caching.get("a") is None  # waits for the time-out
        for _ in range(100):
            assert await caching.get("a") is None
        assert len(asked) == 1
        await caching.clear(["t"])  # it is still there, and must not be seen again
    await cache.outage.over()
    assert await caching.get("a") is None
    assert await caching.get("b") == 7


async def test_also_without_the_server_one_computes_and_nobody_gets_what_began_before_a_clear(
    server: LocalServer, caching: CachingService
) -> None:
    server.stop()
    assert await caching.get("a") is None
    go_on, runs = asyncio.Event(), 0

    async def compute() -> int:
        nonlocal runs
        runs += 1
        number = runs
        await go_on.wait()
        return number

    asked = [asyncio.create_task(caching.get_or_compute("a", compute, type=int, tags=["t"])) for _ in range(5)]
    await all_wait()
    await caching.clear(["t"])
    asked += [asyncio.create_task(caching.get_or_compute("a", compute, type=int, tags=["t"])) for _ in range(5)]
    await all_wait()
    go_on.set()
    assert await asyncio.gather(*asked) == [1] * 5 + [2] * 5


async def all_wait() -> None:
    """Who asks nobody outside has come as far as it can."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_a_restart_that_nobody_noticed_is_no_outage(server: LocalServer, caching: CachingService) -> None:
    await caching.set("a", 7)
    server.stop()
    server.start()
    await asyncio.sleep(0.05)  # the end of the connection arrives
    with capture_logs() as logs:
        assert await caching.get("a") is None
        await caching.set("a", 8)
        assert await caching.get("a") == 8
    assert logs == []


async def test_what_was_to_be_removed_is_bounded(
    server: LocalServer, cache: RemoteCache, caching: CachingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_module, "_MAX_OWED", 5)
    await caching.set("other", 7)
    with server.hanging(cache.outage):
        await caching.delete(*(f"key {number}" for number in range(10)))
    await cache.outage.over()
    assert await caching.get("other") is None  # rather too much than too little


# --- again and again, under load


class Shop:
    """Numbers that only grow: what is stored, and what everybody must have heard of."""

    def __init__(self, caching: CachingService) -> None:
        self.caching = caching
        self.stored = [0] * KEYS
        self.cleared = [0] * KEYS
        self.answers = 0
        self.end = asyncio.get_running_loop().time() + SECONDS

    @property
    def is_open(self) -> bool:
        return asyncio.get_running_loop().time() < self.end or self.answers < 100

    async def ask(self, chance: random.Random) -> None:
        while self.is_open:
            number = chance.randrange(KEYS)

            async def compute(number: int = number) -> int:
                value = self.stored[number]
                await asyncio.sleep(0.001)
                return value

            least = self.cleared[number]
            tags = [f"tag {number}"]
            value = await self.caching.get_or_compute(f"key {number}", compute, type=int, tags=tags)
            assert value >= least
            self.answers += 1
            await asyncio.sleep(0.001)

    async def change(self, chance: random.Random) -> None:
        while self.is_open:
            number = chance.randrange(KEYS)
            self.stored[number] += 1
            await self.caching.clear([f"tag {number}"])
            self.cleared[number] = self.stored[number]
            await asyncio.sleep(0.003)


async def disturb(shop: Shop, server: LocalServer, cache: RemoteCache, chance: random.Random) -> None:
    while shop.is_open:
        await asyncio.sleep(chance.uniform(0.05, 0.3))
        if chance.random() < 0.5:
            server.stop()
            await asyncio.sleep(chance.uniform(0, 0.1))
            server.start()
        else:
            with server.hanging(cache.outage):
                await asyncio.sleep(chance.uniform(0, 0.7))


async def test_a_server_that_comes_and_goes_makes_nothing_wrong(
    server: LocalServer,
    cache: RemoteCache,
    caching: CachingService,
) -> None:
    shop, chance = Shop(caching), random.Random(5)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(shop.ask(chance))
        tasks.create_task(shop.change(chance))
        tasks.create_task(disturb(shop, server, cache, chance))
    await cache.outage.over()
    await caching.set("a", 1)
    assert await caching.get("a") == 1


# --- at start


async def test_away_at_start_stops_it(server: LocalServer, app: App) -> None:
    server.stop()
    with pytest.raises(ConfigurationError) as refusal:
        await provider_on(server).open(app)
    message = str(refusal.value)
    assert message.startswith("modules.caching: ")
    assert server.address in message
    assert "does not answer" in message
    assert "start it, or correct" in message


async def test_a_password_is_asked_for_and_never_shown(app: App) -> None:
    server = RedisServer(password="correct")
    try:
        server.start()
        provider = RedisCache({"url": server.url})
        await provider.open(app)
        await provider.close()
        wrong = server.url.replace("correct", "hunter2")
        with pytest.raises(ConfigurationError) as refusal:
            await RedisCache({"url": wrong}).open(app)
    finally:
        server.close()
    assert f"Redis at redis://{server.address}/0 does not answer (invalid username-password pair" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("provider", "options", "message"),
    [
        (MemcachedCache, {}, "missing required field `address` (it takes address, prefix, timeout)"),
        (MemcachedCache, {"address": "localhost"}, "write it as host:11211"),
        (MemcachedCache, {"address": "localhost:1", "prefix": "a b"}, "the prefix has spaces"),
        (RedisCache, {"uri": "redis://h"}, "unknown field `uri` (it takes url, prefix, timeout)"),
        (MemoryCache, {"max_entries": 0}, "Expected `int` >= 1"),
    ],
)
def test_options_that_cannot_work_are_refused(
    provider: type[RemoteCache], options: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        provider(options)
    assert message in str(refusal.value)
    assert "modules.caching" in str(refusal.value)


async def test_redis_without_an_address_or_its_package(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="set REDIS_URL, or give it the option url"):
        await RedisCache().open(app)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ConfigurationError, match=r"needs the package redis: install medusa-commerce\[redis\]"):
        await RedisCache({"url": "redis://127.0.0.1:1/0"}).open(app)


def test_options_of_the_module_are_checked() -> None:
    with pytest.raises(ConfigurationError, match=r"modules\.caching\.options: .*unknown field `tll`"):
        service_of(MemoryCache(), {"tll": 5})
    with pytest.raises(ConfigurationError, match="the option ttl is not above zero"):
        service_of(MemoryCache(), {"ttl": "PT0S"})
