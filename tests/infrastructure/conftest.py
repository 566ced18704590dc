"""Servers that the tests of infrastructure providers talk to.

Those of the session are shared by the tests of a worker: use a prefix of your own and leave them running. A test that stops or
kills a server takes ``own_redis`` or ``own_memcached``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infrastructure.servers import MemcachedServer, RedisServer


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The worker's Redis."""
    with RedisServer().running() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisServer) -> str:
    """The address of the worker's Redis."""
    return redis_server.url


@pytest.fixture(scope="session")
def memcached_server() -> Iterator[MemcachedServer]:
    """The worker's Memcached."""
    with MemcachedServer().running() as server:
        yield server


@pytest.fixture(scope="session")
def memcached_address(memcached_server: MemcachedServer) -> str:
    """The worker's Memcached as ``host:port``."""
    return memcached_server.address


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis of the test's own, running; it may be stopped and started."""
    with RedisServer().running() as server:
        yield server


@pytest.fixture
def own_memcached() -> Iterator[MemcachedServer]:
    """A Memcached of the test's own, running; it may be stopped and started."""
    with MemcachedServer().running() as server:
        yield server
