"""Serves an application in this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvloop
from granian._granian import SocketHolder  # what granian's own workers get their socket in; nothing public takes one
from granian.constants import Interfaces
from granian.errors import FatalError
from granian.http import HTTP1Settings
from granian.server.embed import Server

from medusa.cli.leaving import SETTLE_SECONDS, leave_connections_to_others, refuse_connections
from medusa.cli.listening import BACKLOG
from medusa.cli.stopping import stop_signals, was_told
from medusa.framework.asgi import ServedApplication

_TIDY_UP_SECONDS = 5


def http1_settings(header_seconds: float) -> HTTP1Settings:
    """How HTTP/1 is spoken; who does not send a request's head in time is cut off."""
    return HTTP1Settings(header_read_timeout=int(header_seconds * 1000))


class OneProcess:
    """A server in this process.

    Args:
        header_seconds: How long a client may take for the head of a request.
        grace_seconds: How long what is under way may take to end, once the server is to stop.
        listener: A socket that others serve on too, instead of one of our own on ``host`` and ``port``.
        on_ready: Called when the application has booted, right before the first request is taken.
        on_leave: Called when no new connection is taken any more.
    """

    def __init__(
        self,
        application: ServedApplication,
        *,
        host: str,
        port: int,
        header_seconds: float,
        grace_seconds: float,
        listener: socket.socket | None = None,
        on_ready: Callable[[], None],
        on_leave: Callable[[], None] = lambda: None,
    ) -> None:
        self.application = application
        self._on_ready, self._on_leave = on_ready, on_leave
        self._server = _Server(
            application,
            interface=Interfaces.ASGI,
            address=host,
            port=port,
            websockets=False,
            backlog=BACKLOG,
            http1_settings=http1_settings(header_seconds),
            log_enabled=False,
        )
        self._server.listener = listener
        self._keep_out = refuse_connections if listener is None else leave_connections_to_others
        self._grace_seconds = grace_seconds
        self._stop = asyncio.Event()

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT, SIGHUP or :meth:`stop`.

        Raises:
            Exception: What the application raised when it booted.
        """
        uvloop.run(self._run())

    def stop(self) -> None:
        """Take no more requests, end what is under way, and return from :meth:`run`; from within the loop only."""
        self._stop.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in stop_signals():
            loop.add_signal_handler(number, self.stop)
        if was_told():
            return
        serving = loop.create_task(self._server.serve())
        stopping = loop.create_task(self._stop.wait())
        ready = loop.create_task(self.application.ready.wait())
        await asyncio.wait({serving, stopping, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self.application.ready.is_set():
            self._on_ready()
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                self._keep_out()
                self._on_leave()
                self.application.leave()
                await asyncio.sleep(SETTLE_SECONDS)
            # Not before it is ready: granian's worker forgets a stop that comes before it listens, and serves for ever.
            self._server.stop()  # type: ignore[no-untyped-call]
            signal.alarm(math.ceil(self._grace_seconds) + _TIDY_UP_SECONDS)  # ends us, if nothing else does
            await asyncio.wait({serving}, timeout=self._grace_seconds)
        # What is left now (a boot that nobody waits for any more, requests without an end) is cancelled with the loop.
        if serving.done():
            with suppress(FatalError):
                serving.result()
        if self.application.failure is not None:
            raise self.application.failure


class _Server(Server):
    """Granian's server, on a socket that may be there already."""

    listener: socket.socket | None = None

    def _init_shared_socket(self) -> None:
        if self.listener is None:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]
        else:  # the socket is granian's to close from now on
            self._shd: Any = SocketHolder(self.listener.detach(), False, BACKLOG)  # type: ignore[call-arg]
