"""The connection to Redis, which several providers have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.outages import Outage, check_timeout, connected, describe

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from medusa.framework.app import App
    from medusa.framework.modules import Provider


class RedisOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options that every Redis provider takes.

    Attributes:
        url: ``redis://user:password@host:6379/0``, ``rediss://`` for TLS, ``unix://`` for a socket; empty for ``REDIS_URL``.
        prefix: What the names of all keys begin with.
    """

    url: str = ""
    prefix: str = "medusa:"


class WatchedRedisOptions(RedisOptions, frozen=True, forbid_unknown_fields=True):
    """Those of a provider that can do without Redis for a while.

    Attributes:
        timeout: Without an answer for so long, Redis counts as away.
    """

    timeout: timedelta = timedelta(seconds=1)


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


async def connect_watched(
    provider: Provider,
    app: App,
    options: WatchedRedisOptions,
    probe: Callable[[Redis], Awaitable[object]],
    *,
    catch_up: Callable[[], Awaitable[object]] | None = None,
    refusal: str = "",
) -> tuple[Redis, Outage]:
    """A client whose server can be used, and what is to be asked through: it knows when the server is away.

    Args:
        probe: Does with Redis what the provider needs it for, or raises.
        catch_up, refusal: See :class:`Outage`.
    Raises:
        ConfigurationError: See :func:`connect`.
    """
    check_timeout(provider.module, options.timeout)
    url = redis_url(provider, app, options)
    redis = await connect(provider, url, probe, timeout=options.timeout.total_seconds(), bounds_answers=False)
    from redis.exceptions import RedisError

    outage = Outage(
        provider.module,
        address_of(url),
        lambda: probe(redis),
        errors=(RedisError, OSError),
        timeout=options.timeout,
        catch_up=catch_up,
        refusal=refusal,
    )
    return redis, outage


async def connect(
    provider: Provider,
    url: str,
    probe: Callable[[Redis], Awaitable[object]],
    *,
    timeout: float,
    connections: int = 50,
    bounds_answers: bool = True,
) -> Redis:
    """A client whose server can be used; nothing is tried twice, callers know better what to do without.

    Args:
        probe: Does with Redis what the provider needs it for, or raises.
        timeout: Seconds to wait for a connection, for a free one, and for each answer.
        bounds_answers: False where the caller does that (:meth:`Outage.ask`): the driver does it with ``asyncio.wait_for``, which
            on Python 3.11 can lose a cancellation.
    Raises:
        ConfigurationError: The package is missing, the address is none, nothing answers there, or it refuses the probe.
    """
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError, ResponseError
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
        pool.connection_class(**pool.connection_kwargs)  # this one looks at the parameters of the address
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{where}: {error}: {remedy}.") from error
    client = Redis.from_pool(pool)
    try:
        async with asyncio.timeout(timeout):
            await probe(client)
    except (RedisError, OSError) as error:
        await client.aclose()
        if isinstance(error, ResponseError):
            raise ConfigurationError(
                f"{where} cannot be used ({describe(error)}): give it room, and its user the rights, or {remedy}."
            ) from error
        raise ConfigurationError(f"{where} does not answer ({describe(error)}): start it, or {remedy}.") from error
    connected(provider.module, address_of(url))
    return client
