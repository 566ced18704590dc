"""A server in a process of its own, for tests that need real connections, several workers, or a kill."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

CONFIG = """from medusa.framework.config import Config, HttpConfig, ProjectConfig

config = Config(project=ProjectConfig(http=HttpConfig(access_log=False)))
"""
_PORTS = range(20_000, 30_000)  # below those that the system gives to outgoing connections
_START_SECONDS = 120.0  # for a busy machine; it is two on a quiet one
_given: set[int] = set()


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):  # it has ended
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens on, and that is given to nobody else as long as this process lives."""
    for port in random.sample(_PORTS, len(_PORTS)):
        if port not in _given:
            with contextlib.suppress(OSError), socket.socket() as probe:
                fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
    raise RuntimeError("No port is free.")


@cache
def _claims() -> IO[bytes]:
    """A file of which each process has locked a byte for each of its ports."""
    return (Path(tempfile.gettempdir()) / f"medusa-test-ports-{os.getuid()}.lock").open("wb")


def start_server(
    root: Path, database_url: str, *, workers: int = 1, environment: dict[str, str] | None = None
) -> LiveServer:
    """Start the application in ``root`` (made when empty) on a free port, and wait until it answers.

    Raises:
        RuntimeError: It ended, or did not answer within two minutes; the message holds its log.
    """
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "medusa_config.py").exists():
        (root / "medusa_config.py").write_text(CONFIG)
    port, log = free_port(), root / "server.log"
    command = [sys.executable, "-m", "medusa.cli.main", "start", "--port", str(port), "--workers", str(workers)]
    variables = {
        **os.environ,
        "DATABASE_URL": database_url,
        "MEDUSA_ENV": "development",
        "HOST": "127.0.0.1",
        **(environment or {}),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=root, env=variables, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = LiveServer(f"http://127.0.0.1:{port}", process, log)
    deadline = time.monotonic() + _START_SECONDS
    while not answers(server.url):
        if process.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError(f"The server does not answer:\n{log.read_text()}")
        time.sleep(0.05)
    return server


def answers(url: str) -> bool:
    """Whether the server is up."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def live_server(
    root: Path, database_url: str, *, workers: int = 1, environment: dict[str, str] | None = None
) -> Generator[LiveServer]:
    """A server for the time of the block; stopped with SIGTERM."""
    server = start_server(root, database_url, workers=workers, environment=environment)
    try:
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
