"""Events reach their subscribers after the commit, and only then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.errors import ConfigurationError
from medusa.framework.events import Event, EventRegistry, Subscriber, defer_events, scheduled_job, subscriber
from medusa.framework.worker import Worker

received: list[tuple[str, Event]] = []


@subscriber("test.sold", "test.returned", max_attempts=2)
async def note(event: Event, app: App) -> None:
    received.append(("note", event))


@subscriber("test.sold", max_attempts=2)
async def fail(event: Event, app: App) -> None:
    received.append(("fail", event))
    raise RuntimeError("this subscriber is broken")


@pytest.fixture
async def listening(database: Database) -> App:
    received.clear()
    registry = EventRegistry()
    for function in (note, fail):
        registry.add(cast("Subscriber", vars(function)["__medusa__"]))
    async with database.session() as session:
        await session.execute("TRUNCATE procrastinate_jobs CASCADE")
    return cast("App", SimpleNamespace(database=database, events=registry))


async def test_each_subscriber_gets_the_event_and_fails_for_itself(listening: App) -> None:
    async with listening.database.session() as session:
        await defer_events(session, listening.events, [("test.sold", {"id": "1"}), ("test.unheard", {})])
    await Worker(listening).run_until_idle()
    assert sorted((who, event.name, event.data["id"]) for who, event in received) == [
        ("fail", "test.sold", "1"),
        ("note", "test.sold", "1"),
    ]
    async with listening.database.reader() as session:
        rows = await session.fetch(
            "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE task_name NOT LIKE 'medusa.%' ORDER BY 1"
        )
    # The broken one waits for its second try; it holds nobody up.
    assert [tuple(row) for row in rows] == [
        (f"{__name__}.fail", "todo", 1),
        (f"{__name__}.note", "succeeded", 1),
    ]


async def test_a_broken_subscriber_is_tried_so_often_and_no_more(listening: App) -> None:
    async with listening.database.session() as session:
        await defer_events(session, listening.events, [("test.sold", {"id": "1"})])
    for _ in range(4):
        await Worker(listening).run_until_idle()
        async with listening.database.session() as session:
            await session.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    assert [who for who, _ in received].count("fail") == 2
    async with listening.database.reader() as session:
        state = await session.fetch_value(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = $1", f"{__name__}.fail"
        )
    assert state == "failed"


async def test_a_rolled_back_event_is_not_delivered(listening: App) -> None:
    async def fail_after_emitting() -> None:
        async with listening.database.session() as session:
            await defer_events(session, listening.events, [("test.returned", {"id": "1"})])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_emitting()
    await Worker(listening).run_until_idle()
    assert received == []


async def test_events_of_one_transaction_are_one_statement(listening: App) -> None:
    async with listening.database.session() as session:
        before = session.statements
        await defer_events(session, listening.events, [("test.returned", {"id": str(n)}) for n in range(20)])
        assert session.statements == before + 1
    async with listening.database.session() as session:
        before = session.statements
        await defer_events(session, listening.events, [("test.unheard", {})])
        assert session.statements == before
    await Worker(listening).run_until_idle()
    assert len(received) == 20


def test_mistakes_in_declarations_are_found_at_import() -> None:
    with pytest.raises(ConfigurationError, match="at least one event name"):
        subscriber()
    with pytest.raises(ConfigurationError, match="no cron expression"):
        cast("Any", scheduled_job)("every day")
