"""Server-sent events: an answer that goes on until the client leaves or the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
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

    def __init__(self, source: AsyncGenerator[tuple[str, Any]]) -> None:
        super().__init__(b"", media=b"text/event-stream", headers=[(b"cache-control", b"no-cache")])
        self.source = source

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        headers = [(b"content-type", self.media), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        ended: set[asyncio.Future[Any]] = {
            asyncio.ensure_future(_left(receive)),
            asyncio.ensure_future(scope[CLOSING_KEY].wait()),
        }
        sending = asyncio.ensure_future(self._send_events(send))
        try:  # also in the middle of sending: a client that does not read must not hold up the end
            await asyncio.wait({*ended, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*ended, sending):
                task.cancel()
            await asyncio.wait({*ended, sending})
        with suppress(Exception):  # the client has left
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        if not sending.cancelled() and (error := sending.exception()) is not None:
            raise error

    async def _send_events(self, send: AsgiSend) -> None:
        following: asyncio.Future[tuple[str, Any]] | None = asyncio.ensure_future(anext(self.source))
        try:
            await asyncio.sleep(0)  # the source has begun to listen when the client learns that it is connected
            await _send(b":\n\n", send)
            while True:
                following = following or asyncio.ensure_future(anext(self.source))
                done, _ = await asyncio.wait({following}, timeout=_KEEP_ALIVE_SECONDS)
                if not done:
                    await _send(b":\n\n", send)
                    continue
                event, data = following.result()
                following = None
                await _send(b"event: %b\ndata: %b\n\n" % (event.encode(), _encode(data)), send)
        except StopAsyncIteration:
            return
        finally:
            if following is not None:
                following.cancel()
                await asyncio.wait({following})
            await self.source.aclose()


async def _left(receive: AsgiReceive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(body: bytes, send: AsgiSend) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
