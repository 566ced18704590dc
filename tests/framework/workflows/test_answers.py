"""Answers from outside, at the worst moments."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import MedusaError, NotAllowed
from medusa.framework.workflows import Undoable, Waiting, WorkflowContext, WorkflowEngine, step, workflow
from medusa.framework.workflows.journal import StepRecord
from medusa.framework.workflows.step import registry
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import empty_journal

told: list[str] = []
asked = asyncio.Event()
answered = asyncio.Event()


@pytest.fixture
async def engine(database: Database) -> WorkflowEngine:
    told.clear()
    asked.clear()
    answered.clear()
    await empty_journal(database)
    return WorkflowEngine(FakeApp(), database, lease=60)


def other(engine: WorkflowEngine) -> WorkflowEngine:
    """Another process."""
    return WorkflowEngine(FakeApp(), engine.database, lease=60)


async def change(engine: WorkflowEngine, sql: str) -> None:
    async with engine.database.session() as session:
        await session.execute(sql)


async def refund(ctx: WorkflowContext, _: None) -> None:
    told.append("refund")


@step("answers-charge", external=True, undo=refund)
async def charge(ctx: WorkflowContext, _: None) -> Undoable[None, None]:
    asked.set()
    await answered.wait()
    return Undoable(None, undo=None)


@step("answers-wait", waits=True, no_undo="nothing was asked for", timeout=timedelta(days=1))
async def wait(ctx: WorkflowContext, _: None) -> Waiting[int, None]:
    return Waiting(undo=None)


@workflow("answers-charge-and-wait")
async def charge_and_wait(ctx: WorkflowContext, _: None) -> int:
    await charge(ctx, None)
    return await wait(ctx, None)


async def test_an_answer_at_the_last_moment_counts(engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is accepted in time, and committed when the worker has just read that nobody has answered in time."""
    answered.set()
    await engine.start(charge_and_wait, None, transaction_id="t1")
    await change(engine, "UPDATE workflow_step SET due_at = now() WHERE due_at IS NOT NULL")
    await change(engine, "UPDATE workflow_execution SET wake_at = now()")
    worker = other(engine)
    read = worker.journal.steps

    async def read_too_early(execution_id: str) -> list[StepRecord]:
        found = await read(execution_id)
        if found[-1].is_due:
            await change(engine, "UPDATE workflow_step SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL")
            await engine.set_step_success(charge_and_wait, "t1", wait, 7)
            await change(engine, "UPDATE workflow_step SET due_at = now() WHERE due_at IS NOT NULL")
        return found

    monkeypatch.setattr(worker.journal, "steps", read_too_early)
    await asyncio.gather(*await worker.carry_on())
    monkeypatch.undo()
    await worker.run_until_idle()
    assert await engine.run(charge_and_wait, None, transaction_id="t1") == 7
    assert told == []


async def test_only_steps_that_wait_are_answered(engine: WorkflowEngine) -> None:
    running = asyncio.create_task(engine.start(charge_and_wait, None, transaction_id="t1"))
    await asked.wait()
    with pytest.raises(NotAllowed, match="Cannot set step success when status is waiting"):
        await engine.set_step_success(charge_and_wait, "t1", charge)
    answered.set()
    await running


async def test_a_step_that_is_gone_is_undone_when_it_is_there_again(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered.set()
    await engine.start(charge_and_wait, None, transaction_id="t1")
    await engine.set_step_failure(charge_and_wait, "t1", wait, "no")
    with monkeypatch.context() as patched:
        patched.delitem(registry, "answers-charge")
        await asyncio.gather(*await other(engine).carry_on())
    async with engine.database.reader() as session:
        error = await session.fetch_value("SELECT error FROM workflow_step WHERE name = 'answers-charge'")
        state = await session.fetch_value("SELECT state FROM workflow_execution")
    assert (state, error) == ("compensating", "This version of the application has no step 'answers-charge'")
    await other(engine).run_until_idle()
    assert told == ["refund"]


async def test_a_step_that_gives_something_else_since_is_a_clear_error(engine: WorkflowEngine) -> None:
    answered.set()
    await engine.start(charge_and_wait, None, transaction_id="t1")
    await engine.set_step_success(charge_and_wait, "t1", wait, 7)
    known = wait.output_type
    object.__setattr__(wait, "output_type", list[int])
    try:
        await other(engine).run_until_idle()
    finally:
        object.__setattr__(wait, "output_type", known)
    with pytest.raises(MedusaError, match="The step 'answers-wait' cannot read what it recorded: Expected `array`"):
        await engine.run(charge_and_wait, None, transaction_id="t1")
    assert told == ["refund"]
