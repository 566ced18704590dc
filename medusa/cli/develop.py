"""The supervisor behind ``medusa develop``: a server process that is replaced when the code changes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from rich.markup import escape
from watchfiles import Change, DefaultFilter
from watchfiles import awatch as _awatch  # pyright: ignore[reportUnknownVariableType]

from medusa.cli.console import err
from medusa.framework.db.embedded import EmbeddedPostgres

SUPERVISED = "MEDUSA_SUPERVISED"
"""Set for a server that is to end with its supervisor."""
_SETTLE_MILLISECONDS = 200
_STOP_SECONDS = 15


class _Code(DefaultFilter):
    """Python files and data below ``src`` (the dashboard's extensions reload themselves), and the settings."""

    def __init__(self, root: Path) -> None:
        super().__init__(ignore_paths=[root / "src" / "admin"])
        self._root = root

    def __call__(self, change: Change, path: str) -> bool:
        place = Path(path)
        if place.parent == self._root:
            return place.name == "medusa_config.py" or (place.name.startswith(".env") and place.name != ".env.template")
        return super().__call__(change, path)


class Supervisor:
    """Starts the server, watches the files, and replaces the server after each change.

    Args:
        environment: Variables for the server, above those of this process. ``.env`` is left to the server, so that each
            one reads it afresh.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._environment = {**os.environ, **environment, SUPERVISED: "1"}
        self._database = EmbeddedPostgres(root / ".medusa" / "postgres")
        self._process: Process | None = None
        self._told: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Work until a signal ends it."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        try:
            await self._start()
            async for paths in self._changes(ended):
                err.print(f"[cyan]↻[/cyan] {escape(', '.join(paths))} changed")
                # A hold of our own: the database stays while the server is replaced.
                await asyncio.to_thread(self._database.hold_if_running)
                await self._stop()
                await self._start()
        finally:
            await self._stop()
            await asyncio.to_thread(self._database.stop)

    async def _changes(self, ended: asyncio.Event) -> AsyncIterator[list[str]]:
        """What was changed, in groups, relative to the root; also at the root itself, but not below its other folders."""
        queue: asyncio.Queue[set[str]] = asyncio.Queue()

        async def watch(place: Path, *, recursive: bool) -> None:
            only = _Code(self._root)
            async for changes in _awatch(
                place, watch_filter=only, recursive=recursive, debounce=_SETTLE_MILLISECONDS, stop_event=ended
            ):
                await queue.put({_relative(path, self._root) for _, path in changes})

        watchers = [asyncio.create_task(watch(self._root, recursive=False))]
        if (self._root / "src").is_dir():
            watchers.append(asyncio.create_task(watch(self._root / "src", recursive=True)))
        end = asyncio.create_task(ended.wait())
        try:
            while not ended.is_set():
                change = asyncio.create_task(queue.get())
                await asyncio.wait([change, end, *watchers], return_when=asyncio.FIRST_COMPLETED)
                if not change.done():
                    change.cancel()
                    return
                yield sorted(change.result())
        finally:
            ended.set()
            await asyncio.gather(*watchers, return_exceptions=True)

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "medusa.cli.main", "start", cwd=self._root, env=self._environment
        )
        self._told = asyncio.create_task(self._tell_when_it_stops(self._process))

    async def _tell_when_it_stops(self, process: Process) -> None:
        await process.wait()
        err.print("[yellow]The server has stopped; save a change to start it again, Ctrl+C ends.[/yellow]")

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if self._told is not None:
            self._told.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _relative(path: str, root: Path) -> str:
    place = Path(path)
    return str(place.relative_to(root)) if place.is_relative_to(root) else path
