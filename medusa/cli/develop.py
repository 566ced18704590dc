"""The supervisor behind ``medusa develop``: watches the files, and replaces the server when the code has changed.

It holds the socket, so that a request waits for the next server instead of being refused, and the embedded database. A new
server has booted before the one it replaces is told to stop; one that does not boot replaces nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.markup import escape

from medusa.cli.announcing import introduce
from medusa.cli.console import err
from medusa.cli.conversation import (
    ADVISE,
    SERVE,
    Advice,
    Failed,
    Left,
    Message,
    Ready,
    Started,
    WantsListener,
    decode,
    hand_over,
)
from medusa.cli.listening import BACKLOG, GRACE_SECONDS, bind
from medusa.cli.stopping import stop_signals
from medusa.cli.watching import MIGRATED, Watcher
from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.errors import ConfigurationError

_LEAVE_SECONDS = 2
_SHOWN_PATHS = 3
_TABLES = {"modules", "links"}
"""Folders, of an application or of a plug-in, whose files decide what the database should have."""


class Version:
    """The process of one version of the code, as the supervisor sees it."""

    def __init__(self, channel: socket.socket, changed: Sequence[str], since: float) -> None:
        self.changed = changed
        self.since = since
        self.pid: int | None = None
        self.is_over = False
        """It is to end, and nothing that it says matters any more."""
        self.left = asyncio.Event()
        """It takes no connections any more."""
        self.listening: asyncio.Task[None] | None = None
        self._channel = channel

    async def messages(self) -> list[Message]:
        """What it says next; nothing when it has ended."""
        received = b""
        while not received.endswith(b"\n"):
            try:
                part = await asyncio.get_running_loop().sock_recv(self._channel, 65_536)
            except ConnectionError:
                return []
            if not part:
                return []
            received += part
        return [decode(line) for line in received.splitlines()]

    def give(self, listener: socket.socket | str) -> None:
        """Answer its wish for a listener."""
        with contextlib.suppress(ConnectionError):
            hand_over(self._channel, listener)

    def hang_up(self) -> None:
        """Let it finish what is under way, and end."""
        self.is_over = True
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Let it end at once: it has nothing under way, or had its time."""
        self.hang_up()
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def close(self) -> None:
        """Its process has ended."""
        self._channel.close()


class Supervisor:
    """Everything of ``medusa develop``.

    Args:
        environment: Variables for the server, above those of this process. ``.env`` is left to the server, so that each
            one reads it afresh.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._environment = {**os.environ, **environment}
        self._database = EmbeddedPostgres(root / ".medusa" / "postgres")
        self._watcher = Watcher(root)
        self._listeners: dict[tuple[str, int], socket.socket] = {}
        self._versions: set[Version] = set()
        self._serving: Version | None = None
        self._next: Version | None = None
        self._adviser: Version | None = None
        self._advice: list[str] = []
        self._introduced = False
        self._is_second_try = False
        self._ended = asyncio.Event()
        self._mistake: ConfigurationError | None = None
        self._warm: Process | None = None
        self._orders: socket.socket | None = None

    async def run(self) -> None:
        """Work until a signal ends it.

        Raises:
            ConfigurationError: The address cannot be listened on.
        """
        for number in stop_signals():
            asyncio.get_running_loop().add_signal_handler(number, self._ended.set)
        ending = asyncio.create_task(self._ended.wait())
        try:
            self._watcher.start()
            await self._start([])
            while not self._ended.is_set():
                change = asyncio.create_task(self._watcher.next())
                await asyncio.wait({change, ending}, return_when=asyncio.FIRST_COMPLETED)
                if change.done():
                    await self._start(change.result())
                else:
                    change.cancel()
        finally:
            await self._end()
        if self._mistake is not None:
            raise self._mistake

    # --- versions

    async def _start(self, changed: Sequence[str]) -> None:
        """Boot the code as it is now; it takes over when it is ready."""
        since = _saved_at(self._root, changed)
        if self._next is not None:
            self._next.end()
        for path in changed:
            _forget_bytecode(self._root / path)
        self._next = await self._fork(SERVE, changed, since)

    async def _fork(self, order: bytes, changed: Sequence[str], since: float) -> Version:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            try:
                socket.send_fds(await self._warmed(), [order], [theirs.fileno()])
            except ConnectionError:  # somebody ended it
                self._orders = None
                socket.send_fds(await self._warmed(), [order], [theirs.fileno()])
        version = Version(ours, changed, since)
        self._versions.add(version)
        version.listening = asyncio.create_task(self._listen(version))
        return version

    async def _warmed(self) -> socket.socket:
        """The line to the process that forks."""
        if self._orders is None:
            self._orders, theirs = socket.socketpair()
            with theirs:
                held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until it can ignore it
                try:
                    self._warm = await asyncio.create_subprocess_exec(
                        sys.executable,
                        "-m",
                        "medusa.cli.warm",
                        str(theirs.fileno()),
                        cwd=self._root,
                        env=self._environment,
                        pass_fds=[theirs.fileno()],
                    )
                finally:
                    signal.pthread_sigmask(signal.SIG_SETMASK, held)
        return self._orders

    async def _listen(self, version: Version) -> None:
        while messages := await version.messages():
            for message in messages:
                if isinstance(message, Started):
                    version.pid, self._is_second_try = message.pid, False
                    if version.is_over:
                        version.end()
                elif isinstance(message, Left):
                    version.left.set()
                elif not version.is_over:
                    await self._hear(version, message)
        version.close()
        version.left.set()
        self._versions.discard(version)
        if version is self._next:
            self._next = None
            if version.pid is None and not self._is_second_try:  # who was to fork it was killed in this moment
                self._is_second_try = True
                self._watcher.again(version.changed)
            else:
                self._say_what_serves("It ended without a word.", version)
        elif version is self._serving and not version.is_over:
            self._serving = None
            err.print("[yellow]The server has ended; save a change to start it again, Ctrl+C ends.[/yellow]")

    async def _hear(self, version: Version, message: Message) -> None:
        if isinstance(message, WantsListener):
            version.give(self._listener(message.host, message.port))
        elif isinstance(message, Failed) and version is self._next:
            version.is_over, self._next = True, None
            self._say_what_serves(message.message, version)
        elif isinstance(message, Failed) and version is self._serving:
            err.print(f"[red]✗[/red] {escape(message.message)}")
        elif isinstance(message, Advice):
            for line in message.lines:
                if line not in self._advice:
                    err.print(f"[yellow]![/yellow] {escape(line)}")
            self._advice = message.lines
        elif isinstance(message, Ready):
            await self._take_over(version, message)

    async def _take_over(self, version: Version, message: Ready) -> None:
        before, self._serving, self._next = self._serving, version, None
        if before is not None:
            before.hang_up()
            asyncio.get_running_loop().call_later(GRACE_SECONDS + 5, before.end, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):  # one that is busy must not hold us up
                await asyncio.wait_for(before.left.wait(), _LEAVE_SECONDS)
        if version.changed:
            seconds = time.time() - version.since
            err.print(f"[cyan]↻[/cyan] {escape(_listed(version.changed))}  [dim]reloaded in {seconds:.2f} s[/dim]")
        self._watcher.watch_also(message.folders)
        # A hold of our own: the database stays whatever happens to a server.
        await asyncio.to_thread(self._database.hold_if_running)
        if not self._introduced:
            self._introduced = True
            await asyncio.to_thread(introduce, message.address, message.database)
        if not version.changed or any(_TABLES & set(Path(path).parts) for path in version.changed):
            if self._adviser is not None:
                self._adviser.end()
            self._adviser = await self._fork(ADVISE, [], version.since)

    def _say_what_serves(self, message: str, version: Version) -> None:
        if self._ended.is_set():
            return
        what = _listed(version.changed) or "The application"
        err.print(f"[red]✗[/red] {escape(what)}  [red]not loaded[/red]\n{escape(message)}")
        if self._serving is not None:
            err.print("[yellow]The code before this change keeps serving.[/yellow]")
        else:
            err.print("[yellow]Nothing serves yet; save a change to try again, Ctrl+C ends.[/yellow]")

    def _listener(self, host: str, port: int) -> socket.socket | str:
        if (host, port) not in self._listeners:
            try:
                found = bind(host, port)
            except ConfigurationError as error:
                if not self._introduced:  # the command itself was wrong: no change of a file helps
                    self._mistake = error
                    self._ended.set()
                return str(error)
            found.listen(BACKLOG)
            self._listeners[host, port] = found
        return self._listeners[host, port]

    # --- the end

    async def _end(self) -> None:
        self._watcher.stop()
        for version in self._versions:
            if version is self._serving:
                version.hang_up()
            else:
                version.end()
        if self._orders is not None:
            self._orders.close()
        if tasks := [version.listening for version in self._versions if version.listening is not None]:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS + 5)
            if late:
                for version in self._versions:
                    version.end(signal.SIGKILL)
        if self._warm is not None:
            await self._warm.wait()
        await asyncio.to_thread(self._database.stop)


def _saved_at(root: Path, changed: Sequence[str]) -> float:
    """When the newest of the files was saved (seconds since the epoch); now, for one that is gone."""
    now, saved = time.time(), 0.0
    for path in changed:
        with contextlib.suppress(OSError):
            saved = max(saved, (root / path).stat().st_ctime)
    return saved if now - 5 < saved < now else now


def _forget_bytecode(path: Path) -> None:
    """A file that was saved twice in a second, with the same length, would be taken for the one that was compiled."""
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _listed(paths: Sequence[str]) -> str:
    paths = ["the database" if path == str(MIGRATED) else path for path in paths]
    more = len(paths) - _SHOWN_PATHS
    return ", ".join(paths[:_SHOWN_PATHS]) + (f" and {more} more" if more > 0 else "")
