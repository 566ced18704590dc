"""What happens when the server that keeps the locks is away, and several providers side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.framework.config import Config, Environment, ModuleConfig, ProviderConfig, complete
from medusa.framework.db import Database
from medusa.framework.errors import ConfigurationError, NotFound, Unavailable
from medusa.framework.ids import ulid
from medusa.infrastructure.locking import Blocked, Grant, LockHeld, LockingProvider, LockingService, LockLost
from medusa.infrastructure.locking.postgres import PostgresLocking
from medusa.infrastructure.locking.redis import RedisLocking
from tests.infrastructure.locking.conftest import service_of
from tests.infrastructure.servers import PATIENT, RedisServer

AT_ONCE = timedelta(0)
SHORT = timedelta(milliseconds=300)


@pytest.fixture
async def provider(own_redis: RedisServer, app: App) -> AsyncIterator[RedisLocking]:
    """A provider on a Redis of the test's own, which looks again very soon."""
    provider = RedisLocking({"url": own_redis.url, **PATIENT})
    await provider.open(app)
    provider.outage.pause = 0.02
    yield provider
    await provider.close()


@pytest.fixture
def locking(provider: RedisLocking) -> LockingService:
    return service_of(provider)


async def test_without_redis_no_lock_is_given(
    own_redis: RedisServer, provider: RedisLocking, locking: LockingService
) -> None:
    own_redis.stop()
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(Unavailable, match="Locks cannot be taken now: try again"):
                await locking.acquire("a")
        own_redis.start()
        await provider.outage.over()
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["server.lost", "server.back"]
    async with locking.acquire("a"):
        pass


async def test_who_holds_a_lock_is_told_that_it_is_lost(own_redis: RedisServer, locking: LockingService) -> None:
    async def work() -> None:
        async with locking.acquire("a", expire=SHORT):
            own_redis.stop()
            await asyncio.Event().wait()

    with pytest.raises(LockLost):
        await work()


async def test_a_short_pause_loses_no_lock(
    own_redis: RedisServer, provider: RedisLocking, locking: LockingService
) -> None:
    async with locking.acquire("a", expire=timedelta(seconds=30)):
        with own_redis.hanging(provider.outage), pytest.raises(Unavailable):
            await locking.acquire("b")
        await provider.outage.over()
        with pytest.raises(LockHeld):
            await locking.acquire("a", timeout=AT_ONCE)


async def test_a_release_that_finds_nobody_is_a_warning(own_redis: RedisServer, locking: LockingService) -> None:
    with capture_logs() as logs:
        async with locking.acquire("a"):
            own_redis.stop()
    assert "locking.not_released" in [entry["event"] for entry in logs]


@pytest.mark.usefixtures("hears_only")
async def test_who_waits_goes_on_after_a_restart(
    own_redis: RedisServer, provider: RedisLocking, locking: LockingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message of the release is lost with the connection."""
    await locking.acquire("a", expire=timedelta(seconds=60))
    twice, ask, outcomes = asyncio.Event(), provider.try_acquire, list[Grant | Blocked]()

    async def noted(keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
        outcomes.append(await ask(keys, owner, expire))
        if len(outcomes) == 2:
            twice.set()
        return outcomes[-1]

    monkeypatch.setattr(provider, "try_acquire", noted)
    waiting = asyncio.create_task(locking.execute("a", nothing, timeout=timedelta(minutes=4)))
    await twice.wait()  # at once, and when it listened
    own_redis.stop()
    own_redis.start()  # empty
    await waiting


async def nothing() -> None:
    pass


async def test_thousands_of_keys_are_one_lock(locking: LockingService) -> None:
    keys = [str(number) for number in range(8001)]  # a script of Redis returns 8000 values at most, unless as a table
    lock = await locking.acquire(keys)
    with pytest.raises(LockHeld):
        await locking.acquire(keys[-1], timeout=AT_ONCE)
    assert await lock.release()


async def test_redis_away_at_start_stops_it(own_redis: RedisServer, app: App) -> None:
    own_redis.stop()
    with pytest.raises(
        ConfigurationError, match=r"modules\.locking: Redis at .* does not answer \(.*\): start it, or correct"
    ):
        await RedisLocking({"url": own_redis.url}).open(app)


async def test_providers_side_by_side(own_redis: RedisServer, database_url: str) -> None:
    redis = ProviderConfig(
        resolve="medusa.infrastructure.locking.redis", id="fast", options={"url": own_redis.url}, is_default=True
    )
    modules = {"locking": ModuleConfig(options={"timeout": timedelta(0)}, providers=[redis])}
    config = complete(
        Config(root=Path.cwd(), environment=Environment.TEST, modules=modules), {"DATABASE_URL": database_url}
    )
    async with App.open(Path.cwd(), config=config) as app:
        locking = app.service(LockingService)
        assert isinstance(app.providers.default(LockingProvider), RedisLocking)
        async with locking.acquire("a"):
            with pytest.raises(LockHeld):  # the module's time-out
                await locking.acquire("a", provider="fast")
            async with locking.acquire("a", provider="postgres"):
                pass
        with pytest.raises(NotFound, match="locking provider with id: slow"):
            locking.acquire("a", provider="slow")


async def test_locks_need_no_connection(app: App, database_url: str) -> None:
    """More locks at once than the pool has connections."""
    small = await Database.connect(database_url, min_size=1, max_size=2, acquire_timeout=60)
    provider = PostgresLocking()
    await provider.open(app)
    provider._database = small  # pyright: ignore[reportPrivateUsage]
    locking = service_of(provider)
    inside = 0
    all_in = asyncio.Event()

    async def hold(number: int) -> None:
        nonlocal inside
        async with locking.acquire(f"many:{number}"):
            inside += 1
            if inside == 20:
                all_in.set()
            await all_in.wait()

    await asyncio.gather(*map(hold, range(20)))
    await small.close()


async def test_a_rival_in_the_same_moment_leaves_nothing_half_taken(app: App) -> None:
    """A rival takes the second key after we have looked, and before we take it."""
    provider = PostgresLocking()
    await provider.open(app)
    a, b = f"{ulid()}:a", f"{ulid()}:b"
    keys = sorted([a, b])
    async with app.database.session() as rival:
        await rival.execute(
            "INSERT INTO locking_lock VALUES ($1, 'rival', 1, clock_timestamp() + interval '1 minute')", keys[1]
        )
        taking = asyncio.create_task(provider.try_acquire(keys, "me", timedelta(minutes=1)))
        async with asyncio.timeout(60):
            waiting = 0
            while not waiting:
                waiting = await rival.fetch_value(
                    "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
                )
    outcome = await taking
    assert isinstance(outcome, Blocked)
    assert list(outcome.keys) == keys[1:]
    assert isinstance(await provider.try_acquire(keys[:1], "somebody", timedelta(minutes=1)), Grant)


async def test_rows_of_the_dead_are_swept(app: App) -> None:
    provider = PostgresLocking()
    await provider.open(app)
    async with app.database.session() as session:
        await session.execute(
            "INSERT INTO locking_lock VALUES ('dead:old', 'x', 1, now() - interval '2 days'), ('dead:new', 'x', 1, now())"
        )
    await provider.release(["unknown"], "nobody")
    async with app.database.reader() as session:
        found = await session.fetch("SELECT key FROM locking_lock WHERE key LIKE 'dead:%'")
    assert [row["key"] for row in found] == ["dead:new"]


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"modules\.locking\.options: .* unknown field `wait`"):
        LockingService({"wait": 5})
    with pytest.raises(ConfigurationError, match=r"unknown field `expire` \(it takes url, prefix, timeout\)"):
        RedisLocking({"expire": 5})
    with pytest.raises(ConfigurationError, match="a lock has to last: give expire more than zero"):
        LockingService({"expire": "PT0S"})
