"""Responses: bytes with a status and headers, sent without a detour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from medusa.framework.http.asgi_types import AsgiReceive, AsgiScope, AsgiSend

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

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        headers = [(b"content-type", self.media), (b"content-length", b"%d" % len(self.body)), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def wire_time(value: datetime) -> str:
    """The contract's format of times: UTC with milliseconds, ``2025-01-31T12:00:00.000Z``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _plain(value: Any) -> Any:
    """The value with its times as text; what holds none stays as it is."""
    match value:
        case datetime():
            return wire_time(value)
        case msgspec.Struct():
            return _plain(msgspec.structs.asdict(value)) if _holds_times(value) else value
        case dict():
            entries: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
            return {key: _plain(item) for key, item in entries.items()}
        case list() | tuple():
            items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
            return [_plain(item) for item in items]
        case _:
            return value


def _holds_times(value: Any) -> bool:
    match value:
        case datetime():
            return True
        case msgspec.Struct():
            return any(_holds_times(getattr(value, name)) for name in value.__struct_fields__)
        case dict():
            entries: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
            return any(_holds_times(item) for item in entries.values())
        case list() | tuple():
            items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
            return any(_holds_times(item) for item in items)
        case _:
            return False


def encode(value: Any) -> bytes:
    """JSON of Structs, mappings and sequences: Decimals as numbers, times in the contract's format."""
    return _encode(_plain(value) if _holds_times(value) else value)


def json_response(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    """A JSON answer; bytes are taken for JSON already."""
    return Response(value if isinstance(value, bytes) else encode(value), status, JSON, headers)
