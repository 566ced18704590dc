"""Real Redis and Memcached servers for tests: on a free port, in a temporary directory, nothing kept, ended by id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from medusa.framework.testing.server import free_port
from medusa.infrastructure.outages import Outage

_START_SECONDS = 60.0
_SLOW_SECONDS = 30.0
PATIENT = {"timeout": f"PT{_SLOW_SECONDS:g}S"}
"""Of a provider whose server is not away because the machine is busy; see :meth:`LocalServer.hanging`."""


def binary(name: str, package: str) -> str:
    """The path of a server's program.

    Raises:
        RuntimeError: It is not installed; names the package of Debian that has it.
    """
    if path := shutil.which(name):
        return path
    raise RuntimeError(f"{name} is not installed, and tests/infrastructure needs it: apt-get install {package}")


class LocalServer:
    """A server process of a test. It keeps its port over :meth:`stop` and :meth:`start`, and starts empty again."""

    ping: bytes
    pong: bytes

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = Path(tempfile.mkdtemp(prefix="medusa-test-"))

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.port}"

    def command(self, directory: Path) -> list[str]:
        """What runs it."""
        raise NotImplementedError

    def start(self) -> None:
        """Run it, and wait until it answers.

        Raises:
            RuntimeError: It ended, or did not answer within a minute; the message holds its log.
        """
        if self._process is not None:
            return
        log = self._directory / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command(self._directory), cwd=self._directory, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{type(self).__name__} does not answer on {self.address}:\n{log.read_text()}")
            time.sleep(0.01)

    @contextmanager
    def hanging(self, outage: Outage) -> Generator[None]:
        """Let it hang for the block: connections stay, nothing answers; a provider that is else patient notices soon."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)  # one thread is told, the others may go on for a while
        outage.timeout = 0.2
        try:
            yield
        finally:
            outage.timeout = _SLOW_SECONDS
            self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def running(self) -> Generator[Self]:
        """Run it for the block."""
        try:
            self.start()
            yield self
        finally:
            self.close()

    def stop(self) -> None:
        """Kill it, as a crash would; one that does not run is no error."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as probe:
                probe.sendall(self.ping)
                return probe.recv(64).startswith(self.pong)
        except OSError:
            return False


class RedisServer(LocalServer):
    """redis-server without persistence; with ``password`` clients have to give it."""

    ping = b"PING\r\n"

    def __init__(self, *, password: str = "") -> None:
        super().__init__()
        self.password = password
        self.pong = b"-NOAUTH" if password else b"+PONG"

    @property
    def url(self) -> str:
        """``redis://[:password@]host:port/0``."""
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}{self.address}/0"

    def command(self, directory: Path) -> list[str]:
        """Nothing is written to disk."""
        settings = {
            "--bind": "127.0.0.1",
            "--port": str(self.port),
            "--dir": str(directory),
            "--save": "",
            "--appendonly": "no",
            **({"--requirepass": self.password} if self.password else {}),
        }
        return [binary("redis-server", "redis-server"), *[part for pair in settings.items() for part in pair]]


class MemcachedServer(LocalServer):
    """memcached with 64 MiB."""

    ping = b"version\r\n"
    pong = b"VERSION"

    def command(self, directory: Path) -> list[str]:
        """Also as root, as tests in a container run."""
        return [
            *[binary("memcached", "memcached"), "-l", "127.0.0.1", "-p", str(self.port), "-U", "0"],
            *["-m", "64", "-u", "root", "-t", "1"],
        ]
