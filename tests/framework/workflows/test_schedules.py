"""Points in time: cron expressions and intervals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import ConfigurationError
from medusa.framework.workflows import Waiting, WorkflowContext, WorkflowEngine, step, workflow
from medusa.framework.workflows.schedule import Schedule
from medusa.framework.workflows.workflow import registry
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import empty_journal

SUNDAY = datetime(2026, 11, 22, 20, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("* * * * *", "2026-11-22 20:16"),
        ("*/5 * * * *", "2026-11-22 20:20"),
        ("15 * * * *", "2026-11-22 21:15"),
        ("0 2 * * *", "2026-11-23 02:00"),
        ("30 9-17/2 * * mon-fri", "2026-11-23 09:30"),
        ("0 0 1 * *", "2026-12-01 00:00"),
        ("0 0 1,15 jan,jul *", "2027-01-01 00:00"),
        ("0 0 * * 7", "2026-11-29 00:00"),
        ("0 0 13 * fri", "2026-11-27 00:00"),  # both days are given: either will do
        ("0 12 29 2 *", "2028-02-29 12:00"),
        ("50/3 * * * *", "2026-11-22 20:50"),
    ],
)
def test_the_next_time_of_a_cron_expression(cron: str, expected: str) -> None:
    assert f"{Schedule.parse(cron, 'it').after(SUNDAY):%Y-%m-%d %H:%M}" == expected


def test_intervals_are_the_same_in_every_process() -> None:
    schedule = Schedule.parse(timedelta(minutes=15), "it")
    assert schedule.after(SUNDAY) == SUNDAY.replace(minute=30, second=0)
    assert schedule.after(SUNDAY.replace(minute=30, second=0)) == SUNDAY.replace(minute=45, second=0)


@pytest.mark.parametrize("wrong", ["* * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "* * 30 2 *", "*/0 * * * *"])
def test_what_is_no_schedule_is_refused_at_import(wrong: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"The workflow 'test-wrong' has the schedule .*, which is no cron expr"
    ):

        @workflow("test-wrong", schedule=wrong)
        async def never(ctx: WorkflowContext, _: None) -> None: ...


def test_an_interval_is_a_second_or_more() -> None:
    with pytest.raises(ConfigurationError, match="it must be a second or more"):
        Schedule.parse(timedelta(milliseconds=10), "It")


ran: list[str] = []


@pytest.fixture
async def engine(database: Database) -> WorkflowEngine:
    ran.clear()
    await empty_journal(database)
    return WorkflowEngine(FakeApp(), database)


@workflow("test-one-at-a-time", idempotent_by=lambda _: "the only one")
async def one_at_a_time(ctx: WorkflowContext, _: None) -> None:
    ran.append(ctx.transaction_id)


async def test_what_is_queued_twice_for_the_same_thing_is_one_run(engine: WorkflowEngine) -> None:
    first = await engine.enqueue(one_at_a_time, None)
    assert await engine.enqueue(one_at_a_time, None, transaction_id="another") == first
    await engine.run_until_idle()
    assert ran == [first]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("*/5 * * * *", "20:15:00"),
        ("15 20 * * *", "20:15:00"),
        ("4 20 * * *", None),
        ("7 20 * * *", "20:07:00"),
        (timedelta(seconds=20), "20:15:20"),
        (timedelta(hours=1), None),
    ],
)
def test_the_last_time_within_ten_minutes(schedule: str | timedelta, expected: str | None) -> None:
    found = Schedule.parse(schedule, "it").latest(SUNDAY - timedelta(minutes=10), SUNDAY)
    assert (found and f"{found:%H:%M:%S}") == expected


async def test_a_time_that_was_missed_is_made_up_for_once(engine: WorkflowEngine) -> None:
    ended = asyncio.Event()

    @workflow("test-missed", schedule=timedelta(minutes=5), retention=timedelta(0))
    async def missed(ctx: WorkflowContext, _: None) -> None:
        ran.append(ctx.transaction_id)

    @workflow("test-after-missed")
    async def after(ctx: WorkflowContext, _: None) -> None:
        ended.set()

    begins = datetime.now(UTC)
    try:
        for _ in range(2):  # a worker that is started, and one that is started again
            ended.clear()
            await engine.enqueue(after, None)
            engine.start_serving()
            async with asyncio.timeout(60):
                await ended.wait()
            await engine.stop()
            await engine.journal.sweep()
    finally:
        del registry["test-missed"]
    every = timedelta(minutes=5)
    times = [at - (at - datetime(1970, 1, 1, tzinfo=UTC)) % every for at in (begins, datetime.now(UTC))]
    assert ran == list(dict.fromkeys(f"schedule-{at:%Y-%m-%dT%H:%M:%SZ}" for at in times))


@step("test-long-wait", waits=True, no_undo="nothing was asked for")
async def long_wait(ctx: WorkflowContext, _: None) -> Waiting[None, None]:
    return Waiting(undo=None)


async def test_one_that_is_under_way_holds_up_its_next_time_and_nothing_else(engine: WorkflowEngine) -> None:
    ended = asyncio.Event()

    @workflow("test-slow-tick", schedule=timedelta(minutes=5), idempotent_by=lambda _: "the only one")
    async def slow(ctx: WorkflowContext, _: None) -> None:
        await long_wait(ctx, None)

    @workflow("test-after-slow-tick")
    async def after(ctx: WorkflowContext, _: None) -> None:
        ended.set()

    try:
        await engine.start(slow, None, transaction_id="under way")
        await engine.enqueue(after, None)
        engine.start_serving()
        async with asyncio.timeout(60):
            await ended.wait()
    finally:
        await engine.stop()
        del registry["test-slow-tick"]
    async with engine.database.reader() as session:
        found = await session.fetch(
            "SELECT transaction_id FROM workflow_execution WHERE workflow_id = 'test-slow-tick'"
        )
    assert [row["transaction_id"] for row in found] == ["under way"]
