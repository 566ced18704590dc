"""What every journal promises to the workflows of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.errors import InvalidData, NotAllowed, NotFound, Unavailable
from medusa.framework.modules.providers import load_provider
from medusa.framework.workflows import (
    Retry,
    StepFailed,
    StepTimedOut,
    Undoable,
    Waiting,
    WorkflowContext,
    WorkflowEngine,
    WorkflowTimedOut,
    step,
    workflow,
)
from medusa.framework.workflows.journal import Journal
from medusa.framework.workflows.workflow import registry
from medusa.infrastructure.workflow_engine.in_process import InProcessWorkflowEngine
from medusa.infrastructure.workflow_engine.postgres import PostgresWorkflowEngine
from tests.framework.workflows.fake_app import FakeApp

ran: list[str] = []
failures: list[Exception] = []


@pytest.fixture(params=[PostgresWorkflowEngine, InProcessWorkflowEngine], ids=lambda kind: kind.identifier)
async def engine(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[WorkflowEngine]:
    kind: Callable[[], Journal] = request.param
    ran.clear()
    failures.clear()
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_row (name text PRIMARY KEY)")
        await session.execute("TRUNCATE test_row, workflow_execution, workflow_step, procrastinate_jobs CASCADE")
    engine = WorkflowEngine(FakeApp(), database, lease=5, journal=kind())
    engine.start_serving()
    yield engine
    await engine.stop()
    async with database.session() as session:
        await session.execute("DROP TABLE test_row")


async def rows(engine: WorkflowEngine) -> list[str]:
    async with engine.database.reader() as session:
        return [row["name"] for row in await session.fetch("SELECT name FROM test_row ORDER BY name")]


async def ended(engine: WorkflowEngine) -> dict[str, str]:
    """What lists show: the states of executions by transaction id."""
    async with engine.database.reader() as session:
        found = await session.fetch("SELECT transaction_id, state FROM workflow_execution")
    return {row["transaction_id"]: row["state"] for row in found if row["state"] not in ("invoking", "compensating")}


async def erase(ctx: WorkflowContext, name: str) -> None:
    ran.append(f"erase {name}")
    await ctx.session.execute("DELETE FROM test_row WHERE name = $1", name)


@step("suite-write", undo=erase)
async def write(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    ran.append(f"write {name}")
    await ctx.session.execute("INSERT INTO test_row VALUES ($1)", name)
    return Undoable(name, undo=name)


async def refund(ctx: WorkflowContext, key: str) -> None:
    ran.append("refund")
    if failures:
        raise failures.pop()


@step("suite-charge", external=True, undo=refund, retry=Retry(times=2, delay=timedelta(milliseconds=5)))
async def charge(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    ran.append(f"charge {ctx.idempotency_key.rpartition(':')[2]}")
    if failures:
        raise failures.pop()
    return Undoable(f"paid {name}", undo=ctx.idempotency_key)


@step("suite-report", background=True, no_undo="only reads", retry=Retry(times=3, delay=timedelta(seconds=1)))
async def report(ctx: WorkflowContext, name: str) -> str:
    ran.append(f"report {name}")
    if failures:
        raise failures.pop()
    return f"report of {name}"


async def call_off(ctx: WorkflowContext, name: str) -> None:
    ran.append(f"call off {name}")


@step("suite-wait", waits=True, undo=call_off, timeout=timedelta(hours=1))
async def wait(ctx: WorkflowContext, name: str) -> Waiting[int, str]:
    ran.append(f"wait {name}")
    return Waiting(undo=name)


@step("suite-wait-briefly", waits=True, undo=call_off, timeout=timedelta(seconds=0.6))
async def wait_briefly(ctx: WorkflowContext, name: str) -> Waiting[int, str]:
    ran.append(f"wait {name}")
    return Waiting(undo=name)


@workflow("suite-sell")
async def sell(ctx: WorkflowContext, name: str) -> str:
    await write(ctx, name)
    paid = await charge(ctx, name)
    ctx.emit("sale.made", {"name": name})
    if name == "refused":
        raise NotAllowed("not this one")
    return paid


@workflow("suite-publish")
async def publish(ctx: WorkflowContext, name: str) -> str:
    await write(ctx, name)
    return await report(ctx, name)


@workflow("suite-deliver", retention=timedelta(0))
async def deliver(ctx: WorkflowContext, name: str) -> int:
    await write(ctx, name)
    return await wait(ctx, name)


@workflow("suite-deliver-quickly")
async def deliver_quickly(ctx: WorkflowContext, name: str) -> int:
    await write(ctx, name)
    return await wait_briefly(ctx, name)


@workflow("suite-plain", store=True)
async def plain(ctx: WorkflowContext, name: str) -> str:
    return await write(ctx, name)


async def test_what_is_done_is_done_once_and_listed(engine: WorkflowEngine) -> None:
    failures.append(Unavailable("busy"))
    assert await engine.run(sell, "a", transaction_id="t1") == "paid a"
    assert await engine.run(sell, "a", transaction_id="t1") == "paid a"
    assert ran == ["write a", "charge 2", "charge 2"]
    assert (await rows(engine), await ended(engine)) == (["a"], {"t1": "done"})
    async with engine.database.reader() as session:
        assert await session.fetch_value("SELECT count(*) FROM procrastinate_jobs") == 1


async def test_what_is_refused_is_undone(engine: WorkflowEngine) -> None:
    with pytest.raises(NotAllowed, match="not this one"):
        await engine.run(sell, "refused", transaction_id="t1")
    with pytest.raises(NotAllowed, match="not this one"):
        await engine.run(sell, "refused", transaction_id="t1")
    assert ran == ["write refused", "charge 2", "refund", "erase refused"]
    assert (await rows(engine), await ended(engine)) == ([], {"t1": "reverted"})


async def test_a_failing_undo_is_tried_again(engine: WorkflowEngine) -> None:
    @workflow("suite-undo-fails")
    async def undo_fails(ctx: WorkflowContext, name: str) -> None:
        await charge(ctx, name)
        failures.append(RuntimeError("the bank is away"))
        raise NotAllowed("not this one")

    with pytest.raises(NotAllowed):
        await engine.run(undo_fails, "a", transaction_id="t1")
    async with asyncio.timeout(60):
        with pytest.raises(NotAllowed):
            await engine.run(undo_fails, "a", transaction_id="t1")
    assert ran == ["charge 1", "refund", "refund"]
    assert await ended(engine) == {"t1": "reverted"}


async def test_a_background_step_goes_on_after_the_call(engine: WorkflowEngine) -> None:
    failures.append(Unavailable("no paper"))
    started = await engine.start(publish, "a", transaction_id="t1")
    assert (started.has_finished, ran) == (False, ["write a"])
    assert await engine.run(publish, "a", transaction_id="t1") == "report of a"
    assert ran == ["write a", "report a", "report a"]
    assert (await engine.start(publish, "a", transaction_id="t1")).result == "report of a"


async def test_a_step_waits_for_its_answer(engine: WorkflowEngine) -> None:
    await engine.start(deliver, "a", transaction_id="t1")
    with pytest.raises(InvalidData, match="Expected `int`"):
        await engine.set_step_success(deliver, "t1", wait, "many")
    with pytest.raises(NotFound, match="has come to no step 'nope'"):
        await engine.set_step_success(deliver, "t1", "nope")
    with pytest.raises(NotAllowed, match="Cannot set step success when status is ok"):
        await engine.set_step_success(deliver, "t1", write, "a")
    await engine.set_step_success(deliver, "t1", wait, 7)
    assert await engine.run(deliver, "a", transaction_id="t1") == 7
    with pytest.raises(NotFound, match="Transaction t1 could not be found"):
        await engine.set_step_failure(deliver, "t1", wait)
    assert ran == ["write a", "wait a"]


async def test_a_step_fails_by_its_answer(engine: WorkflowEngine) -> None:
    await engine.start(deliver, "a", transaction_id="t1")
    await engine.set_step_failure(deliver, "t1", wait, "nobody there")
    with pytest.raises(StepFailed, match="nobody there"):
        await engine.run(deliver, "a", transaction_id="t1")
    assert ran == ["write a", "wait a", "erase a"]


async def test_nobody_answers_in_time(engine: WorkflowEngine) -> None:
    await engine.start(deliver_quickly, "a", transaction_id="t1")
    with pytest.raises(StepTimedOut):
        await engine.run(deliver_quickly, "a", transaction_id="t1")
    assert ran == ["write a", "wait a", "call off a", "erase a"]


async def test_a_workflow_takes_too_long(engine: WorkflowEngine) -> None:
    @workflow("suite-long", timeout=timedelta(seconds=2))
    async def long(ctx: WorkflowContext, name: str) -> int:
        return await deliver(ctx, name)

    await engine.start(long, "a", transaction_id="t1")
    with pytest.raises(WorkflowTimedOut):
        await engine.run(long, "a", transaction_id="t1")
    assert ran == ["write a", "wait a", "call off a", "erase a"]


async def test_one_transaction_id_is_one_run(engine: WorkflowEngine) -> None:
    results = await asyncio.gather(*(engine.run(plain, "a", transaction_id="t1") for _ in range(5)))
    assert (results, ran) == (["a"] * 5, ["write a"])
    assert await ended(engine) == {"t1": "done"}


async def test_what_has_ended_is_kept_for_a_while(engine: WorkflowEngine) -> None:
    await engine.run(plain, "a", transaction_id="kept")
    await engine.start(deliver, "b", transaction_id="not kept")
    await engine.set_step_success(deliver, "not kept", wait, 1)
    await engine.run(deliver, "b", transaction_id="not kept")
    assert await engine.journal.sweep() == 1
    assert await ended(engine) == {"kept": "done"}


async def test_many_at_once(engine: WorkflowEngine) -> None:
    for number in range(30):
        await engine.start(publish, str(number), transaction_id=f"t{number}")
    results = await asyncio.gather(*(engine.run(publish, str(n), transaction_id=f"t{n}") for n in range(30)))
    assert results == [f"report of {number}" for number in range(30)]
    assert len(ran) == 60


async def test_a_schedule_runs_by_itself(database: Database, engine: WorkflowEngine) -> None:
    told = asyncio.Event()

    @workflow("suite-tick", schedule=timedelta(seconds=1))
    async def tick(ctx: WorkflowContext, _: None) -> None:
        ran.append(ctx.transaction_id)
        told.set()

    other = WorkflowEngine(FakeApp(), database, lease=5, journal=type(engine.journal)())
    other.start_serving()
    try:
        async with asyncio.timeout(60):
            await told.wait()
    finally:
        del registry["suite-tick"]
        await other.stop()
    assert ran[0].startswith("schedule-20")


async def test_watchers_are_told(engine: WorkflowEngine) -> None:
    if isinstance(engine.journal, PostgresWorkflowEngine):
        pytest.skip("tests/infrastructure/workflow_engine/test_streams.py, with the connection that listens")
    heard: list[Any] = []
    with engine.watchers.watch("suite-deliver", "t1") as tellings:
        await engine.start(deliver, "a", transaction_id="t1")
        await engine.set_step_success(deliver, "t1", wait, 7)
        async with asyncio.timeout(60):
            async for telling in tellings:
                heard += telling.notice.kinds
                if heard[-1][0] == "onFinish":
                    break
    assert heard == [
        ("onBegin", None), ("onStepBegin", 1), ("onStepSuccess", 1), ("onStepBegin", 2), ("onResume", None),
        ("onStepSuccess", 2), ("onFinish", None),
    ]  # fmt: skip


async def test_an_application_chooses_one(app: App) -> None:
    assert isinstance(app.workflows.journal, PostgresWorkflowEngine)
    chosen = load_provider("workflow_engine", "medusa.infrastructure.workflow_engine.in_process", {})
    assert isinstance(chosen, InProcessWorkflowEngine)
