"""Taking a lock: at once, or when those who have it give it up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator, Sequence
from datetime import timedelta
from types import TracebackType

from medusa.framework.ids import ulid
from medusa.infrastructure.locking.locks import Holding, Lock, LockHeld, in_background
from medusa.infrastructure.locking.provider import Blocked, Grant, LockingProvider
from medusa.infrastructure.locking.waiting import Waiter, Waiters

LOOK_AGAIN_SECONDS = 5.0
"""So long somebody waits at most without asking, should a message be lost."""


class Acquisition:
    """What ``LockingService.acquire`` gives: to be awaited, or entered with ``async with``.

    Raises:
        LockHeld: Others had the lock until the time was over.
        LockLost: The lock ended inside the ``async with`` block, which was cancelled.
        Unavailable: The provider does not answer.
    """

    def __init__(
        self,
        provider: LockingProvider,
        waiters: Waiters,
        keys: tuple[str, ...],
        owner: str | None,
        *,
        timeout: timedelta,
        expire: timedelta,
    ) -> None:
        self._provider = provider
        self._waiters = waiters
        self._keys = keys
        self._owner = owner or ulid()
        self._may_have_it = owner is not None
        self._timeout = timeout.total_seconds()
        self._expire = expire
        self._holding: Holding | None = None

    def __await__(self) -> Generator[object, None, Lock]:
        return self._acquire().__await__()

    async def __aenter__(self) -> Lock:
        lock = await self._acquire()
        self._holding = Holding(lock, self._expire)
        return lock

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._holding is not None
        await self._holding.end(error)

    async def _acquire(self) -> Lock:
        deadline = asyncio.get_running_loop().time() + self._timeout
        at_once, waiter = self._timeout <= 0, Waiter()
        self._waiters.join(waiter, self._keys)  # now, so that the order is that of arrival
        try:
            if at_once or self._may_have_it or self._waiters.is_first(waiter):
                outcome = await self._try()
                if isinstance(outcome, Grant):
                    return self._lock(outcome)
                if at_once:
                    raise LockHeld(sorted(outcome.keys))
            await self._provider.listen(self._waiters.released, self._waiters.interrupted)
            return self._lock(await self._wait(waiter, deadline))
        finally:
            self._waiters.leave(waiter, self._keys)

    def _lock(self, grant: Grant) -> Lock:
        return Lock(self._provider, self._keys, self._owner, grant)

    async def _wait(self, waiter: Waiter, deadline: float) -> Grant:
        """Ask whenever there is hope, until the lock is ours or the time is over."""
        blocked: Sequence[str] = self._keys
        while True:
            patience = LOOK_AGAIN_SECONDS
            waiter.woken.clear()  # before asking: what is given up from now on wakes us again
            self._waiters.join(waiter, self._keys)
            if self._waiters.is_first(waiter):
                outcome = await self._try()
                if isinstance(outcome, Grant):
                    return outcome
                blocked = sorted(outcome.keys)
                self._waiters.leave(waiter, set(self._keys).difference(blocked))  # let others have what is free
                patience = min(patience, *(max(0.0, left) + 0.01 for left in outcome.keys.values()))
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise LockHeld(blocked)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, patience)):
                    await waiter.woken.wait()

    async def _try(self) -> Grant | Blocked:
        try:
            return await self._provider.try_acquire(self._keys, self._owner, self._expire)
        except asyncio.CancelledError:
            if not self._may_have_it:  # it may have succeeded all the same
                in_background(self._provider.release(self._keys, self._owner))
            raise
