"""Server-sent events: an answer that goes on until the client leaves or the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec

from medusa.framework.http.asgi_types import AsgiReceive, AsgiScope, AsgiSend
from medusa.framework.http.response import Response

CLOSING_KEY = "medusa.closing"
"""Where the scope has the event that is set when the server stops."""
_KEEP_ALIVE_SECONDS = 15.0
_encode = msgspec.json.Encoder(decimal_format="number").encode


class EventStream(Response):
    """Sends ``(event, data)`` pairs as they come. It holds no database connection unless the source does."""

    __slots__ = ("source",)

    def __init__(self, source: AsyncIterator[tuple[str, Any]]) -> None:
        super().__init__(b"", media=b"text/event-stream", headers=[(b"cache-control", b"no-cache")])
        self.source = source

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        headers = [(b"content-type", self.media), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        ended: set[asyncio.Future[Any]] = {
            asyncio.ensure_future(_left(receive)),
            asyncio.ensure_future(scope[CLOSING_KEY].wait()),
        }
        try:
            await _send(b":\n\n", send)  # the client learns at once that it is connected
            await self._events(ended, send)
        finally:
            for task in ended:
                task.cancel()
            with suppress(RuntimeError):  # it is at work: its own task ends it
                await self.source.aclose()  # type: ignore[attr-defined]
        with suppress(Exception):  # the client has left
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _events(self, ended: set[asyncio.Future[Any]], send: AsgiSend) -> None:
        following: asyncio.Future[tuple[str, Any]] | None = None
        try:
            while True:
                following = following or asyncio.ensure_future(anext(self.source))
                done, _ = await asyncio.wait(
                    {*ended, following}, timeout=_KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if done & ended:
                    return
                if following in done:
                    event, data = following.result()
                    following = None
                    await _send(b"event: %b\ndata: %b\n\n" % (event.encode(), _encode(data)), send)
                else:
                    await _send(b":\n\n", send)
        except StopAsyncIteration:
            return
        finally:
            if following is not None:
                following.cancel()
                with suppress(asyncio.CancelledError, StopAsyncIteration):
                    await following


async def _left(receive: AsgiReceive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(body: bytes, send: AsgiSend) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
