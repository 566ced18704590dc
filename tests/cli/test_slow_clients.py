"""Clients that send or read slowly: they hold their connection, for a while, and nothing else."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from medusa.framework.db import Database
from medusa.framework.errors import Unavailable
from medusa.framework.testing.server import LiveServer, live_server

CONFIG = """
from datetime import timedelta
from medusa.framework.config import Config, HttpConfig, ProjectConfig

patience = timedelta(seconds=2)
http = HttpConfig(access_log=False, header_timeout=patience, body_timeout=patience)
config = Config(project=ProjectConfig(http=http))
"""
ROUTES = """
from medusa.framework.http import Context, Response, get, post

@get("/large")
async def large(ctx: Context) -> Response:
    async with ctx.app.database.session() as session:
        await session.execute("SELECT 1")
    return ctx.json({"message": "x" * 20_000_000})

@post("/hooks/take")
async def take(ctx: Context) -> Response:
    async with ctx.app.database.session() as session:
        await session.execute("SELECT 1")
    return ctx.json({})
"""
HEAD = b"POST /hooks/take HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"


@pytest.fixture(scope="module")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    root = tmp_path_factory.mktemp("shop")
    (root / "medusa_config.py").write_text(CONFIG)
    (root / "src" / "api").mkdir(parents=True)
    (root / "src" / "api" / "routes.py").write_text(ROUTES)
    # A worker would have transactions of its own.
    with live_server(root, database_url, environment={"MEDUSA_WORKER_MODE": "server"}) as server:
        yield server


def connect(server: LiveServer) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=120)


def read_all(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := connection.recv(1_000_000):
        parts.append(part)
    return b"".join(parts)


def transactions(database_url: str) -> int:
    """Transactions of the server that are open now."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'medusa' AND (state LIKE 'idle in transaction%' OR xact_start < now() - interval '1 s')"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_body_that_does_not_come_is_answered_with_408(server: LiveServer, database_url: str) -> None:
    with connect(server) as slow:
        slow.sendall(HEAD + b'{"a":')
        assert transactions(database_url) == 0
        said = read_all(slow)  # until the server closes the connection
    assert said.startswith(b"HTTP/1.1 408")
    assert b'"code":"request_timeout"' in said


def test_body_that_comes_byte_by_byte_gets_no_more_time(server: LiveServer) -> None:
    begin = time.monotonic()
    with connect(server) as slow:
        slow.sendall(HEAD)
        slow.settimeout(0.2)
        said = b""
        while not said:
            assert time.monotonic() - begin < 120
            slow.sendall(b" ")
            try:
                said = slow.recv(1000)
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408")


def test_head_that_does_not_come_ends_the_connection(server: LiveServer) -> None:
    with connect(server) as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nhost: sh")
        assert b"200" not in read_all(slow)


def test_client_that_reads_slowly_holds_no_transaction_and_keeps_nobody_waiting(
    server: LiveServer, database_url: str
) -> None:
    readers = [connect(server) for _ in range(12)]  # more than there are connections to the database
    for reader in readers:
        reader.sendall(b"GET /large HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n")
        assert reader.recv(16).startswith(b"HTTP/1.1 200")
    assert transactions(database_url) == 0
    with connect(server) as other:
        other.sendall(b"POST /hooks/take HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n")
        assert read_all(other).startswith(b"HTTP/1.1 200")
    assert len(read_all(readers[0])) > 20_000_000  # late, but whole
    for reader in readers:
        reader.close()


async def test_statement_that_takes_too_long_is_cancelled(database_url: str) -> None:
    database = await Database.connect(database_url, min_size=1, max_size=1, statement_timeout=2)
    try:
        async with database.reader() as session:
            with pytest.raises(Unavailable):
                await session.execute("SELECT pg_sleep(600)")
            assert await session.fetch_value("SELECT 1") == 1
    finally:
        await database.close()


async def fall_asleep(database: Database, url: str) -> None:
    """Take a lock, and go on only when somebody else has got it."""
    async with database.session() as session:
        await session.lock("a key")
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_advisory_lock(hashtextextended('a key', 0))")
        await session.execute("SELECT 1")


async def test_transaction_in_which_nothing_happens_is_ended_and_its_locks_are_free(database_url: str) -> None:
    database = await Database.connect(database_url, min_size=1, max_size=1, idle_timeout=2)
    try:
        with pytest.raises(Unavailable):
            await fall_asleep(database, database_url)
        async with database.session() as session:
            assert await session.fetch_value("SELECT 1") == 1
    finally:
        await database.close()


async def test_time_outs_reach_the_database(database_url: str) -> None:
    database = await Database.connect(database_url, statement_timeout=45, idle_timeout=5)
    try:
        async with database.reader() as session:
            assert await session.fetch_value("SHOW statement_timeout") == "45s"
            assert await session.fetch_value("SHOW idle_in_transaction_session_timeout") == "5s"
    finally:
        await database.close()
