"""What a server says when it is there."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psycopg
import structlog

from medusa.cli.console import err
from medusa.framework.config import Config

_PATIENCE_SECONDS = 30


def announce(config: Config, database: str) -> None:
    """Say in the background that the server is there, when it answers."""
    address = address_of(config)

    def poll() -> None:
        begin = time.monotonic()
        while time.monotonic() - begin < _PATIENCE_SECONDS:
            with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{address}/health", timeout=1):
                if config.is_production:
                    structlog.get_logger().info("server.ready", url=address, workers=config.project.http.workers)
                else:
                    introduce(address, database)
                return
            time.sleep(0.1)

    threading.Thread(target=poll, daemon=True).start()


def address_of(config: Config) -> str:
    """Where a browser on this machine finds the server."""
    http = config.project.http
    host = "localhost" if http.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else http.host
    return f"http://{host}:{http.port}"


def introduce(address: str, database: str) -> None:
    """For a developer: where everything is, and a first request."""
    lines = [
        f"[green]✓[/green] Ready: [bold]{address}[/bold]",
        f"  Store API        {address}/store",
        f"  Admin API        {address}/admin",
        f"  OpenAPI          {address}/openapi",
    ]
    if key := _publishable_key(database):
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
