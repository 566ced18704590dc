"""What a cache provider is: a place for bytes that may be forgotten at any time.

The framework counts log-ins in it; everything else goes through the service of :mod:`medusa.infrastructure.caching`, which adds
types, tags and protection from stampedes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from medusa.framework.modules import Provider

EVERYTHING = "tag:"
"""The key that all entries of the service depend on: without it they are forgotten."""


class CacheProvider(Provider):
    """The base of cache providers; an application uses one.

    Keys are any text. What was written is read until it is removed, written again or its time is over, or until the provider
    needs the room; never longer, and never anything else. A provider whose server is away raises nothing: it reads nothing, does
    not write, and removes what it was asked to remove before it is read from again.
    """

    module: ClassVar[str] = "caching"
    is_exclusive: ClassVar[bool] = True
    is_shared: ClassVar[bool]
    """Whether all processes of an application read what one of them wrote."""

    @property
    def is_away(self) -> bool:
        """Whether its server does not answer now."""
        return False

    @abstractmethod
    async def read(self, keys: Sequence[str]) -> list[bytes | None]:
        """What is there, in the order of the keys, in one round trip."""

    @abstractmethod
    async def write(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Keep a value for a while."""

    @abstractmethod
    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Keep a value unless there is one already; False only where there is."""

    @abstractmethod
    async def remove(self, keys: Sequence[str]) -> None:
        """Forget keys, in all processes; unknown ones are no error."""

    @abstractmethod
    async def count(self, key: str, ttl: timedelta) -> int | None:
        """Add one to a counter that begins at 0 and is forgotten ``ttl`` after its first use; None when it is away."""
