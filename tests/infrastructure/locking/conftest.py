"""Each locking provider, as several processes of an application have it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from medusa.framework.app import App
from medusa.framework.ids import ulid
from medusa.framework.modules import Providers
from medusa.infrastructure.locking import LockingProvider, LockingService
from medusa.infrastructure.locking.postgres import PostgresLocking
from medusa.infrastructure.locking.redis import RedisLocking
from tests.infrastructure.servers import PATIENT

KINDS = ["postgres", "redis"]
Process = Callable[[], Awaitable[LockingService]]


def service_of(provider: LockingProvider) -> LockingService:
    """The service on this provider."""
    providers = Providers()
    providers.add(provider, "")
    return LockingService({}, providers)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of provider under test."""
    return str(request.param)


@pytest.fixture
async def process(kind: str, app: App, request: pytest.FixtureRequest) -> AsyncIterator[Process]:
    """Gives the service of one more process."""
    async with AsyncExitStack() as stack:

        async def start() -> LockingService:
            provider: LockingProvider = PostgresLocking()
            if kind == "redis":
                provider = RedisLocking({"url": request.getfixturevalue("redis_url"), **PATIENT})
            await provider.open(app)
            stack.push_async_callback(provider.close)
            return service_of(provider)

        yield start


@pytest.fixture
async def locking(process: Process) -> LockingService:
    """The service of one process."""
    return await process()


@pytest.fixture
def hears_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits does so for what it hears; it does not look again by itself."""
    monkeypatch.setattr("medusa.infrastructure.locking.acquisition.LOOK_AGAIN_SECONDS", 3600.0)


@pytest.fixture
def key() -> str:
    """A name nobody else uses."""
    return f"test:{ulid()}"
