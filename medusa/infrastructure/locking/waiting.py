"""Who of a process waits for which lock: one at a time asks again when a lock is given up, in the order of arrival."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


class Waiter:
    """Somebody who waits for keys."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.woken = asyncio.Event()


class Waiters:
    """The queue of each key. Who becomes the first of a queue is woken, and so is the first when the key is given up."""

    def __init__(self) -> None:
        self._queues: dict[str, list[Waiter]] = {}

    def is_first(self, waiter: Waiter) -> bool:
        """Whether nobody waits longer for one of its keys."""
        return any(self._queues[key][0] is waiter for key in waiter.keys)

    def join(self, waiter: Waiter, keys: Iterable[str]) -> None:
        """Queue up; where it waits already it keeps its place."""
        for key in keys:
            if key not in waiter.keys:
                waiter.keys.add(key)
                self._queues.setdefault(key, []).append(waiter)

    def leave(self, waiter: Waiter, keys: Iterable[str]) -> None:
        """Leave the queues of these keys."""
        for key in waiter.keys.intersection(keys):
            waiter.keys.remove(key)
            queue = self._queues[key]
            was_first = queue[0] is waiter
            queue.remove(waiter)
            if not queue:
                del self._queues[key]
            elif was_first:
                queue[0].woken.set()

    def released(self, key: str) -> None:
        """A key was given up."""
        if queue := self._queues.get(key):
            queue[0].woken.set()

    def interrupted(self) -> None:
        """Something may have been missed."""
        for queue in self._queues.values():
            queue[0].woken.set()
