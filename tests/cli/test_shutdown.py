"""The end of a server: what is under way comes to its end, what cannot is cut off in time, at any moment of its life."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from medusa.framework.testing.server import CONFIG, LiveServer, free_port, live_server, start_server

ROUTES = """
import asyncio
from medusa.framework.http import Context, Response, get, post

@get("/slowly")
async def slowly(ctx: Context) -> Response:
    async with ctx.app.database.session() as session:
        await session.execute("SELECT pg_sleep(0.3)")
    return ctx.json({"message": "x" * 100_000})

@get("/endless")
async def endless(ctx: Context) -> Response:
    await asyncio.sleep(600)
    return ctx.json({})

@post("/announce")
async def announce(ctx: Context) -> Response:
    async with ctx.app.database.session() as session:
        await ctx.app.emit(session, "something.happened", {"id": "1"})
    return ctx.json({})
"""
SUBSCRIBER = """
import asyncio
from pathlib import Path
from medusa.framework.app import App
from medusa.framework.events import Event, subscriber

@subscriber("something.happened")
async def take_note(event: Event, app: App) -> None:
    Path("begun").touch()
    await asyncio.sleep(1)
    Path("finished").touch()
"""
BOOT = """
import time
from pathlib import Path
from medusa.framework.app import App, on_start

MOMENT = Path("moment").read_text()

def stay() -> None:
    Path("reached").touch()
    time.sleep(0.5)

if MOMENT == "import":
    stay()

@on_start
async def boot(app: App) -> None:
    if MOMENT == "boot":
        stay()
"""
SWALLOWED = """
import os
import signal

class Gone:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):  # the handler runs in here, and Python drops what it raises
            pass

Gone()
"""


def application(root: Path, **files: str) -> Path:
    """An application with these files below ``src``, named ``folder_file``."""
    (root / "medusa_config.py").write_text(CONFIG)
    for name, text in files.items():
        folder, _, file = name.partition("_")
        (root / "src" / folder).mkdir(parents=True, exist_ok=True)
        (root / "src" / folder / f"{file}.py").write_text(text)
    return root


def address(server: LiveServer) -> tuple[str, int]:
    parts = urlsplit(server.url)
    return str(parts.hostname), int(parts.port or 0)


async def crowd(server: LiveServer, path: str, seen: Counter[str], enough: asyncio.Event, ended: asyncio.Event) -> None:
    """One client after another, each with a connection of its own; what became of those that got through is counted."""
    while not ended.is_set():
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address(server)), 0.5)
        except (OSError, TimeoutError):
            seen["refused"] += 1
            await asyncio.sleep(0.01)
            continue
        try:
            writer.write(b"GET %b HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n" % path.encode())
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            whole = f"content-length: {len(body)}".encode() in head.lower()
            seen[head.split(b" ")[1].decode() if head and whole else "cut off"] += 1
            if seen["200"] > 300:
                enough.set()
        except OSError as error:
            seen[type(error).__name__] += 1
        finally:
            writer.close()


@pytest.mark.parametrize("workers", [1, 2])
async def test_everyone_who_got_through_is_answered(tmp_path: Path, database_url: str, workers: int) -> None:
    server = await asyncio.to_thread(
        start_server, application(tmp_path, api_slow=ROUTES), database_url, workers=workers
    )
    seen: Counter[str] = Counter()
    enough, ended = asyncio.Event(), asyncio.Event()
    paths = ["/health"] * 12 + ["/slowly"] * 8
    clients = [asyncio.create_task(crowd(server, path, seen, enough, ended)) for path in paths]
    await enough.wait()
    server.process.terminate()
    code = await asyncio.to_thread(server.process.wait, 120)
    ended.set()
    await asyncio.gather(*clients)
    assert code == 0, server.log.read_text()
    assert set(seen) <= {"200", "refused"}, seen


@pytest.mark.parametrize("workers", [1, 2])
def test_client_that_does_not_end_is_cut_off_in_time(tmp_path: Path, database_url: str, workers: int) -> None:
    root = application(tmp_path, api_slow=ROUTES)
    config = CONFIG.replace("ProjectConfig(http", "ProjectConfig(shutdown_timeout=timedelta(seconds=1), http")
    (root / "medusa_config.py").write_text("from datetime import timedelta\n" + config)
    server = start_server(root, database_url, workers=workers)
    with socket.create_connection(address(server)) as waits, socket.create_connection(address(server)) as sends:
        waits.sendall(b"GET /endless HTTP/1.1\r\nhost: shop\r\n\r\n")
        sends.sendall(
            b"POST /store/carts HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        urllib.request.urlopen(f"{server.url}/health").close()
        server.process.terminate()
        server.process.wait(60)  # of which one second is the clients' and the rest is for a busy machine


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("moment", ["import", "boot"])
def test_signal_during_the_start_is_not_lost(tmp_path: Path, database_url: str, moment: str, workers: int) -> None:
    root = application(tmp_path, jobs_boot=BOOT)
    (root / "moment").write_text(moment)
    process = subprocess.Popen(
        [sys.executable, "-m", "medusa.cli.main", "start", "--port", str(free_port()), "--workers", str(workers)],
        cwd=root,
        env={**os.environ, "DATABASE_URL": database_url, "MEDUSA_ENV": "development", "HOST": "127.0.0.1"},
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not (root / "reached").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize("workers", [1, 2])
def test_signal_that_python_drops_is_not_lost(tmp_path: Path, database_url: str, workers: int) -> None:
    with suppress(RuntimeError):  # it does not answer, or for a moment only
        server = start_server(application(tmp_path, jobs_boot=SWALLOWED), database_url, workers=workers)
        server.process.wait(120)
    assert "Exception ignored in" in (tmp_path / "server.log").read_text()


@pytest.fixture
def terminal() -> Iterator[None]:
    """What is started hears of its terminal, also when the tests themselves run below ``nohup``."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("workers", [1, 2])
def test_closed_terminal_ends_a_server_in_good_order(tmp_path: Path, database_url: str, workers: int) -> None:
    with live_server(application(tmp_path), database_url, workers=workers) as server:
        os.killpg(server.process.pid, signal.SIGHUP)
        assert server.process.wait(120) == 0


def test_job_under_way_is_finished(tmp_path: Path, database_url: str) -> None:
    root = application(tmp_path, api_slow=ROUTES, subscribers_note=SUBSCRIBER)
    with live_server(root, database_url, environment={"MEDUSA_WORKER_MODE": "server"}) as server:
        urllib.request.urlopen(urllib.request.Request(f"{server.url}/announce", method="POST")).close()
        worker = start_server(root, database_url, environment={"MEDUSA_WORKER_MODE": "worker"})
        deadline = time.monotonic() + 120
        while not (root / "begun").exists():
            assert time.monotonic() < deadline, worker.log.read_text()
            time.sleep(0.01)
        worker.process.terminate()
        assert worker.process.wait(120) == 0
        assert (root / "finished").exists()
    with psycopg.connect(database_url) as connection:
        left = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args->'message'->>'event' = 'something.happened'"
        ).fetchone()
    assert left == (0,)


def test_worker_answers_nothing_but_its_health(tmp_path: Path, database_url: str) -> None:
    root = application(tmp_path, api_slow=ROUTES)
    with live_server(root, database_url, environment={"MEDUSA_WORKER_MODE": "worker"}) as worker:
        with urllib.request.urlopen(f"{worker.url}/health") as answer:
            assert answer.read() == b"OK"
        for path in ("/slowly", "/app", "/auth/user/emailpass"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{worker.url}{path}")
            assert refused.value.code == 404
            refused.value.close()
