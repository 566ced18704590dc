"""Applications as ``create-medusa-app`` makes them, and the commands in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.testing.server import free_port

_MEDUSA = (sys.executable, "-m", "medusa.cli.main")
_SETTINGS = {"DATABASE_URL", "REDIS_URL", "MEDUSA_ENV", "PORT", "HOST", "WORKERS", "JWT_SECRET", "COOKIE_SECRET"}


def environment() -> dict[str, str]:
    """Ours, without what would be a setting of the application, and with the uv that ``make test`` has."""
    ours = {key: value for key, value in os.environ.items() if key not in _SETTINGS}
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(__file__).parents[2] / ".tools" / "bin")])
    return ours | {"COLUMNS": "200", "PATH": path}


def command(*arguments: str, where: Path, program: str = "main", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with these variables above those of its surroundings."""
    return subprocess.run(
        [sys.executable, "-m", f"medusa.cli.{program}", *arguments],
        cwd=where,
        env=environment() | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def new_application() -> Generator[Path]:
    """A real application with a database of its own, without a virtual environment and without demo products."""
    place = Path(tempfile.mkdtemp(prefix="medusa-test-"))
    place.chmod(0o755)  # PostgreSQL's user has to get in
    made = command(
        "shop", "--no-seed", "--skip-install", "--admin-email", "a@example.com", "--admin-password", "supersecret",
        where=place, program="create_app",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    try:
        yield place / "shop"
    finally:
        stop_database(place / "shop")
        shutil.rmtree(place)


def stop_database(store: Path) -> None:
    """Stop the embedded server that a killed process has left."""
    leftover = EmbeddedPostgres(store / ".medusa" / "postgres")
    leftover.hold_if_running()
    leftover.stop()


class Running:
    """A command that runs until it is stopped, and what it prints."""

    def __init__(self, store: Path, *arguments: str, program: Sequence[str] = _MEDUSA) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [*program, *arguments, "--port", str(port)],
            cwd=store,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._printed: list[str] = []
        self._news = threading.Condition()
        self._seen = 0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self._printed.append(line.rstrip("\n"))
                self._news.notify_all()

    def said(self, text: str, seconds: float = 120) -> str:
        """The next line with this text, waited for; what came before it is not looked at again."""
        limit = time.monotonic() + seconds
        with self._news:
            while True:
                for number in range(self._seen, len(self._printed)):
                    if text in self._printed[number]:
                        self._seen = number + 1
                        return self._printed[number]
                if not self._news.wait(limit - time.monotonic()):
                    raise AssertionError(f"Nothing says {text!r} in:\n{self.output}")

    @property
    def output(self) -> str:
        """All it has printed."""
        return "\n".join(self._printed)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 120) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        finally:
            self.close()

    def close(self) -> None:
        """Make sure that it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(store: Path, *arguments: str) -> Generator[Running]:
    """A server on a free port; ends it with SIGTERM, and expects that it ends well."""
    run = Running(store, *arguments)
    try:
        yield run
        assert run.stop() == 0, run.output
    finally:
        run.close()


def answer(url: str, expected: str, seconds: float = 120) -> str:
    """What the server says, as soon as it says what is expected."""
    limit, last = time.monotonic() + seconds, "nothing"
    while time.monotonic() < limit:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url, timeout=seconds) as response:
            last = str(response.read(), "utf-8")
            if expected in last:
                return last
        time.sleep(0.02)
    raise AssertionError(f"{url} says {last}, expected {expected}")


def database_runs(store: Path) -> bool:
    """Whether the embedded server of the application is up."""
    return (store / ".medusa" / "postgres" / "data" / "postmaster.pid").exists()
