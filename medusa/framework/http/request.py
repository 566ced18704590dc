"""A request as our routes see it: headers, cookies, and a body that was read within its limit."""

from __future__ import annotations

import zlib
from typing import Any, cast
from urllib.parse import unquote

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException

from medusa.framework.errors import InvalidData
from medusa.framework.http.asgi_types import AsgiMessage, AsgiReceive, AsgiScope
from medusa.framework.http.errors import ErrorBody, HttpError, body_too_large, unsupported
from medusa.framework.http.request_ids import request_id
from medusa.framework.http.response import json_response

SCOPE_KEY = "medusa"
_READ_WHOLE = ("application/json", "application/x-www-form-urlencoded", "text/plain")
# Of a body over the limit so much is read and dropped: who is cut off in the middle of sending does not see the answer.
_DISCARDED_BYTES = 32 * 1024 * 1024
_END: AsgiMessage = {"type": "http.request", "body": b"", "more_body": False}
_ENCODINGS = {b"gzip": 16 + zlib.MAX_WBITS, b"deflate": zlib.MAX_WBITS}


class HttpRequest:
    """One request. ``body`` is empty for what routes read as a stream (multipart, unknown media types)."""

    __slots__ = (
        "_cookies",
        "body",
        "headers",
        "media",
        "method",
        "path",
        "query_string",
        "receive",
        "request_id",
        "scope",
    )

    def __init__(self, scope: AsgiScope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]  # decoded
        self.query_string: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])  # of repeated ones the last
        self.request_id = request_id(self.headers.get(b"x-request-id"))
        self.body = b""
        self.media = ""
        self.receive: AsgiReceive = _disconnected
        self._cookies: dict[str, str] | None = None

    def header(self, name: str) -> str | None:
        """A header's value."""
        value = self.headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name, percent-decoded."""
        if self._cookies is None:
            self._cookies = {}
            for name, value in self.scope["headers"]:
                if name == b"cookie":
                    for part in value.decode("latin-1").split(";"):
                        key, separator, content = part.strip().partition("=")
                        if separator:
                            self._cookies.setdefault(key, unquote(content.strip('"')))
        return self._cookies

    @property
    def client_address(self) -> str:
        """The address of the peer; behind a proxy that is the proxy."""
        client: tuple[str, int] | None = self.scope.get("client")
        return client[0] if client else ""

    @property
    def is_secure(self) -> bool:
        """Whether the client came by TLS, to us or to the proxy in front."""
        forwarded = self.headers.get(b"x-forwarded-proto", b"")
        return self.scope.get("scheme") == "https" or forwarded.split(b",")[0].strip() == b"https"

    @property
    def has_body(self) -> bool:
        """Whether its head announces a body."""
        return self.headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in self.headers

    async def form(self) -> FormMultiDict:
        """The parts of a ``multipart/form-data`` body: texts, and files as Litestar's ``UploadFile``.

        Raises:
            InvalidData: The body is not what it says it is.
            HttpError: 413 for a body over the limit.
        """
        over: list[HttpError] = []

        async def receive() -> AsgiMessage:
            # Whatever ends the body early is told to the parser as its end: it then closes the files it has begun.
            try:
                message = await self.receive()
            except HttpError as error:
                over.append(error)
                return _END
            return _END if message["type"] == "http.disconnect" else message

        request: Request[Any, Any, Any] = Request(cast("Any", self.scope), cast("Any", receive))
        try:
            return await request.form()
        except ClientException as error:
            if over:
                raise over[0] from error
            raise InvalidData(error.detail) from error

    async def read(self, receive: AsgiReceive, body_limit: int, upload_limit: int) -> None:
        """Read a JSON, form or text body into ``body``. Handlers that read for themselves use ``receive`` from then on.

        Raises:
            HttpError: 413 for a body over the limit, 415 for an encoding nobody here reads.
        """
        headers = self.headers
        length = headers.get(b"content-length")
        self.receive = receive
        if not self.has_body:
            return
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        self.media = content_type.partition(";")[0].strip().lower()
        whole = self.media in _READ_WHOLE
        limit = body_limit if whole else upload_limit
        most = max(limit, _DISCARDED_BYTES) if whole else limit
        if length is not None and length.isdigit() and int(length) > most:
            raise HttpError(body_too_large())
        if not whole:
            self.receive = _limited(receive, limit)
            return
        body = await _read_all(receive, limit)
        self._check_charset(content_type)
        self.body = self._inflated(body, limit)
        self.receive = _replay(self.body)

    def _check_charset(self, content_type: str) -> None:
        _, _, parameters = content_type.partition(";")
        for parameter in parameters.split(";"):
            name, _, value = parameter.strip().partition("=")
            charset = value.strip('" ').upper()
            if name.lower() == "charset" and charset not in {"", "UTF-8", "UTF8", "US-ASCII"}:
                raise HttpError(unsupported(f'unsupported charset "{charset}"'))

    def _inflated(self, body: bytes, limit: int) -> bytes:
        encoding = self.headers.get(b"content-encoding", b"identity").lower()
        if encoding == b"identity":
            return body
        if encoding not in _ENCODINGS:
            raise HttpError(unsupported(f'unsupported content encoding "{encoding.decode("latin-1")}"'))
        inflater = zlib.decompressobj(_ENCODINGS[encoding])
        try:
            out = inflater.decompress(body, limit + 1)
        except zlib.error:
            raise HttpError(json_response(ErrorBody("invalid_data", "incorrect header check"), 400)) from None
        if len(out) > limit:
            raise HttpError(body_too_large())
        return out


async def _disconnected() -> AsgiMessage:
    return {"type": "http.disconnect"}


async def _read_all(receive: AsgiReceive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        more = message.get("more_body", False)
        if size > limit and (not more or size > _DISCARDED_BYTES):
            raise HttpError(body_too_large())
        if not more:
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _replay(body: bytes) -> AsgiReceive:
    """Give the body once more, to handlers that read it themselves."""
    pending: list[AsgiMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> AsgiMessage:
        return pending.pop() if pending else {"type": "http.disconnect"}

    return receive


def _limited(receive: AsgiReceive, limit: int) -> AsgiReceive:
    size = 0

    async def counted() -> AsgiMessage:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise HttpError(body_too_large())
        return message

    return counted
