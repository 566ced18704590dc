"""Events reach their subscribers after the commit, and only then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import pytest
import structlog

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.framework.events import Event, EventRegistry, Selection, Subscriber, scheduled_job, subscriber
from medusa.framework.events.queue import QueueDeadLetters
from medusa.framework.worker import Worker

received: list[tuple[str, Event]] = []
heard = asyncio.Event()
broken: set[str] = set()


@subscriber("test.sold", "test.returned", max_attempts=2)
async def note(event: Event, app: App) -> None:
    received.append(("note", event))
    heard.set()


@subscriber("test.sold", max_attempts=2)
async def fail(event: Event, app: App) -> None:
    received.append(("fail", event))
    raise RuntimeError("this subscriber is broken")


@subscriber("test.moved", "test.stopped", ordered_by="id", max_attempts=2)
async def follow(event: Event, app: App) -> None:
    received.append(("follow", event))
    if event.data["step"] in broken:
        raise RuntimeError("cannot follow")


@subscriber("test.slow", max_attempts=1, timeout=timedelta(milliseconds=20))
async def dawdle(event: Event, app: App) -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def listening(app: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    received.clear()
    broken.clear()
    registry = EventRegistry()
    for function in (note, fail, follow, dawdle):
        registry.add(cast("Subscriber", vars(function)["__medusa__"]))
    monkeypatch.setattr(app, "events", registry)
    await forget_all(app)
    yield app
    await forget_all(app)


async def forget_all(app: App) -> None:
    async with app.database.session() as session:
        await session.execute("DELETE FROM procrastinate_jobs")


async def emit(app: App, *events: tuple[str, dict[str, Any]]) -> None:
    async with app.database.session() as session:
        for name, data in events:
            await app.emit(session, name, data)


async def work(app: App, *, rounds: int = 1) -> None:
    """Run what is due, then pretend that time has passed."""
    for _ in range(rounds):
        await Worker(app).run_until_idle()
        async with app.database.session() as session:
            await session.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


async def jobs(app: App) -> list[tuple[str, str, int]]:
    """Subscriber, state and tries of what is in the queue."""
    async with app.database.reader() as session:
        rows = await session.fetch(
            "SELECT args->'message'->>'subscriber' AS subscriber, status::text, attempts FROM procrastinate_jobs ORDER BY id"
        )
    return [(row["subscriber"].rpartition(".")[2], row["status"], row["attempts"]) for row in rows]


async def test_each_subscriber_gets_the_event_and_fails_for_itself(listening: App) -> None:
    await emit(listening, ("test.sold", {"id": "1"}), ("test.unheard", {}))
    await Worker(listening).run_until_idle()
    assert sorted((who, event.name, event.data["id"], event.attempt) for who, event in received) == [
        ("fail", "test.sold", "1", 1),
        ("note", "test.sold", "1", 1),
    ]
    # The broken one waits for its second try; it holds nobody up.
    assert await jobs(listening) == [("fail", "todo", 1)]


async def test_the_id_of_an_event_is_the_same_for_all_subscribers_and_tries(listening: App) -> None:
    await emit(listening, ("test.sold", {"id": "1"}))
    await work(listening, rounds=2)
    assert len(received) == 3
    assert len({event.id for _, event in received}) == 1


async def test_a_failing_subscriber_is_tried_again_later_and_later(listening: App) -> None:
    await emit(listening, ("test.moved", {"id": "1", "step": "a"}))
    broken.add("a")
    await Worker(listening).run_until_idle()
    async with listening.database.reader() as session:
        wait = await session.fetch_value("SELECT scheduled_at - now() FROM procrastinate_jobs")
    assert timedelta(seconds=1.5) < wait <= timedelta(seconds=2)


async def test_a_broken_subscriber_is_tried_so_often_and_then_a_dead_letter(listening: App) -> None:
    await emit(listening, ("test.sold", {"id": "1"}))
    with structlog.testing.capture_logs() as logs:
        await work(listening, rounds=4)
    assert [event.attempt for who, event in received if who == "fail"] == [1, 2]
    async with listening.database.session() as session:
        [letter] = await QueueDeadLetters().find(session, Selection())
    assert (letter.event, letter.subscriber, letter.data) == ("test.sold", f"{__name__}.fail", {"id": "1"})
    assert (letter.attempts, letter.error) == (2, "RuntimeError: this subscriber is broken")
    assert "raise RuntimeError" in letter.traceback
    assert "delivery.py" not in letter.traceback
    told = [{key: entry[key] for key in ("log_level", "event", "attempt")} for entry in logs]
    assert told == [
        {"log_level": "warning", "event": "event.delivery_failed", "attempt": "1 of 2"},
        {"log_level": "error", "event": "event.dead_letter", "attempt": "2 of 2"},
    ]
    assert (logs[0]["event_name"], logs[0]["next_in"]) == ("test.sold", "2 s")


async def test_a_subscriber_that_takes_too_long_fails(listening: App) -> None:
    await emit(listening, ("test.slow", {}))
    await work(listening)
    async with listening.database.session() as session:
        [letter] = await QueueDeadLetters().find(session, Selection(event="test.slow"))
    assert letter.error == "It took longer than 0.02 s"


async def test_a_subscriber_that_is_gone_ends_as_a_dead_letter_with_the_reason(listening: App) -> None:
    await emit(listening, ("test.returned", {"id": "1"}))
    listening.events.remove(f"{__name__}.note")
    await work(listening, rounds=5)
    assert await jobs(listening) == [("note", "todo", 5)]  # a deployment takes a while: another worker may have it
    await work(listening)
    async with listening.database.session() as session:
        [letter] = await QueueDeadLetters().find(session, Selection())
    assert letter.error == f"There is no subscriber {__name__}.note in this application: it was removed or renamed"


async def test_a_replayed_dead_letter_has_all_its_tries_again(listening: App) -> None:
    await emit(listening, ("test.sold", {"id": "1"}), ("test.sold", {"id": "2"}))
    await work(listening, rounds=2)
    letters = QueueDeadLetters()
    async with listening.database.session() as session:
        first, second = await letters.find(session, Selection(event="test.sold"))
        assert await letters.replay(session, Selection(ids=[first.id])) == [first.id]
        assert await letters.replay(session, Selection(ids=[first.id])) == []
        assert await letters.find(session, Selection(subscriber=f"{__name__}.note")) == []
    received.clear()
    await work(listening, rounds=3)
    assert [(who, event.data["id"], event.attempt) for who, event in received] == [("fail", "1", 1), ("fail", "1", 2)]
    async with listening.database.session() as session:
        assert await letters.discard(session, Selection(ids=[second.id])) == [second.id]
        assert [letter.id for letter in await letters.find(session, Selection())] == [first.id]


async def test_events_of_one_order_come_one_after_the_other(listening: App) -> None:
    steps = [(who, step) for step in "abc" for who in "12"]
    await emit(listening, *[("test.moved", {"id": who, "step": who + step}) for who, step in steps])
    broken.add("1a")
    await Worker(listening, concurrency=8).run_until_idle()
    # What follows the broken one waits, that of the other aggregate does not.
    assert [event.data["step"] for _, event in received] == ["1a", "2a", "2b", "2c"]
    broken.clear()
    await work(listening, rounds=3)
    assert [event.data["step"] for _, event in received if event.data["id"] == "1"] == ["1a", "1a", "1b", "1c"]


async def test_order_is_that_of_the_commits(listening: App) -> None:
    """The second transaction waits for the first: otherwise it could be delivered before it."""
    database = listening.database
    async with database.session() as first:
        await listening.emit(first, "test.moved", {"id": "1", "step": "a"})
        second = asyncio.create_task(emit(listening, ("test.moved", {"id": "1", "step": "b"})))
        other = asyncio.create_task(emit(listening, ("test.moved", {"id": "2", "step": "c"})))
        await other
        assert not second.done()
    await second
    await work(listening)
    assert [event.data["step"] for _, event in received if event.data["id"] == "1"] == ["a", "b"]


async def test_a_rolled_back_event_is_not_delivered(listening: App) -> None:
    async def fail_after_emitting() -> None:
        async with listening.database.session() as session:
            await listening.emit(session, "test.returned", {"id": "1"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_emitting()
    await Worker(listening).run_until_idle()
    assert received == []


async def test_an_event_needs_a_transaction(listening: App) -> None:
    async with listening.database.reader() as session:
        with pytest.raises(ValueError, match="cannot be emitted without a transaction"):
            await listening.emit(session, "test.returned", {})


async def test_events_of_one_transaction_are_one_statement(listening: App) -> None:
    async with listening.database.session() as session:
        before = session.statements
        await listening.defer_events(session, [("test.returned", {"id": str(n)}) for n in range(20)])
        assert session.statements == before + 1
    async with listening.database.session() as session:
        before = session.statements
        await listening.defer_events(session, [("test.unheard", {})])
        assert session.statements == before
    await Worker(listening).run_until_idle()
    assert len(received) == 20


async def test_a_running_worker_hears_of_an_event_at_once(listening: App) -> None:
    worker = Worker(listening)
    worker.start()
    try:
        delays: list[float] = []
        for _ in range(6):
            heard.clear()
            begin = time.monotonic()
            await emit(listening, ("test.returned", {}))
            await asyncio.wait_for(heard.wait(), 10)
            delays.append(time.monotonic() - begin)
    finally:
        await worker.stop()
    assert min(delays) < 0.2, delays  # 5 ms on a quiet machine; without the notification it takes a second


def test_mistakes_in_declarations_are_found_at_import() -> None:
    with pytest.raises(ConfigurationError, match="at least one event name"):
        subscriber()
    with pytest.raises(ConfigurationError, match="max_attempts=0"):
        subscriber("test.sold", max_attempts=0)
    with pytest.raises(ConfigurationError, match="no cron expression"):
        cast("Any", scheduled_job)("every day")
