"""The connection to Redis, which several providers have in common."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.outages import connected, describe

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from medusa.framework.app import App
    from medusa.framework.modules import Provider

TIMEOUT_SECONDS = 1.0


class RedisOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options that every Redis provider takes.

    Attributes:
        url: ``redis://user:password@host:6379/0``, ``rediss://`` for TLS, ``unix://`` for a socket; empty for ``REDIS_URL``.
        prefix: What the names of all keys begin with.
    """

    url: str = ""
    prefix: str = "medusa:"


def address_of(url: str) -> str:
    """Where a URL leads, fit to be shown: without user, password and parameters."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def redis_url(provider: Provider, app: App, options: RedisOptions) -> str:
    """The address of the provider's Redis.

    Raises:
        ConfigurationError: Neither the option nor ``REDIS_URL`` is given.
    """
    url = options.url or app.config.project.redis_url
    if not url:
        raise ConfigurationError(
            f"modules.{provider.module}: the Redis provider has no address: set REDIS_URL, or give it the option url."
        )
    return url


async def connect(
    provider: Provider,
    url: str,
    *,
    timeout: float = TIMEOUT_SECONDS,
    connections: int = 50,
    bounds_answers: bool = True,
) -> Redis:
    """A client whose server answers; nothing is tried twice, callers know better what to do without.

    Args:
        timeout: Seconds to wait for a connection, for a free one, and for each answer.
        bounds_answers: False where the caller does that (:meth:`Outage.ask`): the driver does it with ``asyncio.wait_for``, which
            on Python 3.11 can lose a cancellation.
    Raises:
        ConfigurationError: The package is missing, the address is none, or nothing answers there.
    """
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
    except ImportError as error:
        raise ConfigurationError(
            f"modules.{provider.module}: the Redis provider needs the package redis: install medusa-commerce[redis]."
        ) from error
    where, remedy = f"modules.{provider.module}: Redis at {address_of(url)}", "correct REDIS_URL or the option url"
    try:
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
            url,
            max_connections=connections,
            timeout=timeout,
            socket_timeout=timeout if bounds_answers else None,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}: {remedy}.") from error
    client = Redis.from_pool(pool)
    try:
        async with asyncio.timeout(timeout):
            await client.ping()  # pyright: ignore[reportUnknownMemberType]
    except (RedisError, OSError) as error:
        await client.aclose()
        raise ConfigurationError(f"{where} does not answer ({describe(error)}): start it, or {remedy}.") from error
    connected(provider.module, address_of(url))
    return client
