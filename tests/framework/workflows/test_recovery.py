"""Lost answers, executions taken over, events, and steps without a way back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import NotAllowed, Unavailable
from medusa.framework.workflows import Undoable, WorkflowContext, WorkflowEngine, step, workflow
from tests.framework.workflows.fake_app import FakeApp


class Side:
    """The other side: what it did by key, and how it answers."""

    def __init__(self) -> None:
        self.done: dict[str, str] = {}
        self.asked: list[str] = []
        self.lost_answers = 0
        self.hold: asyncio.Event | None = None
        self.was_asked = asyncio.Event()

    async def do(self, key: str, what: str) -> None:
        """Do it once for each key; the answer may be lost."""
        self.asked.append(f"{what} {key.partition(':')[2]}")
        self.was_asked.set()
        self.done.setdefault(key, what)
        if self.hold is not None:
            await self.hold.wait()
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unavailable("The answer was lost")


side = Side()


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[WorkflowEngine]:
    side.__init__()  # type: ignore[misc]
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_note (name text PRIMARY KEY)")
        await session.execute("TRUNCATE test_note, workflow_execution, workflow_step, procrastinate_jobs CASCADE")
    yield WorkflowEngine(FakeApp(), database, lease=0.3)
    async with database.session() as session:
        await session.execute("DROP TABLE test_note")


async def remove_note(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_note WHERE name = $1", name)


@step("test-note", undo=remove_note)
async def note(ctx: WorkflowContext, name: str) -> Undoable[None, str]:
    ctx.emit("sale.made", {"name": name})
    await ctx.session.execute("INSERT INTO test_note VALUES ($1)", name)
    return Undoable(None, undo=name)


async def release(ctx: WorkflowContext, key: str) -> None:
    await side.do(f"{key}:release", "release")
    side.done.pop(key, None)


@step("test-hold", external=True, undo=release)
async def hold(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await side.do(ctx.idempotency_key, "hold")
    return Undoable(ctx.idempotency_key, undo=ctx.idempotency_key)


@step("test-send", external=True, no_undo="it is sent")
async def send(ctx: WorkflowContext, name: str) -> str:
    await side.do(ctx.idempotency_key, "send")
    return ctx.idempotency_key


@workflow("test-held", hooks=("end",), idempotent_by=lambda name: name)
async def held(ctx: WorkflowContext, name: str) -> str:
    await note(ctx, name)
    key = await hold(ctx, name)
    await note(ctx, f"{name} held")
    await ctx.hook("end")
    return key


@workflow("test-sent", hooks=("end",))
async def sent(ctx: WorkflowContext, name: str) -> str:
    await note(ctx, name)
    key = await send(ctx, name)
    await note(ctx, f"{name} sent")
    await ctx.hook("end")
    return key


async def facts(engine: WorkflowEngine) -> tuple[list[str], list[str], int]:
    """(notes, states of executions, queued events)."""
    async with engine.database.reader() as session:
        notes = [row["name"] for row in await session.fetch("SELECT name FROM test_note ORDER BY name")]
        states = [row["state"] for row in await session.fetch("SELECT state FROM workflow_execution")]
        events: int = await session.fetch_value("SELECT count(*) FROM procrastinate_jobs")
    return notes, states, events


async def until(engine: WorkflowEngine, state: str) -> None:
    """Let another process recover until the execution has this state."""
    other = WorkflowEngine(FakeApp(), engine.database, lease=0.3)
    other.start_serving()
    async with asyncio.timeout(60):
        while (await facts(engine))[1] != [state]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await other.stop()


async def test_after_a_lost_answer_the_step_is_asked_again_and_undone(engine: WorkflowEngine) -> None:
    side.lost_answers = 1
    with pytest.raises(Unavailable, match="lost"):
        await engine.run(held, "a")
    assert side.asked == ["hold 2", "hold 2", "release 2:release"]
    assert len(set(side.done)) == 1  # the release
    assert await facts(engine) == ([], ["reverted"], 0)


async def test_an_undo_waits_until_the_other_side_answers(engine: WorkflowEngine) -> None:
    side.lost_answers = 2
    with pytest.raises(Unavailable):
        await engine.run(held, "a")
    assert await facts(engine) == (["a"], ["compensating"], 0)  # nobody knows whether it is held
    await until(engine, "reverted")
    assert [what for what in side.asked if what == "hold 2"] == ["hold 2"] * 3
    assert await facts(engine) == ([], ["reverted"], 0)


async def test_a_step_without_a_way_back_goes_forward(engine: WorkflowEngine) -> None:
    side.lost_answers = 1
    with pytest.raises(Unavailable):
        await engine.run(sent, "a")
    assert await facts(engine) == (["a"], ["invoking"], 0)
    await until(engine, "done")
    assert side.asked == ["send 2", "send 2"]
    assert len(side.done) == 1
    assert await facts(engine) == (["a", "a sent"], ["done"], 2)


async def test_a_refusal_after_a_step_without_a_way_back_is_a_visible_failure(engine: WorkflowEngine) -> None:
    async def refuse(ctx: WorkflowContext) -> None:
        raise NotAllowed("not this one")

    sent.handlers["end"].append(refuse)
    try:
        with pytest.raises(NotAllowed):
            await engine.run(sent, "a")
    finally:
        sent.handlers["end"].clear()
    assert await facts(engine) == ([], ["failed"], 0)


async def test_events_leave_when_the_workflow_is_done_and_only_then(engine: WorkflowEngine) -> None:
    side.hold = asyncio.Event()
    running = asyncio.create_task(engine.run(held, "a"))
    await side.was_asked.wait()
    assert await facts(engine) == (["a"], ["invoking"], 0)
    side.hold.set()
    await running
    assert await facts(engine) == (["a", "a held"], ["done"], 2)


async def test_events_of_recorded_steps_leave_after_a_take_over(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> bool:
        return True

    monkeypatch.setattr("medusa.framework.workflows.execution.leave_or_undo", dies)
    side.lost_answers = 1
    with pytest.raises(Unavailable):
        await engine.run(held, "a")
    await until(engine, "done")
    assert await facts(engine) == (["a", "a held"], ["done"], 2)


async def test_a_process_that_was_thought_dead_changes_nothing(engine: WorkflowEngine) -> None:
    side.hold = old = asyncio.Event()
    first = asyncio.create_task(engine.run(held, "a"))
    await side.was_asked.wait()
    side.hold = None  # the engine does not beat: its lease runs out
    await until(engine, "done")
    before = await facts(engine)
    old.set()
    key = await first  # the result of the run that took over
    assert key in side.done
    assert await facts(engine) == before == (["a", "a held"], ["done"], 2)
    assert side.asked == ["hold 2", "hold 2"]


async def test_a_commit_whose_answer_is_lost_is_a_success(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.journal.end

    async def cut(session: Any, run: Any, state: str, **named: Any) -> None:
        await real(session, run, state, **named)
        if state == "done":
            session.on_commit(_lose)

    def _lose() -> None:
        raise Unavailable("The connection was lost during COMMIT")

    monkeypatch.setattr(engine.journal, "end", cut)
    key = await engine.run(held, "a")
    assert key in side.done
    assert await facts(engine) == (["a", "a held"], ["done"], 2)


@workflow("test-gathered-with-a-refusal")
async def gathered_with_refusal(ctx: WorkflowContext, name: str) -> None:
    async def refuse() -> None:
        await side.was_asked.wait()
        raise NotAllowed("not this one")

    async def branch() -> None:
        await hold(ctx, f"{name} too")
        await hold(ctx, f"{name} never")

    await asyncio.gather(hold(ctx, name), refuse(), branch())


async def test_what_is_outside_when_another_gathered_step_fails_is_undone(engine: WorkflowEngine) -> None:
    side.hold = asyncio.Event()
    running = asyncio.create_task(engine.run(gathered_with_refusal, "a"))
    await side.was_asked.wait()
    side.hold.set()
    with pytest.raises(NotAllowed, match="not this one"):
        await running
    assert side.asked == ["hold 1", "hold 2", "release 2:release", "release 1:release"]
    assert await facts(engine) == ([], ["reverted"], 0)


@pytest.mark.parametrize(("kind", "armed"), [("test", True), ("production", False), ("development", False)])
def test_faults_count_in_tests_only(kind: str, armed: bool) -> None:
    code = "from medusa.framework.workflows import faults; print(faults.boundary is not None)"
    environment = {**os.environ, "MEDUSA_ENV": kind, "MEDUSA_FAULT": "complete-cart:1"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(armed)
