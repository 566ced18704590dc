"""The id of a request: the client's own, or a new one."""

from __future__ import annotations

import itertools
import os
import re
import sys

_SAFE = re.compile(rb"[A-Za-z0-9_.:/+=-]{1,128}\Z")


class _Ids:
    """Ids of one process: a random name for it, and a number for each request."""

    def __init__(self) -> None:
        self.renew()
        if sys.platform != "win32":
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self._process = f"req_{os.urandom(8).hex()}_"
        self._numbers = itertools.count(1)

    def next(self) -> str:
        return f"{self._process}{next(self._numbers)}"


_ids = _Ids()


def request_id(given: bytes | None) -> str:
    """The id that logs and the answer carry: what ``x-request-id`` says, if that is a harmless word."""
    return given.decode("ascii") if given is not None and _SAFE.match(given) else _ids.next()
