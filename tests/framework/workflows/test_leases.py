"""Who carries an execution on: leases, and processes that are slow, or only thought dead."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import Context
from datetime import timedelta

import asyncpg
import pytest

from medusa.framework.db import Database
from medusa.framework.db.notifications import Notifications
from medusa.framework.errors import Unavailable
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, WorkflowEngine, step, workflow
from medusa.framework.workflows.journal import ExecutionRecord
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import empty_journal

LEASE = 2.0
"""Seconds; what is done in one go takes far less, also on a busy machine."""
told: list[str] = []
claimed: list[str] = []


@pytest.fixture
async def engine(database: Database) -> WorkflowEngine:
    told.clear()
    claimed.clear()
    await empty_journal(database)
    return WorkflowEngine(FakeApp(), database, lease=LEASE)


def other(engine: WorkflowEngine) -> WorkflowEngine:
    """Another process."""
    return WorkflowEngine(FakeApp(), engine.database, lease=60)


async def time_passes(database: Database) -> None:
    """The leases of all that is running run out."""
    async with database.session() as session:
        await session.execute("UPDATE workflow_execution SET wake_at = now() WHERE owner IS NOT NULL")


async def nothing(ctx: WorkflowContext, _: None) -> None: ...


@step("lease-long", undo=nothing)
async def long(ctx: WorkflowContext, seconds: float) -> Undoable[None, None]:
    await ctx.session.execute("SELECT pg_sleep($1)", seconds)
    return Undoable(None, undo=None)


@step("lease-claim", external=True, no_undo="looks only")
async def claim(ctx: WorkflowContext, _: None) -> None:
    """Another process looks for what is abandoned."""
    records = await ctx.execution.engine.journal.claim("another", 60, 10, abandoned_only=True)
    claimed.extend(record.id for record in records)


@workflow("lease-of-a-long-transaction")
async def long_transactions(ctx: WorkflowContext, _: None) -> None:
    await long(ctx, 1.1 * LEASE)
    await claim(ctx, None)
    await long(ctx, 1.1 * LEASE)
    await claim(ctx, None)


async def test_a_transaction_that_is_longer_than_the_lease_does_not_end_it(engine: WorkflowEngine) -> None:
    await engine.run(long_transactions, None)
    assert claimed == []


async def refund(ctx: WorkflowContext, key: str) -> None:
    told.append("refund")


@step("lease-charge", external=True, undo=refund, retry=Retry(times=3, delay=timedelta(milliseconds=1)))
async def charge(ctx: WorkflowContext, how: str) -> Undoable[str, str]:
    told.append("charge")
    if how == "refused meanwhile" and len(told) == 1:
        # This process stands still; another one takes the execution over, and has undone it when this one wakes up.
        await time_passes(ctx.execution.engine.database)
        await asyncio.create_task(other(ctx.execution.engine).run_until_idle(), context=Context())
        raise Unavailable("The answer was lost while the process stood still")
    return Undoable(how, undo=how)


@workflow("lease-sell")
async def sell(ctx: WorkflowContext, how: str) -> None:
    await charge(ctx, how)
    raise Unavailable("The rest fails")


async def test_a_process_that_stood_still_asks_nobody_again(engine: WorkflowEngine) -> None:
    with pytest.raises(Unavailable, match="The rest fails"):
        await engine.run(sell, "refused meanwhile")
    assert told == ["charge", "charge", "refund"]  # by the first, by the second, by the second


async def test_a_server_does_not_wake_up_for_what_only_workers_carry_on(engine: WorkflowEngine) -> None:
    await engine.enqueue(sell, "later")
    assert await engine.journal.next_due(abandoned_only=False) == 0
    assert await engine.journal.next_due(abandoned_only=True) is None


went_out = asyncio.Event()
may_come_back = asyncio.Event()


@step("lease-stay-out", external=True, no_undo="only waits")
async def stay_out(ctx: WorkflowContext, _: None) -> None:
    went_out.set()
    await may_come_back.wait()


@workflow("lease-of-one-that-is-outside")
async def one_that_is_outside(ctx: WorkflowContext, _: None) -> None:
    await stay_out(ctx, None)


async def test_a_process_without_a_free_connection_is_not_thought_dead(engine: WorkflowEngine) -> None:
    notifications = Notifications(engine.database)
    await engine.listen(notifications)
    engine.start_serving()
    looking = await asyncpg.connect(engine.database.url)
    running = asyncio.create_task(engine.run(one_that_is_outside, None))
    try:
        async with asyncio.timeout(60), contextlib.AsyncExitStack() as all_of_them:
            await went_out.wait()
            for _ in range(engine.database.pool.get_max_size()):
                await all_of_them.enter_async_context(engine.database.reader())
            first = await looking.fetchval("SELECT wake_at FROM workflow_execution")
            while await looking.fetchval("SELECT wake_at FROM workflow_execution") == first:  # noqa: ASYNC110 - the server's
                await asyncio.sleep(0.02)
    finally:
        may_come_back.set()
        await running
        await engine.stop()
        await notifications.stop()
        await looking.close()


@workflow("lease-end-soon")
async def end_soon(ctx: WorkflowContext, _: None) -> str:
    return "the end"


async def test_who_waits_hears_of_the_end(engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    notifications, find, has_looked = Notifications(engine.database), engine.journal.find, asyncio.Event()

    async def look(**named: str) -> ExecutionRecord | None:
        has_looked.set()
        return await find(**named)

    await engine.listen(notifications)
    id = await engine.enqueue(end_soon, None)
    monkeypatch.setattr("medusa.framework.workflows.engine.SHORTEST_PAUSE", 60.0)
    monkeypatch.setattr(engine.journal, "find", look)
    waiting = asyncio.create_task(engine.run(end_soon, None, transaction_id=id))
    async with asyncio.timeout(60):
        await has_looked.wait()
        await other(engine).run_until_idle()
        assert await waiting == "the end"
    await notifications.stop()


async def test_one_that_kills_its_processes_is_taken_over_later_and_later(engine: WorkflowEngine) -> None:
    await engine.enqueue(end_soon, None)
    pauses: list[float] = []
    for _ in range(16):
        assert len(await engine.journal.claim("one that dies", 5.0, 10, abandoned_only=False)) == 1
        pauses.append(await engine.journal.next_due() or 0)
        await time_passes(engine.database)
    expected = [5, 5, 5, 5, 5, 7, 9, 13, 21, 37, 69, 133, 261, 517, 605, 605]
    assert all(at_most - 2 < pause <= at_most for pause, at_most in zip(pauses, expected, strict=True)), pauses
