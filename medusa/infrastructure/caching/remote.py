"""What caches on a server have in common: an outage is a miss, and what was to be removed meanwhile is removed afterwards."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from medusa.framework.caching import EVERYTHING, CacheProvider
from medusa.infrastructure.outages import Outage, ServerAway

T = TypeVar("T")
_MAX_OWED = 10_000


class RemoteCache(CacheProvider):
    """A cache on a server, which can go away and come back.

    The first failure begins an outage: one warning, and nobody asks the server any more until a probe once a second has found
    it able to store.
    """

    is_shared: ClassVar[bool] = True

    outage: Outage
    """Made by :meth:`open`, with :meth:`catch_up`."""

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._owed: set[str] = set()
        super().__init__(options)

    @property
    def is_away(self) -> bool:
        return self.outage.is_on

    @abstractmethod
    async def do_read(self, keys: Sequence[str]) -> list[bytes | None]:
        """:meth:`read`, raising what goes wrong; the others alike."""

    @abstractmethod
    async def do_write(self, key: str, value: bytes, ttl: timedelta) -> None:
        """See :meth:`write`."""

    @abstractmethod
    async def do_add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """See :meth:`add`."""

    @abstractmethod
    async def do_remove(self, keys: Sequence[str]) -> None:
        """See :meth:`remove`."""

    @abstractmethod
    async def do_count(self, key: str, ttl: timedelta) -> int:
        """See :meth:`count`."""

    async def catch_up(self) -> None:
        """Remove what should have been removed during an outage."""
        while self._owed:
            keys = list(self._owed)
            await self.do_remove(keys)
            self._owed.difference_update(keys)

    async def read(self, keys: Sequence[str]) -> list[bytes | None]:
        nothing: list[bytes | None] = [None] * len(keys)
        return await self._unless_away(lambda: self.do_read(keys), nothing)

    async def write(self, key: str, value: bytes, ttl: timedelta) -> None:
        await self._unless_away(lambda: self.do_write(key, value, ttl), None)

    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        return await self._unless_away(lambda: self.do_add(key, value, ttl), True)

    async def remove(self, keys: Sequence[str]) -> None:
        if keys and not await self._unless_away(lambda: self._removed(keys), False):
            self._owed.update(keys)
            if len(self._owed) > _MAX_OWED:
                self._owed = {EVERYTHING}

    async def count(self, key: str, ttl: timedelta) -> int | None:
        counted: Callable[[], Awaitable[int | None]] = lambda: self.do_count(key, ttl)  # noqa: E731
        return await self._unless_away(counted, None)

    # --- inside

    async def _removed(self, keys: Sequence[str]) -> bool:
        await self.do_remove(keys)
        return True

    async def _unless_away(self, ask: Callable[[], Awaitable[T]], otherwise: T) -> T:
        try:
            return await self.outage.ask(ask)
        except ServerAway:
            return otherwise
