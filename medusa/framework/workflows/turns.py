"""Whose turn it is, of steps that are gathered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """Steps share a transaction, so they run one after the other; those that are outside are so at the same time.

    While somebody is outside nobody works in the database: no transaction is open, no lock is held meanwhile.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Condition()
        self._outside = 0

    @property
    def are_quiet(self) -> bool:
        """Whether nobody is at work, here or outside."""
        return not self._turn.locked() and not self._outside

    @asynccontextmanager
    async def mine(self, *, goes_out: bool = False) -> AsyncGenerator[None]:
        """My turn; unless I go outside too, not while others are there."""
        async with self._turn:
            if not goes_out:
                await self.all_back()
            yield

    async def all_back(self) -> None:
        """Let others have their turn until nobody is outside."""
        await self._turn.wait_for(lambda: not self._outside)

    @asynccontextmanager
    async def outside(self) -> AsyncGenerator[None]:
        """Let others have their turn until I am back."""
        self._outside += 1
        self._turn.release()
        try:
            yield
        finally:
            cancelled = await self._take_again()
            self._outside -= 1
            self._turn.notify_all()
            if cancelled is not None:
                raise cancelled

    async def _take_again(self) -> asyncio.CancelledError | None:
        cancelled = None
        while True:  # who is cancelled meanwhile leaves in his turn, too
            try:
                await self._turn.acquire()
            except asyncio.CancelledError as error:
                cancelled = error
            else:
                return cancelled
