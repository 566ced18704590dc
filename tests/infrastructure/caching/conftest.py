"""Each cache provider, as several processes of an application have it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.caching import CacheProvider
from medusa.framework.ids import ulid
from medusa.framework.modules import Providers
from medusa.infrastructure.caching import CachingService
from medusa.infrastructure.caching.memcached import MemcachedCache
from medusa.infrastructure.caching.memory import MemoryCache
from medusa.infrastructure.caching.redis import RedisCache
from tests.infrastructure.servers import PATIENT

KINDS = ["memory", "redis", "memcached"]
Process = Callable[[], Awaitable[CachingService]]


def service_of(provider: CacheProvider, options: dict[str, Any] | None = None) -> CachingService:
    """The service on this provider."""
    providers = Providers()
    providers.add(provider, "")
    return CachingService(options, providers)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of provider under test."""
    return str(request.param)


@pytest.fixture
async def process(kind: str, app: App, request: pytest.FixtureRequest) -> AsyncIterator[Process]:
    """Gives the service of one more process; all of a test share their entries."""
    prefix = f"{ulid()}:"
    async with AsyncExitStack() as stack:

        async def start() -> CachingService:
            provider: CacheProvider
            if kind == "redis":
                provider = RedisCache({"url": request.getfixturevalue("redis_url"), "prefix": prefix, **PATIENT})
            elif kind == "memcached":
                address = request.getfixturevalue("memcached_address")
                provider = MemcachedCache({"address": address, "prefix": prefix, **PATIENT})
            else:
                provider = MemoryCache()
            await provider.open(app)
            stack.push_async_callback(provider.close)
            return service_of(provider)

        yield start


@pytest.fixture
async def caching(process: Process) -> CachingService:
    """The service of one process."""
    return await process()
