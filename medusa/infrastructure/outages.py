"""What happens when a server that a provider talks to goes away: one warning, no waiting, and back by itself."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import structlog

from medusa.framework.errors import ConfigurationError, Unavailable
from medusa.framework.tasks import end

T = TypeVar("T")
log = structlog.get_logger("medusa.infrastructure")


class ServerAway(Unavailable):
    """The server does not answer, or is known not to."""


class Outage:
    """A circuit breaker: on from the first failure until a probe in the background succeeds.

    While it is on nobody asks the server, so requests do not wait for time-outs.

    Args:
        module: The module whose server it is, for the log.
        address: Where it is, without its password.
        errors: What the driver raises when the server is away.
        timeout: Without an answer for so long, it counts as away.
        probe: Shows that the server can be used, or raises.
        catch_up: Makes up for what was missed, before the server is used again.
        refusal: What users are told while it is away, where somebody lets them know.
    """

    def __init__(
        self,
        module: str,
        address: str,
        probe: Callable[[], Awaitable[object]],
        *,
        errors: tuple[type[Exception], ...],
        timeout: timedelta,
        catch_up: Callable[[], Awaitable[object]] | None = None,
        refusal: str = "",
    ) -> None:
        self.module = module
        self.address = address
        self.pause = 1.0
        """Seconds between two probes."""
        self.timeout = timeout.total_seconds()
        """Seconds without an answer."""
        self._probe = probe
        self._catch_up = catch_up
        self._errors: tuple[type[Exception], ...] = (*errors, TimeoutError)
        self._refusal = refusal
        self._watch: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether the server is away."""
        return self._watch is not None

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """The server's answer.

        Raises:
            ServerAway: There is none; the first time this is a warning in the log.
        """
        if self._watch is not None:
            raise ServerAway(self._refusal)
        try:
            async with asyncio.timeout(self.timeout):
                return await question()
        except self._errors as error:
            if self._watch is None:
                log.warning("server.lost", module=self.module, address=self.address, error=describe(error))
                # In a context of its own: what it logs is not about the request that found out.
                name, context = f"{self.module}-outage", contextvars.Context()
                self._watch = asyncio.create_task(self._wait(), name=name, context=context)
            raise ServerAway(self._refusal) from error

    async def over(self) -> None:
        """Wait until the server is back."""
        if self._watch is not None:
            await asyncio.wait([self._watch])

    async def close(self) -> None:
        """Stop looking."""
        if self._watch is not None:
            await end(self._watch)
            self._watch = None

    async def _wait(self) -> None:
        begun = time.monotonic()
        while True:
            await asyncio.sleep(self.pause)
            try:
                async with asyncio.timeout(self.timeout):
                    await self._probe()
                    if self._catch_up is not None:
                        await self._catch_up()
            except Exception as error:  # whatever it is, the server is not back
                log.debug("server.still_lost", module=self.module, error=describe(error))
            else:
                break
        self._watch = None
        seconds = round(time.monotonic() - begun, 1)
        log.warning("server.back", module=self.module, address=self.address, seconds=seconds)


def check_timeout(module: str, timeout: timedelta) -> None:
    """Refuse one in which nobody can answer.

    Raises:
        ConfigurationError: It is not above zero.
    """
    if timeout <= timedelta(0):
        raise ConfigurationError(f"modules.{module}: the option timeout is {timeout}: give more than zero.")


def connected(module: str, address: str) -> None:
    """Say at start which server a module uses."""
    log.info("server.connected", module=module, address=address)


def describe(error: BaseException) -> str:
    """An error as a log line shows it; some drivers raise without a text."""
    return str(error) or type(error).__name__
