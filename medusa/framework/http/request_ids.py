"""The id of a request: the client's own, or a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from medusa.framework.ids import ulid

_SAFE = re.compile(rb"[A-Za-z0-9_.:/+=-]{1,128}\Z")


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that logs and the answer carry."""
    for name, value in headers:
        if name == b"x-request-id" and _SAFE.match(value):
            return value.decode("ascii")
    return f"req_{ulid()}"
