"""An application that is given REDIS_URL and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.framework.asgi import http_application
from medusa.framework.caching import CacheProvider
from medusa.framework.config import Config, Environment, ModuleConfig, ProviderConfig, complete
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.sessions import SessionStore
from medusa.infrastructure.caching.memory import MemoryCache
from medusa.infrastructure.caching.redis import RedisCache
from medusa.infrastructure.sessions.postgres import PostgresSessions
from medusa.infrastructure.sessions.redis import RedisSessions
from tests.infrastructure.servers import RedisServer


def config_of(database_url: str, redis_url: str, **modules: ModuleConfig) -> Config:
    environment = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "JWT_SECRET": "test", "COOKIE_SECRET": "test"}
    return complete(Config(root=Path.cwd(), environment=Environment.TEST, modules=modules), environment)


@pytest.fixture
async def redis_app(own_redis: RedisServer, database_url: str) -> AsyncIterator[App]:
    async with App.open(Path.cwd(), config=config_of(database_url, own_redis.url)) as app:
        yield app


@pytest.fixture
async def client(redis_app: App) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=http_application(redis_app))  # type: ignore[arg-type]  # as in medusa.framework.testing
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def test_it_uses_redis_for_cache_and_sessions(redis_app: App) -> None:
    assert isinstance(redis_app.providers.default(CacheProvider), RedisCache)
    assert isinstance(redis_app.providers.default(SessionStore), RedisSessions)
    assert len(redis_app.providers.of("caching")) == len(redis_app.providers.of("sessions")) == 1


def test_without_it_nothing_needs_redis(app: App) -> None:
    assert isinstance(app.providers.default(CacheProvider), MemoryCache)
    assert isinstance(app.providers.default(SessionStore), PostgresSessions)


async def test_what_is_configured_wins(own_redis: RedisServer, database_url: str) -> None:
    here = ModuleConfig(providers=[ProviderConfig(resolve="medusa.infrastructure.sessions.postgres", id="")])
    async with App.open(Path.cwd(), config=config_of(database_url, own_redis.url, sessions=here)) as app:
        assert isinstance(app.providers.default(SessionStore), PostgresSessions)
        assert isinstance(app.providers.default(CacheProvider), RedisCache)


async def test_redis_away_at_start_stops_the_application(own_redis: RedisServer, database_url: str) -> None:
    own_redis.stop()
    with pytest.raises(ConfigurationError, match=r"Redis at redis://127\.0\.0\.1:\d+/0 does not answer"):
        async with App.open(Path.cwd(), config=config_of(database_url, own_redis.url)):
            pass


async def test_redis_away_later_concerns_only_requests_with_a_session(
    own_redis: RedisServer, redis_app: App, client: httpx.AsyncClient, admin_token: str
) -> None:
    store = redis_app.providers.default(SessionStore)
    assert isinstance(store, RedisSessions)
    store.outage.pause, store.outage.timeout = 0.02, 30
    token = {"authorization": f"Bearer {admin_token}"}
    begun = await client.post("/auth/session", headers=token)
    assert begun.status_code == 200, begun.text
    cookie = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
    client.cookies.clear()
    assert (await client.get("/admin/users/me", headers=cookie)).status_code == 200

    with capture_logs() as logs:
        with own_redis.hanging(store.outage):
            for _ in range(3):
                refused = await client.get("/admin/users/me", headers=cookie)
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
                assert refused.json()["type"] == "service_unavailable"
            assert (await client.get("/admin/users/me", headers=token)).status_code == 200
            assert (await client.get("/admin/users/me", headers=token | cookie)).status_code == 200
            assert (await client.get("/admin/users/me")).status_code == 401
            assert (await client.post("/auth/session", headers=token | cookie)).status_code == 503
        await store.outage.over()
    told = [entry["event"] for entry in logs if (entry.get("module"), entry["log_level"]) == ("sessions", "warning")]
    assert told == ["server.lost", "server.back"]
    assert (await client.get("/admin/users/me", headers=cookie)).status_code == 200
