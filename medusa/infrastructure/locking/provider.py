"""What a locking provider is: a place that all processes see, where a name has one owner at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from msgspec import Struct

from medusa.framework.modules import Provider


class Grant(Struct, frozen=True):
    """The owner has all keys.

    Attributes:
        token: Larger than that of any earlier grant of one of the keys.
        fresh: The keys that the owner did not have before.
    """

    token: int
    fresh: tuple[str, ...]


class Blocked(Struct, frozen=True):
    """Others have some of the keys; nothing was taken.

    Attributes:
        keys: Which, and seconds until their locks expire unless they are renewed.
    """

    keys: Mapping[str, float]


class LockingProvider(Provider):
    """The base of locking providers; an application may use several, by id.

    All methods raise :class:`~medusa.framework.errors.Unavailable` where the place does not answer. A lock that is neither
    renewed nor released ends by itself, so nobody waits for a dead process longer than ``expire``.
    """

    module: ClassVar[str] = "locking"

    @classmethod
    def full_id(cls, id: str) -> str:
        return id or cls.identifier

    @abstractmethod
    async def try_acquire(self, keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
        """Take all keys, or none; those the owner has already get the new expiry. Does not wait."""

    @abstractmethod
    async def renew(self, keys: Sequence[str], owner: str, expire: timedelta) -> bool:
        """Keep the keys for ``expire`` from now on; False where the owner has lost one of them."""

    @abstractmethod
    async def release(self, keys: Sequence[str], owner: str) -> bool:
        """Give up keys; False where the owner had not all of them."""

    @abstractmethod
    async def release_all(self, owner: str) -> None:
        """Give up all keys of an owner."""

    @abstractmethod
    async def listen(self, released: Callable[[str], None], interrupted: Callable[[], None]) -> None:
        """Call ``released`` with each key that is given up in any process, from now on; does nothing the second time.

        Args:
            interrupted: Called where some may have been missed.
        """
