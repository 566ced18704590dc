"""The PostgreSQL 18 that comes with the package: started on demand, shared by processes, stopped with its last user.

Everything about it is below one directory, by default ``<project>/.medusa/postgres``::

    data/         the cluster (or ``location``, a file that says where it is)
    run/          the socket, unless the path is too long for one
    users/        one locked file for each process that uses the server
    start.lock    held while somebody starts or stops it
    server.lock   held by the server's own processes: the kernel lets go of it when the last of them is gone
    postgres.log

All liveness is decided by locks, never by process ids: a lock cannot be stale, and a killed process holds none.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

import psycopg

from medusa.framework.db.postgres_place import (
    EXTERNAL_REMEDY,
    Account,
    choose_account,
    data_directory,
    give,
    place_data,
    programs,
    socket_directory,
)
from medusa.framework.errors import ConfigurationError

_DATABASE = "medusa"
_PATIENCE_SECONDS = 60.0
_LOG_BYTES = 5_000_000


class EmbeddedPostgres:
    """One process's hold on the server of one directory.

    Args:
        data_dir: The directory that holds the cluster and its locks; made when absent.
    """

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir.expanduser().resolve()
        self._registration: IO[bytes] | None = None
        self._url: str | None = None

    def start(self) -> str:
        """Make sure the server runs, count this process among its users, and return the URL of database ``medusa``.

        Raises:
            ConfigurationError: It cannot run here; the message says why and what to do.
        """
        if self._url is not None:
            return self._url
        with self._explained():
            account = choose_account(self.home)
            self._prepare_home(account)
            with self._start_lock():
                give(self.home / "start.lock", account)
                self._registration = self._register(account)
                try:
                    self._url = self._ensure_running(account)
                except BaseException:
                    self._unregister()
                    raise
        return self._url

    def hold_if_running(self) -> None:
        """Become a user of the server when somebody else has started it; do nothing when it does not run."""
        if (self.home / "server.lock").exists() and self._running():
            self.start()

    def stop(self) -> None:
        """Let go of the server; the last user stops it, after the transactions under way were rolled back."""
        if self._registration is None:
            return
        with self._explained(), self._start_lock():
            self._unregister()
            if not self._other_users():
                self._shut_down()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log_file(self) -> Path:
        """Where the server writes what happened to it."""
        return self.home / "postgres.log"

    # -- users ---------------------------------------------------------------------------------------------------

    def _prepare_home(self, account: Account | None) -> None:
        for parent in reversed(self.home.parents):
            if not parent.exists():
                parent.mkdir(exist_ok=True)
                if account is not None:
                    shutil.chown(parent, parent.parent.stat().st_uid, parent.parent.stat().st_gid)
        for directory in (self.home, self.home / "users"):
            if not directory.exists():
                directory.mkdir(exist_ok=True)
                give(directory, account)

    def _register(self, account: Account | None) -> IO[bytes]:
        path = self.home / "users" / f"{os.getpid()}-{secrets.token_hex(4)}"
        registration = path.open("wb")
        fcntl.flock(registration, fcntl.LOCK_EX)
        give(path, account)
        return registration

    def _unregister(self) -> None:
        if self._registration is not None:
            Path(self._registration.name).unlink(missing_ok=True)
            self._registration.close()
        self._registration = self._url = None

    def _other_users(self) -> bool:
        """Whether a living process still holds a registration; those of the dead are swept away."""
        alive = False
        for path in (self.home / "users").iterdir():
            with path.open("rb") as file:
                if _try_lock(file):
                    path.unlink(missing_ok=True)
                else:
                    alive = True
        return alive

    @contextlib.contextmanager
    def _start_lock(self) -> Generator[None]:
        path = self.home / "start.lock"
        with path.open("ab") as file:
            if not _wait_for(lambda: _try_lock(file)):
                raise ConfigurationError(
                    f"Another command has been starting or stopping the database for {_PATIENCE_SECONDS:.0f} seconds "
                    f"(it holds {path}): wait for it, or end it."
                )
            yield

    # -- the server ----------------------------------------------------------------------------------------------

    def _ensure_running(self, account: Account | None) -> str:
        limit = time.monotonic() + _PATIENCE_SECONDS
        while self._running():
            if url := self._reuse(last_try=time.monotonic() > limit):
                return url
        data = place_data(self.home, account)
        binaries = programs(account)
        if not (data / "PG_VERSION").exists():
            _create_cluster(data, binaries, account)
        (data / "medusa.conf").write_text(_settings())
        give(data / "medusa.conf", account)
        sockets = socket_directory(self.home, account)
        for stale in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)  # server.lock is free: whoever wrote it is dead
        self._launch(data, sockets, binaries, account)
        return self._connect(sockets)

    def _reuse(self, *, last_try: bool) -> str | None:
        """The URL of the server found running; None when it is going down, or was ended for having no socket."""
        data = data_directory(self.home)
        if not _wait_for(lambda: not self._running() or _status(data) == "ready"):
            raise ConfigurationError(
                f"The database in {self.home} is held by a server that does not become ready, perhaps in another "
                f"container: end it, and see {self.log_file}."
            )
        postmaster = _read_postmaster(data)
        if not self._running() or len(postmaster) < 5:
            return None
        sockets = Path(postmaster[4])
        if not (sockets / ".s.PGSQL.5432").exists():  # a cleaner of the temp directory was here
            self._shut_down()
            return None
        try:
            return self._connect(sockets)
        except psycopg.OperationalError:
            if last_try:
                raise
            time.sleep(0.05)
            return None

    def _launch(self, data: Path, sockets: Path, binaries: Path, account: Account | None) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with (self.home / "server.lock").open("ab") as lock, self.log_file.open("ab") as log:
            give(self.home / "server.lock", account)
            give(self.log_file, account)
            fcntl.flock(lock, fcntl.LOCK_EX)  # stays locked as long as the server has its copy of the descriptor
            begin = log.tell()
            # Through a shell that leaves at once: the server must outlive us and must not become our zombie.
            command = [str(binaries / "postgres"), "-D", str(data), "-k", str(sockets), "-p", "5432", "-h", ""]
            _run(["/bin/sh", "-c", '"$@" &', "sh", *command], account, output=log, keep=lock.fileno())
        if not _wait_for(lambda: not self._running() or _status(data) == "ready") or not self._running():
            raise ConfigurationError(_explain(self.log_file, begin, data))

    def _running(self) -> bool:
        with (self.home / "server.lock").open("ab") as file:
            return not _try_lock(file)

    def _connect(self, sockets: Path) -> str:
        """Create the database if it is not there, and return its URL."""
        address = f"?host={quote(str(sockets))}&port=5432"
        with psycopg.connect(f"postgresql://postgres@/postgres{address}", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {_DATABASE}".encode())
        return f"postgresql://postgres@/{_DATABASE}{address}"

    def _shut_down(self) -> None:
        data = data_directory(self.home)
        postmaster = _read_postmaster(data)
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
            if not self._running():
                break
            if (pid := _server_pid(data)) is None:
                raise ConfigurationError(f"The server of {data} cannot be found to stop it: end it by hand.")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            _wait_for(lambda: not self._running(), 30)
        if len(postmaster) > 4 and postmaster[4]:
            with contextlib.suppress(OSError):  # not there, or not empty: nothing to tidy
                Path(postmaster[4]).rmdir()

    @contextlib.contextmanager
    def _explained(self) -> Generator[None]:
        """Turn what the operating system or the driver refuses into one sentence with a remedy."""
        try:
            yield
        except PermissionError as error:
            raise ConfigurationError(
                f"The database directory {self.home} is not yours to use ({error.filename or error}): run the command "
                f"as the user who created it, change its owner (chown -R), {EXTERNAL_REMEDY}."
            ) from error
        except OSError as error:
            cause = "the disk is full" if error.errno == errno.ENOSPC else str(error)
            remedy = "free some space" if error.errno == errno.ENOSPC else "check its file system"
            raise ConfigurationError(
                f"The database in {self.home} cannot be used, {cause}: {remedy}, {EXTERNAL_REMEDY}."
            ) from error
        except psycopg.Error as error:
            raise ConfigurationError(
                f"The embedded PostgreSQL does not accept connections ({str(error).strip()}): see {self.log_file}."
            ) from error


def _try_lock(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def _read_postmaster(data: Path) -> list[str]:
    """The lines of postmaster.pid: process id, data, start time, port, socket directory, address, memory, status."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _status(data: Path) -> str | None:
    lines = _read_postmaster(data)
    return lines[7] if len(lines) > 7 else None


def _server_pid(data: Path) -> int | None:
    lines = _read_postmaster(data)
    if not lines:
        return None
    command = Path(f"/proc/{lines[0]}/cmdline")
    if Path("/proc/self/cmdline").exists() and (not command.exists() or os.fsencode(data) not in command.read_bytes()):
        return None  # the number of a process in another container
    return int(lines[0])


def _run(command: list[str], account: Account | None, *, output: IO[bytes], keep: int | None = None) -> int:
    run = subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=() if keep is None else (keep,),
        start_new_session=True,
        umask=0o077,
        check=False,
    )
    return run.returncode


def _create_cluster(data: Path, binaries: Path, account: Account | None) -> None:
    """initdb beside its place, then rename: a cluster is there completely or not at all."""
    if data.exists() and any(data.iterdir()):
        raise ConfigurationError(f"{data} is not a PostgreSQL cluster but is not empty: move it away, and start again.")
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    give(fresh, account)
    log_file = data.with_name("initdb.log")
    options = ["-U", "postgres", "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth-local=trust", "--auth-host=scram-sha-256"]  # the socket's directory keeps others out
    with log_file.open("wb") as log:
        if _run([str(binaries / "initdb"), "-D", str(fresh), *options, *access], account, output=log):
            raise ConfigurationError(_explain(log_file, 0, data))
    with (fresh / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude_if_exists 'medusa.conf'\n")
    if data.exists():
        data.rmdir()
    fresh.rename(data)
    log_file.unlink()


def _settings() -> str:
    """Settings for commerce on one machine; ``ALTER SYSTEM`` still goes above them."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return (
        "# Written at each start: use ALTER SYSTEM for settings of your own.\n"
        f"shared_buffers = {max(32, min(256, memory_mb // 8))}MB\n"
        f"effective_cache_size = {max(64, memory_mb // 2)}MB\n"
        "work_mem = 8MB\n"
        "max_connections = 100\n"
        "jit = off\n"
        "random_page_cost = 1.1\n"
        "autovacuum_naptime = 5s\n"  # without statistics a fresh table is read by the wrong index for a whole minute
        "fsync = on\n"
        "synchronous_commit = on\n"
        "unix_socket_permissions = 0700\n"
        "timezone = 'UTC'\n"
        "log_timezone = 'UTC'\n"
    )


_CAUSES = (
    ("No space left on device", "the disk is full", "free some space, and start again"),
    ("Permission denied", "its user may not use the files in {data}", "give them back to their owner (chown -R)"),
    ("incompatible", "{data} was made by another PostgreSQL version", "dump it with the release that made it"),
    ("could not map anonymous shared memory", "there is too little memory", "free some memory, and start again"),
    ("Too many open files", "too few open files are allowed", "raise the limit (ulimit -n)"),
)


def _explain(log_file: Path, begin: int, data: Path) -> str:
    """One sentence for what the server wrote before it gave up."""
    with log_file.open("rb") as log:
        log.seek(begin)
        text = log.read().decode(errors="replace")
    for sign, cause, remedy in _CAUSES:
        if sign in text:
            return f"PostgreSQL does not start, {cause.format(data=data)}: {remedy}, {EXTERNAL_REMEDY}."
    words = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    last = (words or text.splitlines() or ["it said nothing"])[-1].strip()
    return f"PostgreSQL does not start ({last}): the whole log is in {log_file}."
