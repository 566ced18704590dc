"""What happens when a server that a provider talks to goes away: one warning, no waiting, and back by itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger("medusa.infrastructure")


class Outage:
    """A circuit breaker: on from the first failure until a probe in the background succeeds.

    Requests ask :attr:`is_on` and do without the server meanwhile, so none of them waits for a time-out.

    Args:
        module: The module whose server it is, for the log.
        address: Where it is, without its password.
        probe: Talks to the server, and raises while it is away. What must be made up for before the server is used again
            belongs here too.
        pause: Seconds between two probes.
    """

    def __init__(
        self, module: str, address: str, probe: Callable[[], Awaitable[object]], *, pause: float = 1.0
    ) -> None:
        self.module = module
        self.address = address
        self._probe = probe
        self.pause = pause
        self._watch: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether the server is away."""
        return self._watch is not None

    def begin(self, error: BaseException) -> None:
        """The server failed; of an outage that is known nothing is said again."""
        if self._watch is None:
            log.warning("server.lost", module=self.module, address=self.address, error=describe(error))
            self._watch = asyncio.create_task(self._wait(), name=f"{self.module}-outage")

    async def over(self) -> None:
        """Wait until the server is back."""
        if self._watch is not None:
            await asyncio.wait([self._watch])

    async def close(self) -> None:
        """Stop looking."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None

    async def _wait(self) -> None:
        begun = time.monotonic()
        while True:
            await asyncio.sleep(self.pause)
            try:
                await self._probe()
            except Exception as error:  # whatever it is, the server is not back
                log.debug("server.still_lost", module=self.module, error=describe(error))
            else:
                break
        self._watch = None
        seconds = round(time.monotonic() - begun, 1)
        log.warning("server.back", module=self.module, address=self.address, seconds=seconds)


def describe(error: BaseException) -> str:
    """An error as a log line shows it; some drivers raise without a text."""
    return str(error) or type(error).__name__
