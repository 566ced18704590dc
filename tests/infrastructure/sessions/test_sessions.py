"""What every session store does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.errors import ConfigurationError
from medusa.framework.ids import ulid
from medusa.infrastructure.sessions import SessionStore
from medusa.infrastructure.sessions.postgres import PostgresSessions
from medusa.infrastructure.sessions.redis import RedisSessions
from tests.infrastructure.servers import RedisServer

DATA = {"auth_context": {"actor_id": "user_1", "app_metadata": {"roles": ["a", "b"], "name": "Åsa"}}}


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture(params=["postgres", "redis"])
async def store(request: pytest.FixtureRequest, app: App) -> AsyncIterator[SessionStore]:
    """Each provider."""
    if request.param == "postgres":
        found: SessionStore = PostgresSessions()
    else:
        found = RedisSessions({"url": request.getfixturevalue("redis_url"), "prefix": f"{ulid()}:"})
    await found.open(app)
    yield found
    await found.close()


async def test_a_session_is_kept_changed_and_ended(store: SessionStore) -> None:
    sid = ulid()
    assert await store.load(sid) is None
    await store.save(sid, DATA, soon())
    assert await store.load(sid) == DATA
    await store.save(sid, {"a": 1}, soon())
    assert await store.load(sid) == {"a": 1}
    assert await store.load(f"{sid}x") is None
    await store.delete(sid)
    assert await store.load(sid) is None
    await store.delete(sid)


async def test_a_session_ends_by_itself(store: SessionStore) -> None:
    sid, end = ulid(), datetime.now(UTC) + timedelta(milliseconds=500)
    await store.save(sid, DATA, end)
    async with asyncio.timeout(60):
        while await store.load(sid) == DATA:  # noqa: ASYNC110 - it is a server that changes
            await asyncio.sleep(0.01)
    assert await store.load(sid) is None
    assert datetime.now(UTC) >= end - timedelta(milliseconds=10)  # the store's clock has been right too


async def test_a_session_saved_as_over_is_over(store: SessionStore) -> None:
    sid = ulid()
    await store.save(sid, DATA, soon())
    await store.save(sid, DATA, datetime.now(UTC) - timedelta(hours=1))
    assert await store.load(sid) is None


async def test_processes_share_sessions(store: SessionStore, app: App) -> None:
    other = type(store)(store.options)
    await other.open(app)
    sid = ulid()
    await store.save(sid, DATA, soon())
    assert await other.load(sid) == DATA
    await other.delete(sid)
    assert await store.load(sid) is None
    await other.close()


async def test_rows_of_dead_sessions_are_swept(app: App, database: Database) -> None:
    store = PostgresSessions()
    await store.open(app)
    dead, alive = ulid(), ulid()
    await store.save(dead, DATA, datetime.now(UTC) - timedelta(hours=1))
    await store.save(alive, DATA, soon())
    async with database.reader() as session:
        found = await session.fetch("SELECT sid FROM http_session WHERE sid = ANY($1)", [dead, alive])
    assert [row["sid"] for row in found] == [alive]


@pytest.mark.parametrize("provider", [PostgresSessions, RedisSessions])
def test_unknown_options_are_refused(provider: type[SessionStore]) -> None:
    with pytest.raises(ConfigurationError, match=r"modules\.sessions\.providers, .* unknown field `ttl`"):
        provider({"ttl": 5})


async def test_redis_away_at_start_stops_it(own_redis: RedisServer, app: App) -> None:
    own_redis.stop()
    with pytest.raises(ConfigurationError) as refusal:
        await RedisSessions({"url": own_redis.url}).open(app)
    assert str(refusal.value).startswith(f"modules.sessions: Redis at {own_redis.url} does not answer (")
    assert str(refusal.value).endswith("): start it, or correct REDIS_URL or the option url.")
