"""``medusa start``: serves an application with granian, in this process or in several."""

from __future__ import annotations

import gc
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

import structlog
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer

from medusa.cli.announcing import announce
from medusa.cli.leaving import SETTLE_SECONDS, refuse_connections
from medusa.cli.listening import BACKLOG, check_port
from medusa.cli.migrating import check_version, refuse_without
from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.cli.one_process import OneProcess, http1_settings
from medusa.cli.stopping import stop_signals, was_told
from medusa.framework.app import database_url, load
from medusa.framework.asgi import ServedApplication, create
from medusa.framework.config import Config, WorkerMode
from medusa.framework.db.migrations import newer, pending
from medusa.framework.http.discovery import discover
from medusa.framework.logging import configure_logging

log = structlog.get_logger()
TARGET = "medusa.cli.server:application"
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_KEEP_OUT = signal.SIGUSR1
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"_granian": {"propagate": True}},  # to the handler that writes our lines
}


def serve(config: Config) -> None:
    """Serve until a signal ends it; holds the embedded database for all worker processes.

    Raises:
        ConfigurationError: A setting, the code or the database is not ready for it; the message says what to do.
    """
    http = config.project.http
    configure_logging(config.project.log_level, as_json=config.is_production)
    check_port(http.host, http.port)
    with database_url(config) as url:
        check_version(url)
        refuse_without(pending(url, project=config.root))
        if revisions := newer(url, project=config.root):
            log.warning("database.newer", revisions=revisions)  # as while a deployment is under way, or taken back
        os.environ["DATABASE_URL"] = url  # the workers use our hold on the server
        with mistakes_in_code_explained(config.root):
            boot = load(config.root, config)  # here, so that the workers share the memory, and a mistake is told once
            if config.worker_mode is not WorkerMode.WORKER:
                discover(config.root, plugins=boot.plugins)
        gc.freeze()
        if http.workers == 1:
            _serve_here(config, url)
        else:
            _serve_with_workers(config, url)


def _serve_here(config: Config, database: str) -> None:
    """One process is enough for one worker: half the memory, and no other process that could be killed alone."""
    http = config.project.http
    server = OneProcess(
        create(),
        host=http.host,
        port=http.port,
        header_seconds=http.header_timeout.total_seconds(),
        grace_seconds=config.project.shutdown_timeout.total_seconds(),
        on_ready=lambda: announce(config, database),
    )
    with mistakes_in_code_explained(config.root):
        server.run()


def _serve_with_workers(config: Config, database: str) -> None:
    http = config.project.http
    server = _Server(
        TARGET,
        factory=True,
        interface=Interfaces.ASGI,
        address=http.host,
        port=http.port,
        workers=http.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=BACKLOG,
        http1_settings=http1_settings(http.header_timeout.total_seconds()),
        respawn_failed_workers=config.is_production,
        workers_kill_timeout=math.ceil(config.project.shutdown_timeout.total_seconds()),
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        working_dir=config.root,
    )
    server.on_startup(lambda: announce(config, database))
    _let_young_workers_be_stopped()
    server.on_startup(server.heed(stop_signals()))
    server.serve()


class _Server(MPServer):
    """Granian's server, whose workers keep new connections out before they end those that are there."""

    def heed(self, numbers: Sequence[signal.Signals]) -> Callable[[], None]:
        """What makes these signals stop it, also one that came before; granian would begin anew at SIGHUP."""

        def stop(*_: object) -> None:
            self.signal_handler_interrupt()  # type: ignore[no-untyped-call]

        def take_over() -> None:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            for number in numbers:
                signal.signal(number, stop)
            if was_told():
                stop()

        return take_over

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(cast("int", worker._id()), _KEEP_OUT)  # type: ignore[no-untyped-call]
        time.sleep(SETTLE_SECONDS)
        super()._stop_workers()  # type: ignore[no-untyped-call]


def _let_young_workers_be_stopped() -> None:
    """A worker has our handlers until it sets its own; a signal in between would be noted in a copy of us, and lost."""

    def become_mortal() -> None:
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)
        for number in (signal.SIGHUP, _KEEP_OUT):  # of a closed terminal the server is told as well, and tells us
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING),
        after_in_child=become_mortal,
    )


def application() -> ServedApplication:
    """What each worker process runs."""
    end_with_parent()
    served = create()

    def leave(*_: object) -> None:
        refuse_connections()
        served.leave()

    signal.signal(_KEEP_OUT, leave)
    return served


def end_with_parent() -> None:
    """Stop this process when its parent is gone: one that was killed cannot stop us, and we would keep the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
