"""One computation for all of a process who ask for the same at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable


class Flights:
    """Computations under way, by key."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Future[bytes]] = {}

    async def run(self, key: Hashable, compute: Callable[[], Awaitable[bytes]]) -> bytes:
        """What ``compute`` gives, or what that of somebody who asked earlier gives.

        When the one who computes is cancelled, the next one begins anew; an exception goes to all.
        """
        while (running := self._running.get(key)) is not None:
            await asyncio.wait([running])  # unlike awaiting it, this tells our own cancellation from the other's
            if not running.cancelled():
                return running.result()
        future = self._running[key] = asyncio.get_running_loop().create_future()
        try:
            data = await compute()
        except Exception as error:
            future.set_exception(error)
            future.exception()  # it may be that nobody waits, then nobody else would look at it
            raise
        else:
            future.set_result(data)
            return data
        finally:
            del self._running[key]
            future.cancel()  # unless it is done
