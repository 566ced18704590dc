"""Tells which files of an application were changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from watchfiles import Change, DefaultFilter
from watchfiles import awatch as _awatch  # pyright: ignore[reportUnknownVariableType]

MIGRATED = Path(".medusa/migrated")
"""Touched by ``medusa db:migrate``: a server that waits for tables can begin."""
# A change is told when nothing else has changed for a moment, and at the latest after a longer one.
# What editors leave for a moment beside the file that they save, besides what watchfiles knows.
_OF_EDITORS = (r"^\.", r"^\d{4,5}$", r"^#.*#$")
_QUIET_MILLISECONDS = 30
_LONGEST_MILLISECONDS = 300


class Watcher:
    """Watches ``src`` (but ``src/admin``, which reloads itself), ``medusa_config.py`` and ``.env`` of an application."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._changed: asyncio.Queue[set[str]] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._tasks: dict[Path, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to watch."""
        self._watch(self._root, recursive=False)
        (self._root / MIGRATED.parent).mkdir(exist_ok=True)
        self._watch(self._root / MIGRATED.parent, recursive=False)
        self._watch_sources()

    def stop(self) -> None:
        """Watch no more."""
        self._ended.set()

    def watch_also(self, folders: Iterable[str]) -> None:
        """Watch these folders too, with all that is in them."""
        for folder in folders:
            self._watch(Path(folder), recursive=True)

    def again(self, paths: Iterable[str]) -> None:
        """Tell of these as if they had been changed now; of none, that is of all."""
        self._changed.put_nowait(set(paths))

    async def next(self) -> list[str]:
        """The paths that were changed since the last time, relative to the root where they are below it."""
        changed = await self._changed.get()
        while not self._changed.empty():
            changed |= self._changed.get_nowait()
        self._watch_sources()
        return sorted(changed)

    def _watch_sources(self) -> None:
        if (self._root / "src").is_dir():
            self._watch(self._root / "src", recursive=True)

    def _watch(self, place: Path, *, recursive: bool) -> None:
        if place not in self._tasks or self._tasks[place].done():
            self._tasks[place] = asyncio.create_task(self._follow(place, recursive=recursive))

    async def _follow(self, place: Path, *, recursive: bool) -> None:
        async for changes in _awatch(
            place,
            watch_filter=_Code(self._root),
            recursive=recursive,
            debounce=_LONGEST_MILLISECONDS,
            step=_QUIET_MILLISECONDS,
            stop_event=self._ended,
            ignore_permission_denied=True,
        ):
            await self._changed.put({_relative(path, self._root) for _, path in changes})


class _Code(DefaultFilter):
    """Python files and data, and of the root itself the settings only."""

    def __init__(self, root: Path) -> None:
        patterns = [*self.ignore_entity_patterns, *_OF_EDITORS]
        super().__init__(ignore_paths=[root / "src" / "admin"], ignore_entity_patterns=patterns)
        self._root = root

    def __call__(self, change: Change, path: str) -> bool:
        place = Path(path)
        if place.parent == self._root:
            is_environment = place.name.startswith(".env") and place.name != ".env.template"
            return is_environment or place.name in {"medusa_config.py", "src"}
        if place.parent == self._root / MIGRATED.parent:
            return place == self._root / MIGRATED
        return super().__call__(change, path)


def _relative(path: str, root: Path) -> str:
    place = Path(path)
    return str(place.relative_to(root)) if place.is_relative_to(root) else path
