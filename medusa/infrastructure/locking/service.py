"""The service applications lock with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import msgspec
from msgspec import Struct

from medusa.framework.app import App, on_start
from medusa.framework.errors import ConfigurationError, InvalidData
from medusa.framework.modules import ModuleService, Providers
from medusa.infrastructure.locking.acquisition import Acquisition
from medusa.infrastructure.locking.provider import LockingProvider
from medusa.infrastructure.locking.waiting import Waiters

T = TypeVar("T")
_KEY_CHARACTERS = 255


class LockingOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options of the module.

    Attributes:
        timeout: How long to wait for a lock, where nobody says.
        expire: How long a lock lasts without a sign of life of its holder, where nobody says.
    """

    timeout: timedelta = timedelta(seconds=5)
    expire: timedelta = timedelta(seconds=30)


class LockingService(ModuleService):
    """One at a time, over all processes: names that one owner holds.

    Keys are one name or several; several are taken together or not at all, so there is no deadlock.
    """

    name: ClassVar[str] = "locking"

    def __init__(self, options: Mapping[str, Any] | None = None, providers: Providers | None = None) -> None:
        super().__init__(options, providers)
        try:
            self._settings = msgspec.convert(dict(self.options), LockingOptions)
        except msgspec.ValidationError as error:
            raise ConfigurationError(f"modules.locking.options: {error} (it takes timeout, expire)") from error
        if self._settings.expire <= timedelta(0):
            raise ConfigurationError("modules.locking.options: a lock has to last: give expire more than zero.")
        self._waiters: dict[LockingProvider, Waiters] = {}

    def acquire(
        self,
        keys: str | Sequence[str],
        *,
        owner: str | None = None,
        timeout: timedelta | None = None,
        expire: timedelta | None = None,
        provider: str | None = None,
    ) -> Acquisition:
        """Take a lock.

        ``async with locking.acquire("cart:1"):`` keeps it as long as the block runs, renewing it, and gives it up. ``lock = await
        locking.acquire("cart:1", owner="import-7", expire=...)`` takes it for ``expire``, or until :meth:`release`, which may
        happen in another process.

        Args:
            owner: Who takes it; who has it already gets it again. Without one, every acquisition is for itself.
            timeout: How long to wait while others have it; zero to ask once.
            expire: After so long without renewal it ends by itself, as when the process dies.
            provider: The id of the provider; the default one where it is not given.
        Raises:
            LockHeld: Others had it until the time was over (HTTP 409).
            LockLost: It was lost inside the block, which was cancelled (HTTP 409).
            Unavailable: The provider does not answer (HTTP 503).
        """
        where = self._provider(provider)
        return Acquisition(
            where,
            self._waiters.setdefault(where, Waiters()),
            _names(keys),
            owner if owner is None else _named(owner),
            timeout=self._settings.timeout if timeout is None else timeout,
            expire=_positive(self._settings.expire if expire is None else expire),
        )

    async def execute(
        self,
        keys: str | Sequence[str],
        job: Callable[[], Awaitable[T]],
        *,
        timeout: timedelta | None = None,
        provider: str | None = None,
    ) -> T:
        """What ``job`` gives, run while the lock is held; raises what :meth:`acquire` and ``job`` raise."""
        async with self.acquire(keys, timeout=timeout, provider=provider):
            return await job()

    async def release(self, keys: str | Sequence[str], *, owner: str, provider: str | None = None) -> bool:
        """Give up keys of an owner; False where it had not all of them (any more)."""
        return await self._provider(provider).release(_names(keys), owner)

    async def release_all(self, owner: str, *, provider: str | None = None) -> None:
        """Give up all keys of an owner."""
        await self._provider(provider).release_all(owner)

    def _provider(self, id: str | None) -> LockingProvider:
        return self.providers.default(LockingProvider) if id is None else self.providers.get(LockingProvider, id)


@on_start
async def check_options(app: App) -> None:
    """Find a mistake in the options at start."""
    app.service(LockingService)


def _names(keys: str | Sequence[str]) -> tuple[str, ...]:
    names = tuple(sorted({keys} if isinstance(keys, str) else set(keys)))
    if not names:
        raise InvalidData("A lock needs one key or more")
    return tuple(map(_named, names))


def _named(name: str) -> str:
    if not 0 < len(name) <= _KEY_CHARACTERS or "\0" in name:
        raise InvalidData(f"Keys and owners of a lock have 1 to {_KEY_CHARACTERS} characters each: {name[:20]!r}")
    return name


def _positive(expire: timedelta) -> timedelta:
    if expire <= timedelta(0):
        raise InvalidData("A lock has to last: expire must be above zero")
    return expire
