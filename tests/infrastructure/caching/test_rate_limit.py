"""The limit on log-ins, counted over all processes where they share a cache."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from types import SimpleNamespace

import httpx
import pytest

from medusa.framework.http import AuthContext, Response, post
from medusa.framework.http.ratelimit import SharedRateLimit
from medusa.infrastructure.caching import CachingService
from medusa.infrastructure.caching.remote import RemoteCache
from medusa.infrastructure.outages import ServerAway
from tests.framework.http.http_fakes import client_of

Process = Callable[[], Awaitable[CachingService]]
LIMIT = 6


@post("/auth/user/emailpass")
async def log_in(ctx: AuthContext) -> Response:
    return ctx.json({})


@pytest.fixture
async def clients(process: Process) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two processes behind a proxy."""
    async with AsyncExitStack() as stack:
        found: list[httpx.AsyncClient] = []
        for _ in range(2):
            cache = (await process()).provider
            client = client_of(log_in, cache=cache, auth_requests_per_minute=LIMIT, trusted_proxies="127.0.0.1")
            found.append(await stack.enter_async_context(client))
        yield found


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes."""
    clock = SimpleNamespace(time=lambda: 1_800_000_015.0, monotonic=lambda: 7.0)
    monkeypatch.setattr("medusa.framework.http.ratelimit.time", clock)


async def test_all_processes_count_together(process: Process, clients: list[httpx.AsyncClient]) -> None:
    shared = (await process()).provider.is_shared

    async def tries(address: str, number: int) -> list[int]:
        headers = {"x-forwarded-for": f"1.1.1.1, {address}"}
        return [(await clients[n % 2].post("/auth/user/emailpass", headers=headers)).status_code for n in range(number)]

    many = await tries("198.51.100.1", 2 * LIMIT + 2)
    assert many == [200] * (LIMIT if shared else 2 * LIMIT) + [429] * (len(many) - many.count(200))
    assert await tries("198.51.100.2", 1) == [200]
    refused = await clients[0].post("/auth/user/emailpass", headers={"x-forwarded-for": "198.51.100.1"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 11  # a try comes back each ten seconds, and a little more
    assert refused.json()["code"] == "too_many_requests"


async def test_without_the_cache_each_process_counts(process: Process) -> None:
    cache = (await process()).provider
    limit = SharedRateLimit(2, cache)
    if isinstance(cache, RemoteCache):
        cache.outage.pause = 60
        with pytest.raises(ServerAway):
            await cache.outage.ask(fail)
    waits = [await limit.take("198.51.100.3") for _ in range(3)]
    assert waits == [0, 0, 30]


async def fail() -> None:
    raise ConnectionError("away")
