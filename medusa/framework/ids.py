"""Identifiers: a prefix that names the kind, and a ULID, which sorts by time of creation."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_last = (0, 0)


class RememberedIds:
    """The ids of work that is done anew until it is complete: each attempt is given the same ones, in the same order."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._count = itertools.count()

    def start_over(self) -> None:
        """The next attempt begins."""
        self._count = itertools.count()

    def next(self) -> str:
        """The next ULID of this attempt."""
        place = next(self._count)
        while place >= len(self._ids):
            self._ids.append(_new())
        return self._ids[place]


_remembered: ContextVar[RememberedIds | None] = ContextVar("remembered_ids", default=None)


@contextmanager
def remembering(ids: RememberedIds) -> Generator[None]:
    """Take the ids that are made inside from these."""
    token = _remembered.set(ids)
    try:
        yield
    finally:
        _remembered.reset(token)


def ulid() -> str:
    """A new ULID (26 characters of Crockford's base 32), greater than every earlier one of this process.

    In work that is done anew (:class:`RememberedIds`) it is the one of the attempt before.
    Source: https://github.com/ulid/spec (monotonic within a millisecond).
    """
    ids = _remembered.get()
    return _new() if ids is None else ids.next()


def _new() -> str:
    global _last  # noqa: PLW0603 - the monotonic counter of the process
    milliseconds, random = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big") >> 1
    if milliseconds <= _last[0]:
        milliseconds, random = _last[0], _last[1] + 1
    _last = (milliseconds, random)
    value = (milliseconds << 80) | random
    return "".join(_PAIRS[(value >> shift) & 1023] for shift in range(120, -1, -10))


def generate_id(prefix: str) -> str:
    """A new id such as ``prod_01J…``; a bare ULID where the prefix is empty."""
    return f"{prefix}_{ulid()}" if prefix else ulid()
