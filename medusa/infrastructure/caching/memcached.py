"""The cache in Memcached, shared by all processes."""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import structlog
from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.caching.memcached_client import MemcachedClient, MemcachedError
from medusa.infrastructure.caching.remote import RemoteCache
from medusa.infrastructure.outages import Outage, check_timeout, connected, describe

log = structlog.get_logger("medusa.caching")
_KEY = re.compile(r"[!-~]{1,250}")
_MONTH_SECONDS = 30 * 24 * 3600  # memcached takes more for a date


class MemcachedOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options.

    Attributes:
        address: ``host:port`` of the server.
        prefix: What all keys begin with.
        timeout: Without an answer for so long, the server counts as away.
    """

    address: str
    prefix: str = "medusa:"
    timeout: timedelta = timedelta(milliseconds=500)


class MemcachedCache(RemoteCache):
    """Keys that memcached does not take (longer than 250 bytes, spaces, other than ASCII) are replaced by their SHA-256.

    Times are whole seconds. A value of more than the server's ``-I`` (1 MB) is not kept, which is logged.
    """

    identifier: ClassVar[str] = "memcached"

    def check_options(self) -> None:
        self._options = self.options_as(MemcachedOptions)
        host, _, port = self._options.address.rpartition(":")
        if not host or not port.isdecimal():
            raise ConfigurationError(
                f'modules.caching: the address of memcached is "{self._options.address}": write it as host:11211.'
            )
        if not re.fullmatch(r"[!-~]{0,100}", self._options.prefix):
            raise ConfigurationError("modules.caching: the prefix has spaces or is too long: give up to 100 letters.")
        check_timeout(self.module, self._options.timeout)
        self._client = MemcachedClient(host.strip("[]"), int(port))

    async def open(self, app: App) -> None:
        timeout = self._options.timeout
        self.outage = Outage(
            self.module,
            f"memcached://{self._options.address}",
            self._probe,
            errors=(OSError,),
            timeout=timeout,
            catch_up=self.catch_up,
        )
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._client.version()
        except (OSError, MemcachedError) as error:
            await self._client.close()
            raise ConfigurationError(
                f"modules.caching: Memcached at {self._options.address} does not answer ({describe(error)}): start it, "
                "or correct the option address."
            ) from error
        connected(self.module, self.outage.address)

    async def close(self) -> None:
        await self.outage.close()
        await self._client.close()

    async def do_read(self, keys: Sequence[str]) -> list[bytes | None]:
        names = [self._key(key) for key in keys]
        found = await self._client.get(names)
        return [found.get(name) for name in names]

    async def do_write(self, key: str, value: bytes, ttl: timedelta) -> None:
        await self._store(b"set", key, value, ttl)

    async def do_add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        return await self._store(b"add", key, value, ttl)

    async def do_remove(self, keys: Sequence[str]) -> None:
        await asyncio.gather(*(self._client.delete(self._key(key)) for key in keys))

    async def do_count(self, key: str, ttl: timedelta) -> int:
        name = self._key(key)
        while (number := await self._client.increment(name)) is None:
            if await self._client.store(b"add", name, b"1", _seconds(ttl)):
                return 1
        return number

    async def _probe(self) -> None:
        """Show that values can be stored, on a connection that does not hang."""
        await self._client.close()
        await self.do_write("probe", b"1", timedelta(minutes=1))

    async def _store(self, verb: bytes, key: str, value: bytes, ttl: timedelta) -> bool:
        try:
            return await self._client.store(verb, self._key(key), value, _seconds(ttl))
        except MemcachedError as error:
            log.warning("caching.not_stored", key=key, bytes=len(value), error=str(error))
            return True

    def _key(self, key: str) -> bytes:
        name = self._options.prefix + key
        if not _KEY.fullmatch(name):
            name = f"{self._options.prefix}sha256:{hashlib.sha256(key.encode()).hexdigest()}"
        return name.encode()


def _seconds(ttl: timedelta) -> int:
    return min(max(1, math.ceil(ttl.total_seconds())), _MONTH_SECONDS)
