"""Server-sent events, as an ASGI server sees them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from medusa.framework.http import EventStream
from medusa.framework.http.streaming import CLOSING_KEY


class Server:
    """What a server does for one request."""

    def __init__(self, *, reads: bool = True) -> None:
        self.closing = asyncio.Event()
        self.left = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self.got_something = asyncio.Event()
        self.reads = reads

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        self.got_something.set()
        if not self.reads and message.get("more_body"):
            await asyncio.Event().wait()

    async def answer(self, stream: EventStream) -> None:
        """Run the answer; it has to end with what the test does."""
        async with asyncio.timeout(60):
            await stream({"type": "http", CLOSING_KEY: self.closing}, self.receive, self.send)

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()


class Source:
    """Two events, then silence; knows whether it was closed."""

    def __init__(self, *, ends: bool = False, fails: bool = False) -> None:
        self.is_closed = False
        self.ends = ends
        self.fails = fails

    async def events(self) -> AsyncGenerator[tuple[str, Any]]:
        try:
            yield "first", {"a": 1}
            yield "second", ["é"]
            if self.fails:
                raise RuntimeError("the source is dry")
            if not self.ends:
                await asyncio.Event().wait()
        finally:
            self.is_closed = True


async def test_events_are_sent_as_they_come_until_the_source_ends() -> None:
    server, source = Server(), Source(ends=True)
    await server.answer(EventStream(source.events()))
    assert server.sent[0]["status"] == 200
    assert (b"content-type", b"text/event-stream") in server.sent[0]["headers"]
    assert server.text == ':\n\nevent: first\ndata: {"a":1}\n\nevent: second\ndata: ["é"]\n\n'
    assert server.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert source.is_closed


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("end", ["left", "closing"])
async def test_a_stream_ends_with_its_client_and_with_the_server(reads: bool, end: str) -> None:
    server, source = Server(reads=reads), Source()
    answering = asyncio.create_task(server.answer(EventStream(source.events())))
    await server.got_something.wait()
    getattr(server, end).set()
    await answering
    assert source.is_closed or not reads


async def test_silence_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medusa.framework.http.streaming._KEEP_ALIVE_SECONDS", 0.01)
    server, source = Server(), Source()
    answering = asyncio.create_task(server.answer(EventStream(source.events())))
    async with asyncio.timeout(60):
        while not server.text.endswith("\n\n:\n\n:\n\n"):
            server.got_something.clear()
            await server.got_something.wait()
    server.left.set()
    await answering


async def test_a_source_that_fails_is_an_error_of_the_server() -> None:
    server, source = Server(), Source(fails=True)
    with pytest.raises(RuntimeError, match="the source is dry"):
        await server.answer(EventStream(source.events()))
    assert server.sent[-1]["more_body"] is False
    assert source.is_closed
