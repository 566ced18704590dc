"""What every Redis provider finds out at start: whether the server does what it is needed for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.framework.modules import Provider
from medusa.infrastructure.caching.memcached import MemcachedCache
from medusa.infrastructure.caching.redis import RedisCache
from medusa.infrastructure.events.redis import RedisTransport
from medusa.infrastructure.locking.redis import RedisLocking
from medusa.infrastructure.sessions.redis import RedisSessions
from tests.infrastructure.servers import RedisServer

WATCHED = [RedisCache, RedisSessions, RedisLocking]
ALL = [*WATCHED, RedisTransport]


@pytest.fixture
async def commands(own_redis: RedisServer) -> AsyncIterator[Any]:
    """Speaks to the test's own Redis as its administrator."""
    async with Redis(port=own_redis.port, protocol=2) as client:
        yield client


@pytest.mark.parametrize("provider", ALL)
async def test_a_server_that_takes_no_writes_stops_the_start(
    provider: type[Provider], own_redis: RedisServer, commands: Any, app: App
) -> None:
    await commands.execute_command("REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(ConfigurationError) as refusal:
        await provider({"url": own_redis.url}).open(app)
    assert f"modules.{provider.module}: Redis at {own_redis.url} cannot be used (You can't write" in str(refusal.value)
    assert str(refusal.value).endswith("or correct REDIS_URL or the option url.")


@pytest.mark.parametrize("provider", WATCHED)
async def test_a_full_server_stops_the_start(
    provider: type[Provider], own_redis: RedisServer, commands: Any, app: App
) -> None:
    await commands.config_set("maxmemory", 1000)
    with pytest.raises(ConfigurationError, match=r"cannot be used \(command not allowed when used memory"):
        await provider({"url": own_redis.url}).open(app)


@pytest.mark.parametrize(
    ("provider", "rights", "missing"),
    [
        (RedisCache, ["~medusa:*", "+@read"], "'set' command"),
        (RedisSessions, ["~other:*", "+@all"], "key"),
        (RedisLocking, ["~medusa:*", "resetchannels", "+@all"], "channel"),
        (RedisTransport, ["~medusa:*", "+@all", "-info"], "'info' command"),
    ],
)
async def test_a_user_without_the_rights_stops_the_start(
    provider: type[Provider], rights: list[str], missing: str, own_redis: RedisServer, commands: Any, app: App
) -> None:
    await commands.execute_command("ACL", "SETUSER", "shop", "on", ">secret", *rights)
    with pytest.raises(ConfigurationError, match=rf"modules\.{provider.module}: .* cannot be used \(.*{missing}"):
        await provider({"url": own_redis.url.replace("redis://", "redis://shop:secret@")}).open(app)


@pytest.mark.parametrize("provider", ALL)
async def test_a_user_with_these_rights_is_enough(
    provider: type[Provider], own_redis: RedisServer, commands: Any, app: App
) -> None:
    rights = ["~medusa:*", "&medusa:*", "+@all", "-@dangerous", "+info"]  # as docs/infrastructure/README.md says
    await commands.execute_command("ACL", "SETUSER", "shop", "on", ">secret", *rights)
    opened = provider({"url": own_redis.url.replace("redis://", "redis://shop:secret@")})
    await opened.open(app)
    await opened.close()


@pytest.mark.parametrize("provider", ALL)
async def test_an_unknown_parameter_of_the_address_stops_the_start(
    provider: type[Provider], own_redis: RedisServer, app: App
) -> None:
    with pytest.raises(ConfigurationError, match=r"unexpected keyword argument 'tls': correct REDIS_URL"):
        await provider({"url": f"{own_redis.url}?tls=yes"}).open(app)


@pytest.mark.parametrize("provider", WATCHED)
async def test_a_timeout_in_which_nobody_can_answer_stops_the_start(
    provider: type[Provider], own_redis: RedisServer, app: App
) -> None:
    with pytest.raises(ConfigurationError, match="the option timeout is 0:00:00: give more than zero"):
        await provider({"url": own_redis.url, "timeout": timedelta(0)}).open(app)


def test_memcached_needs_time_too() -> None:
    with pytest.raises(ConfigurationError, match="give more than zero"):
        MemcachedCache({"address": "127.0.0.1:11211", "timeout": timedelta(0)})
