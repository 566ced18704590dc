"""Identifiers: a prefix that names the kind, and a ULID, which sorts by time of creation."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_last = (0, 0)


def ulid() -> str:
    """A new ULID (26 characters of Crockford's base 32), greater than every earlier one of this process.

    Source: https://github.com/ulid/spec (monotonic within a millisecond).
    """
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
