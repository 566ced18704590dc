"""Answers that are files: sent in chunks, whole or a part, and only where the client has not got them yet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from medusa.framework.http.asgi_types import AsgiReceive, AsgiScope, AsgiSend
from medusa.framework.http.errors import ErrorBody
from medusa.framework.http.response import Headers, Response, json_response

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class FileResponse(Response):
    """A file of this machine. Knows ``If-None-Match``, ``If-Modified-Since`` and ranges of one part.

    Args:
        media: Its content type.
        is_head: Only the headers are wanted.
    """

    __slots__ = ("is_head", "path")

    def __init__(self, path: Path, media: bytes, headers: Headers = (), *, is_head: bool = False) -> None:
        super().__init__(b"", 200, media, headers)
        self.path = path
        self.is_head = is_head

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        stat = await asyncio.to_thread(self.path.stat)
        asked: dict[bytes, bytes] = dict(scope["headers"])
        tag = f'W/"{stat.st_size:x}-{stat.st_mtime_ns // 1_000_000:x}"'.encode()
        common = [
            *self.headers,
            (b"accept-ranges", b"bytes"),
            (b"etag", tag),
            (b"last-modified", formatdate(stat.st_mtime, usegmt=True).encode()),
        ]
        if _is_known(asked, tag, int(stat.st_mtime)):
            await send({"type": "http.response.start", "status": 304, "headers": common})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        part = _part(asked, tag, stat.st_size)
        if part is None:
            refused = json_response(ErrorBody("unknown_error", "Range Not Satisfiable"), 416)
            refused.headers = [*common, (b"content-range", b"bytes */%d" % stat.st_size)]
            await refused(scope, receive, send)
            return
        is_whole = part == (0, stat.st_size)
        if not is_whole:
            common.append((b"content-range", b"bytes %d-%d/%d" % (part[0], part[1] - 1, stat.st_size)))
        length = part[1] - part[0]
        headers = [(b"content-type", self.media), (b"content-length", b"%d" % length), *common]
        await send({"type": "http.response.start", "status": 200 if is_whole else 206, "headers": headers})
        if not self.is_head:
            async for chunk in read_chunks(self.path, start=part[0], length=length):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def read_chunks(path: Path, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
    """The bytes of a file from ``start`` on, never more of them in memory than one chunk."""
    source: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(source.seek, start)
        left = length
        while left is None or left > 0:
            chunk = await asyncio.to_thread(source.read, _CHUNK_BYTES if left is None else min(left, _CHUNK_BYTES))
            if not chunk:
                return
            left = None if left is None else left - len(chunk)
            yield chunk
    finally:
        source.close()


def _is_known(asked: dict[bytes, bytes], tag: bytes, modified: int) -> bool:
    """Whether the client has this version already."""
    if (tags := asked.get(b"if-none-match")) is not None:
        plain = tag.removeprefix(b"W/")
        return tags.strip() == b"*" or plain in [part.strip().removeprefix(b"W/") for part in tags.split(b",")]
    since = asked.get(b"if-modified-since")
    if since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since.decode("latin-1")).timestamp()
    except ValueError:
        return False


def _part(asked: dict[bytes, bytes], tag: bytes, size: int) -> tuple[int, int] | None:
    """The bytes that are wanted: from, up to; None where there are none. Several ranges are answered with all of it."""
    found = _RANGE.fullmatch(asked.get(b"range", b"").decode("latin-1").strip())
    if found is None or found[0] == "bytes=-" or asked.get(b"if-range", tag) != tag:
        return 0, size
    if not found[1]:
        start, end = max(size - int(found[2]), 0), size
    else:
        start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    return (start, end) if start < end else None
