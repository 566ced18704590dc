"""What is declared, and what events cost; tests/infrastructure/events has the rest, for each transport."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
import structlog

from medusa.framework.app import App
from medusa.framework.config import Config, WorkerMode
from medusa.framework.errors import ConfigurationError
from medusa.framework.events import Event, EventRegistry, ScheduledJob, Selection, Subscriber, scheduled_job, subscriber
from medusa.framework.events.delivery import delay
from medusa.framework.events.queue import QueueDeadLetters
from medusa.framework.worker import Worker

received: list[tuple[str, Event]] = []
heard = asyncio.Event()


@subscriber("test.sold", "test.returned", max_attempts=2)
async def note(event: Event, app: App) -> None:
    received.append(("note", event))
    heard.set()


@subscriber("test.sold", max_attempts=2)
async def fail(event: Event, app: App) -> None:
    received.append(("fail", event))
    raise RuntimeError("this subscriber is broken")


@subscriber("test.slow", max_attempts=1, timeout=timedelta(milliseconds=20))
async def dawdle(event: Event, app: App) -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def listening(app: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    received.clear()
    registry = EventRegistry()
    for function in (note, fail, dawdle):
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


async def test_each_failed_try_is_told_and_the_last_one_is_an_error(listening: App) -> None:
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


def test_tries_are_further_and_further_apart() -> None:
    assert [delay(attempt) for attempt in (1, 2, 3, 11, 12, 40)] == [2, 4, 8, 2048, 3600, 3600]


async def test_a_subscriber_that_takes_too_long_fails(listening: App) -> None:
    await emit(listening, ("test.slow", {}))
    await work(listening)
    async with listening.database.session() as session:
        [letter] = await QueueDeadLetters().find(session, Selection(event="test.slow"))
    assert letter.error == "It took longer than 0.02 s"


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


def test_mistakes_in_declarations_are_found_at_import() -> None:
    with pytest.raises(ConfigurationError, match="at least one event name"):
        subscriber()
    with pytest.raises(ConfigurationError, match="max_attempts=0"):
        subscriber("test.sold", max_attempts=0)
    with pytest.raises(ConfigurationError, match="leaves no time"):
        subscriber("test.sold", timeout=timedelta(0))
    with pytest.raises(ConfigurationError, match="no cron expression"):
        cast("Any", scheduled_job)("every day")


async def test_a_scheduled_job_runs_once_over_all_workers(listening: App) -> None:
    runs: list[float] = []
    third, began = asyncio.Event(), time.time()

    async def tick(app: App) -> None:
        runs.append(time.time())
        if len(runs) == 3:
            third.set()

    listening.events.add(ScheduledJob("tick", "* * * * * *", tick))
    workers = [Worker(listening) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        await asyncio.wait_for(third.wait(), 60)
    finally:
        await asyncio.gather(*(worker.stop() for worker in workers))
    seconds = math.floor(runs[2]) - math.floor(began)
    assert seconds + 1 >= 3  # three seconds, not three workers in one; the one that has begun may count too


async def test_a_scheduled_job_that_fails_is_a_dead_letter_until_its_next_time(listening: App) -> None:
    async def break_down(app: App) -> None:
        raise RuntimeError("the disk is full")

    listening.events.add(ScheduledJob("nightly", "0 3 * * *", break_down))
    for job in ("nightly", "removed"):
        async with listening.database.session() as session:
            await session.execute(
                "SELECT procrastinate_defer_periodic_job_v2('medusa', NULL, NULL, 'medusa.run_job', 0, $1, 1, $2::jsonb)",
                job,
                {"job": job, "timestamp": 1},
            )
    await work(listening, rounds=2)
    async with listening.database.session() as session:
        letters = await QueueDeadLetters().find(session, Selection(event="(schedule)"))
    assert [(letter.subscriber, letter.attempts, letter.error) for letter in letters] == [
        ("nightly", 1, "RuntimeError: the disk is full"),
        ("removed", 1, "There is no scheduled job removed in this application: it was removed or renamed"),
    ]


async def test_a_server_emits_and_a_worker_delivers(app: App) -> None:
    """Two processes' applications on one database; the server has no subscribers at work, whatever it emits."""
    listener = Subscriber("note", ("test.sold",), note)

    def settings(mode: WorkerMode) -> Config:
        return replace(app.config, project=replace(app.config.project, worker_mode=mode))

    received.clear()
    async with App.open(app.config.root, config=settings(WorkerMode.SERVER), serve=True) as server:
        server.events.add(listener)
        await emit(server, ("test.sold", {"id": "1"}))
        await asyncio.sleep(1.2)  # longer than a worker looks away
        assert received == []
        heard.clear()
        async with App.open(app.config.root, config=settings(WorkerMode.WORKER), serve=True) as worker:
            worker.events.add(listener)
            await asyncio.wait_for(heard.wait(), 60)
    assert [event.data["id"] for _, event in received] == ["1"]
