"""The cache in the process: nothing to run, bounded, and told of what other processes remove."""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from medusa.framework.app import App
from medusa.framework.caching import CacheProvider
from medusa.framework.db.notifications import Notifications
from medusa.framework.errors import Unavailable
from medusa.framework.ids import ulid

CHANNEL = "medusa_cache"
_PAYLOAD_BYTES = 7_900  # PostgreSQL takes less than 8000
_ENTRY_BYTES = 250  # what an entry takes beside its key and its value, roughly


class MemoryOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Options.

    Attributes:
        max_entries: So many entries are kept; the ones not used for longest are dropped.
        max_bytes: So much memory is used, keys included.
    """

    max_entries: Annotated[int, Meta(ge=1)] = 10_000
    max_bytes: Annotated[int, Meta(ge=1)] = 64 * 1024 * 1024


class MemoryCache(CacheProvider):
    """Each process keeps its own entries, and tells the others by PostgreSQL what it removes.

    As long as a process does not hear the others, it keeps nothing.
    """

    identifier: ClassVar[str] = "memory"
    default_id: ClassVar[str | None] = ""
    is_external: ClassVar[bool] = False
    is_shared: ClassVar[bool] = False

    def check_options(self) -> None:
        self._options = self.options_as(MemoryOptions)
        self._entries: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0
        self._id = ulid()
        self._notifications: Notifications | None = None

    async def open(self, app: App) -> None:
        self._notifications = app.notifications
        await app.notifications.listen(CHANNEL, self._heard, interrupted=self._forget_all)

    async def close(self) -> None:
        self._forget_all()

    async def read(self, keys: Sequence[str]) -> list[bytes | None]:
        return [self._look_up(key) for key in keys]

    async def write(self, key: str, value: bytes, ttl: timedelta) -> None:
        if await self._hears():
            self._keep(key, value, time.monotonic() + ttl.total_seconds())

    async def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        hears = await self._hears()
        if self._look_up(key) is not None:
            return False
        if hears:
            self._keep(key, value, time.monotonic() + ttl.total_seconds())
        return True

    async def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._forget(key)
        if self._notifications is not None and keys:
            text = msgspec.json.encode([self._id, *keys]).decode()
            if len(text.encode()) > _PAYLOAD_BYTES:
                text = msgspec.json.encode([self._id]).decode()  # too many to name: forget all
            with contextlib.suppress(Unavailable):  # then the others do not hear anybody, and keep nothing
                await self._notifications.notify(CHANNEL, text)

    async def count(self, key: str, ttl: timedelta) -> int | None:
        held = self._look_up(key)
        number = int(held or b"0") + 1
        expires = self._entries[key][1] if held is not None else time.monotonic() + ttl.total_seconds()
        self._keep(key, b"%d" % number, expires)
        return number

    # --- inside

    async def _hears(self) -> bool:
        if self._notifications is None:
            return False
        if not self._notifications.listening:
            await self._notifications.start()  # a script that caches listens from now on
        return self._notifications.listening

    def _look_up(self, key: str) -> bytes | None:
        held = self._entries.get(key)
        if held is None:
            return None
        if held[1] <= time.monotonic():
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return held[0]

    def _keep(self, key: str, value: bytes, expires: float) -> None:
        self._forget(key)
        self._entries[key] = (value, expires)
        self._bytes += _size(key, value)
        while len(self._entries) > self._options.max_entries or self._bytes > self._options.max_bytes:
            oldest, (dropped, _) = self._entries.popitem(last=False)
            self._bytes -= _size(oldest, dropped)

    def _forget(self, key: str) -> None:
        if (held := self._entries.pop(key, None)) is not None:
            self._bytes -= _size(key, held[0])

    def _forget_all(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _heard(self, payload: str) -> None:
        sender, *keys = msgspec.json.decode(payload, type=list[str])
        if sender == self._id:
            return
        if not keys:
            self._forget_all()
        for key in keys:
            self._forget(key)


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_BYTES
