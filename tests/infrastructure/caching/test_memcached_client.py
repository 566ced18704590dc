"""The client for memcached keeps questions and answers together, whatever happens between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from medusa.framework.app import App
from medusa.infrastructure.caching.memcached import MemcachedCache
from medusa.infrastructure.caching.memcached_client import MemcachedClient
from tests.infrastructure.servers import MemcachedServer

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def client(memcached_server: MemcachedServer) -> AsyncIterator[MemcachedClient]:
    client = MemcachedClient("127.0.0.1", memcached_server.port)
    yield client
    await client.close()


@asynccontextmanager
async def client_of(serve: Serve) -> AsyncGenerator[MemcachedClient]:
    """A client of a server that behaves like this."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = MemcachedClient("127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        yield client
    finally:
        await client.close()
        server.close()
        await server.wait_closed()


async def test_many_at_once_get_their_own_answers(client: MemcachedClient) -> None:
    async def there_and_back(number: int) -> bytes | None:
        key, value = b"key:%d" % number, b"\r\nEND\r\n%d" % number * 100
        assert await client.store(b"set", key, value, 60)
        return (await client.get([key, b"unknown"])).get(key)

    values = await asyncio.gather(*map(there_and_back, range(100)))
    assert values == [b"\r\nEND\r\n%d" % number * 100 for number in range(100)]


async def test_a_cancelled_question_does_not_leave_its_answer_to_the_next(client: MemcachedClient) -> None:
    await client.store(b"set", b"a", b"1", 60)
    await client.store(b"set", b"b", b"2", 60)
    impatient = asyncio.create_task(client.get([b"a"]))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await client.get([b"b"]) == {b"b": b"2"}


async def test_a_server_that_closes_in_the_middle_fails_all_who_wait() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"STOR")
        writer.close()

    async with client_of(close) as client, asyncio.timeout(60):
        asked = [client.store(b"set", b"a", b"1", 60), client.get([b"a"]), client.version()]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(outcome, ConnectionError) for outcome in outcomes), outcomes


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"CLIENT_ERROR no\r\n", b"VALUE a\r\n"])
async def test_what_is_no_memcached_is_an_error(nonsense: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(nonsense)
        await writer.drain()
        await reader.read()
        writer.close()

    async with client_of(answer) as client, asyncio.timeout(60):
        with pytest.raises(ConnectionError):
            await client.get([b"a"])


async def test_a_value_that_is_too_large_is_not_kept(memcached_address: str, app: App) -> None:
    cache = MemcachedCache({"address": memcached_address, "prefix": "large:"})
    await cache.open(app)
    with capture_logs() as logs:
        await cache.write("a", b"x" * 2_000_000, timedelta(minutes=1))
    assert [entry["event"] for entry in logs] == ["caching.not_stored"]
    assert await cache.read(["a"]) == [None]
    await cache.write("b", b"1", timedelta(minutes=1))
    assert await cache.read(["b"]) == [b"1"]
    assert not cache.is_away
    await cache.close()
