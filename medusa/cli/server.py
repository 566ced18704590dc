"""Serves an application with granian."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psycopg
import structlog
import uvloop
from granian.constants import Interfaces, Loops
from granian.errors import FatalError
from granian.log import LogLevels
from granian.server import Server
from granian.server.embed import Server as EmbeddedServer

from medusa.cli.console import err
from medusa.cli.develop import SUPERVISED
from medusa.cli.migrating import check_version
from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.framework.app import database_url, load
from medusa.framework.asgi import ServedApplication, create
from medusa.framework.config import Config
from medusa.framework.db.migrations import pending
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.discovery import discover
from medusa.framework.logging import configure_logging

TARGET = "medusa.cli.server:application"
GRACE_SECONDS = 30
BACKLOG = 2048


def application() -> ServedApplication:
    """What each worker process runs."""
    end_with_parent()
    return create()


def end_with_parent() -> None:
    """Stop this process when its parent is gone: one that was killed cannot stop us, and we would keep the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def serve(config: Config) -> None:
    """Serve until a signal ends it; holds the embedded database for all worker processes."""
    http = config.project.http
    configure_logging(config.project.log_level, as_json=config.is_production)
    check_port(http.host, http.port)
    if os.environ.get(SUPERVISED):
        end_with_parent()
    with database_url(config) as url:
        check_version(url)
        if waiting := pending(url, project=config.root):
            raise ConfigurationError(
                f"The database lacks {len(waiting)} migrations (the first is {waiting[0]}): run `medusa db:migrate`."
            )
        os.environ["DATABASE_URL"] = url  # the workers use our hold on the server
        with mistakes_in_code_explained(config.root):
            load(config.root)  # here, so that the workers share the memory, and a mistake is told once
            discover(config.root)
        gc.freeze()
        if http.workers == 1:
            uvloop.run(_serve_here(config, url))
        else:
            _serve_with_workers(config, url)


async def _serve_here(config: Config, database: str) -> None:
    """One process is enough for one worker: half the memory, and no other process that could be killed alone."""
    http = config.project.http
    server = EmbeddedServer(
        create(),
        interface=Interfaces.ASGI,
        address=http.host,
        port=http.port,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    server.on_startup(lambda: _announce(config, database))
    try:
        await server.serve()
    except FatalError:
        raise SystemExit(1) from None  # the application has said why


def _serve_with_workers(config: Config, database: str) -> None:
    http = config.project.http
    server = Server(
        TARGET,
        factory=True,
        interface=Interfaces.ASGI,
        address=http.host,
        port=http.port,
        workers=http.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=BACKLOG,
        respawn_failed_workers=config.is_production,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig={"version": 1, "disable_existing_loggers": False},
        working_dir=config.root,
    )
    server.on_startup(lambda: _announce(config, database))
    server.serve()


def _announce(config: Config, database: str) -> None:
    """Say in the background that the server is there, when it answers."""
    begin, http = time.monotonic(), config.project.http
    host = "localhost" if http.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else http.host
    address = f"http://{host}:{http.port}"

    def poll() -> None:
        while time.monotonic() - begin < GRACE_SECONDS:
            time.sleep(0.1)
            with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{address}/health", timeout=1):
                if config.is_production:
                    structlog.get_logger().info("server.ready", url=address, workers=http.workers)
                else:
                    _introduce(address, _publishable_key(database))
                return

    threading.Thread(target=poll, daemon=True).start()


def _introduce(address: str, key: str | None) -> None:
    """For a developer: where everything is, and a first request."""
    lines = [
        f"[green]✓[/green] Ready: [bold]{address}[/bold]",
        f"  Store API        {address}/store",
        f"  Admin API        {address}/admin",
        f"  OpenAPI          {address}/openapi",
    ]
    if key is not None:
        lines += [
            f"  Publishable key  {key}",
            "",
            f'  curl -H "x-publishable-api-key: {key}" "{address}/store/products?fields=title,*variants"',
        ]
    err.print("\n".join(lines))


def _publishable_key(database: str) -> str | None:
    """The oldest publishable key that is valid; None when there is none, or the database is busy with other things."""
    with suppress(psycopg.Error), psycopg.connect(database, connect_timeout=3) as connection:
        row = connection.execute(
            "SELECT token FROM api_key WHERE type = 'publishable' AND deleted_at IS NULL "
            "AND (revoked_at IS NULL OR revoked_at > now()) ORDER BY created_at LIMIT 1"
        ).fetchone()
        return str(row[0]) if row else None
    return None


def check_port(host: str, port: int) -> None:
    """Ask for the port before the work begins.

    Raises:
        ConfigurationError: It is taken, or not ours to take.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        causes = {
            errno.EADDRINUSE: f"Port {port} is in use: end the other program, or choose another port with --port.",
            errno.EACCES: f"Port {port} needs more rights: choose one above 1023 with --port.",
            errno.EADDRNOTAVAIL: f"This machine has no address {host}: choose another with --host.",
        }
        raise ConfigurationError(
            causes.get(error.errno or 0, f"{host} cannot be listened on ({error}): choose another with --host.")
        ) from error
