"""Whatever a subscriber raises ends as a dead letter, over every transport."""

from __future__ import annotations

import asyncio

import pytest

from medusa.framework.app import App
from medusa.framework.events import Event, Subscriber
from tests.infrastructure.events.conftest import Listening


class Mute(Exception):
    """Cannot even say what went wrong."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError("no\x00thing \ud800"), "ValueError: no\ufffdthing ?"),
        (Mute(), "Mute: Mute, which has no text"),
        (asyncio.CancelledError("of something it waited for"), "CancelledError: of something it waited for"),
    ],
    ids=["NUL", "mute", "cancelled"],
)
async def test_whatever_a_subscriber_raises_it_becomes_a_dead_letter(
    listening: Listening, error: BaseException, shown: str
) -> None:
    async def fail(event: Event, app: App) -> None:
        raise error

    listening.app.events.add(Subscriber("bad", ("test.sold",), fail, max_attempts=1))
    await listening.emit("test.sold", {"id": "1"})
    async with asyncio.timeout(60):
        await listening.work()
    assert [(letter.error, letter.attempts) for letter in await listening.failed()] == [(shown, 1)]
