"""What a workflow cannot do: go on as if nothing had happened when nobody knows what an external step did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import Unavailable
from medusa.framework.workflows import Undoable, WorkflowContext, WorkflowEngine, step, workflow
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import empty_journal, states

told: list[str] = []
errors: list[BaseException] = []


@pytest.fixture
async def engine(database: Database) -> WorkflowEngine:
    told.clear()
    errors.clear()
    await empty_journal(database)
    return WorkflowEngine(FakeApp(), database)


async def refund(ctx: WorkflowContext, _: None) -> None:
    told.append("refund")


@step("lost-charge", external=True, undo=refund)
async def charge(ctx: WorkflowContext, _: None) -> Undoable[None, None]:
    told.append("charge")
    if errors:
        raise errors.pop(0)
    return Undoable(None, undo=None)


@step("lost-note", no_undo="only counts")
async def note(ctx: WorkflowContext, _: None) -> None:
    told.append("note")


@workflow("lost-and-ends")
async def and_ends(ctx: WorkflowContext, _: None) -> str:
    with suppress(Exception):
        await charge(ctx, None)
    return "as if nothing had happened"


@workflow("lost-and-goes-on")
async def and_goes_on(ctx: WorkflowContext, _: None) -> str:
    with suppress(Exception):
        await charge(ctx, None)
    with suppress(Exception):
        await note(ctx, None)
    return "as if nothing had happened"


@workflow("lost-among-others")
async def among_others(ctx: WorkflowContext, _: None) -> str:
    await asyncio.gather(charge(ctx, None), note(ctx, None), return_exceptions=True)
    return "as if nothing had happened"


@pytest.mark.parametrize("careless", [and_ends, and_goes_on, among_others], ids=lambda it: it.id)
async def test_a_lost_answer_cannot_be_caught(
    engine: WorkflowEngine, careless: Callable[[WorkflowContext, None], Awaitable[str]]
) -> None:
    errors.append(Unavailable("The answer was lost"))
    with pytest.raises(Unavailable, match="The answer was lost"):
        await engine.run(careless, None)  # type: ignore[arg-type]
    assert [what for what in told if what != "note"] == ["charge", "charge", "refund"]
    assert await states(engine) == ["reverted"]


async def test_a_cancellation_of_something_else_is_an_error_as_any(engine: WorkflowEngine) -> None:
    errors.append(asyncio.CancelledError("of a task that the step waited for"))
    with pytest.raises(Unavailable, match="was cancelled"):
        await engine.run(among_others, None)
    assert [what for what in told if what != "note"] == ["charge", "charge", "refund"]
    assert await states(engine) == ["reverted"]


async def test_a_caller_that_goes_away_changes_nothing(engine: WorkflowEngine) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    @step("lost-slow", external=True, no_undo="only waits")
    async def slow(ctx: WorkflowContext, _: None) -> None:
        asked.set()
        await answered.wait()

    @workflow("lost-caller")
    async def caller(ctx: WorkflowContext, _: None) -> None:
        await charge(ctx, None)
        await slow(ctx, None)

    request = asyncio.create_task(engine.run(caller, None))
    await asked.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    answered.set()
    await engine.stop()
    assert (told, await states(engine)) == (["charge"], ["done"])
