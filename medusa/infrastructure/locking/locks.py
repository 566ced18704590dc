"""A lock that is held, and kept while it is needed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog

from medusa.framework.errors import Conflict, Unavailable
from medusa.infrastructure.locking.provider import Grant, LockingProvider

log = structlog.get_logger("medusa.locking")
_background: set[asyncio.Task[Any]] = set()


class LockHeld(Conflict):
    """Somebody else has the lock, and did not give it up in time."""

    code = "lock_held"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"{', '.join(keys)}: locked by another operation, try again")
        self.keys = tuple(keys)


class LockLost(Conflict):
    """The lock ended while it was needed: the process stood still, or the server lost it. Another may have had it meanwhile."""

    code = "lock_lost"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"{', '.join(keys)}: the lock was lost, try again")
        self.keys = tuple(keys)


class Lock:
    """A lock that is held.

    Attributes:
        keys: The names, sorted.
        owner: Who has it; ``LockingService.release`` asks for it.
        token: Larger than that of any earlier holder. Who writes to a place that remembers the largest token it has seen, and
            refuses smaller ones, cannot be overtaken by a holder that was thought dead.
    """

    def __init__(self, provider: LockingProvider, keys: tuple[str, ...], owner: str, grant: Grant) -> None:
        self.keys = keys
        self.owner = owner
        self.token = grant.token
        self._provider = provider
        self._fresh = grant.fresh

    async def release(self) -> bool:
        """Give up what this acquisition took; keys the owner had before stay. False where something was lost before."""
        return await self._provider.release(self._fresh, self.owner) if self._fresh else True

    async def renew(self, expire: timedelta) -> bool:
        """Keep it for ``expire`` from now on; False where it is lost."""
        return await self._provider.renew(self.keys, self.owner, expire)


class Holding:
    """Renews a lock as long as a block runs, and cancels the block when the lock is lost."""

    def __init__(self, lock: Lock, expire: timedelta) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._lock = lock
        self._expire = expire
        self._lost = False
        self._renewal = asyncio.create_task(self._renew(), name="lock-renewal")

    async def end(self, error: BaseException | None) -> None:
        """The block has ended, perhaps with an error: give up the lock.

        Raises:
            LockLost: It was not ours to the end.
        """
        if self._lost:
            await self._end_lost(error)
            return
        self._renewal.cancel()
        await asyncio.wait([self._renewal])
        release = in_background(self._lock.release())
        try:
            kept = await asyncio.shield(release)
        except Unavailable as away:
            log.warning("locking.not_released", keys=self._lock.keys, error=str(away))  # it ends by itself
            return
        if not kept and error is None:
            raise LockLost(self._lock.keys)

    async def _end_lost(self, error: BaseException | None) -> None:
        if error is None:  # the block was done before the cancellation reached it: it is still to come
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        ours = self._task.uncancel() <= self._cancelling
        if error is None or (ours and isinstance(error, asyncio.CancelledError)):
            raise LockLost(self._lock.keys) from error

    async def _renew(self) -> None:
        loop, expire = asyncio.get_running_loop(), self._expire.total_seconds()
        good_until = loop.time() + expire
        held = True
        while held:
            await asyncio.sleep(expire / 3)
            asked = loop.time()
            try:
                async with asyncio.timeout_at(max(good_until, asked + 0.001)):
                    held = await self._lock.renew(self._expire)
                good_until = asked + expire
            except Unavailable:
                held = loop.time() < good_until  # it may answer again in time
            except TimeoutError:
                held = False
        self._lost = True
        log.warning("locking.lost", keys=self._lock.keys)
        self._task.cancel()


def in_background(work: Coroutine[Any, Any, bool]) -> asyncio.Task[bool]:
    """Work that goes on when who began it is cancelled; a server that is away is no error then, the lock ends by itself."""
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[bool]) -> None:
    _background.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Unavailable):
        log.error("locking.release_failed", exc_info=error)
