"""Responses: bytes with a status and headers, sent without a detour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

Headers = Sequence[tuple[bytes, bytes]]

JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Response:
    """An answer: ``body`` goes out as it is. Also an ASGI application that sends itself."""

    __slots__ = ("body", "headers", "media", "status")

    def __init__(self, body: bytes, status: int = 200, media: bytes = JSON, headers: Headers = ()) -> None:
        self.body = body
        self.status = status
        self.media = media
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", self.media), (b"content-length", b"%d" % len(self.body)), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def wire_time(value: datetime) -> str:
    """The contract's format of times: UTC with milliseconds, ``2025-01-31T12:00:00.000Z``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, msgspec.Struct):
        return _plain(msgspec.structs.asdict(value)) if _holds_times(value) else value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _holds_times(value: Any) -> bool:
    if isinstance(value, datetime):
        return True
    if isinstance(value, msgspec.Struct):
        return any(_holds_times(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, Mapping):
        return any(_holds_times(item) for item in value.values())  # pyright: ignore[reportUnknownVariableType]
    return isinstance(value, list | tuple) and any(_holds_times(item) for item in value)  # pyright: ignore[reportUnknownVariableType]


def encode(value: Any) -> bytes:
    """JSON of Structs, mappings and sequences: Decimals as numbers, times in the contract's format."""
    return _encode(_plain(value) if _holds_times(value) else value)


def json_response(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    """A JSON answer; bytes are taken for JSON already."""
    return Response(value if isinstance(value, bytes) else encode(value), status, JSON, headers)
