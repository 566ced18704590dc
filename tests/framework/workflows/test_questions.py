"""Questions to somebody outside: in no transaction, before anything is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import Conflict, MedusaError, NotAllowed
from medusa.framework.ids import generate_id
from medusa.framework.workflows import (
    Undoable,
    WorkflowContext,
    WorkflowDefinitionError,
    WorkflowEngine,
    step,
    workflow,
)
from tests.framework.workflows.fake_app import FakeApp

asked: list[str] = []
transactions: list[int] = []
charged: list[str] = []
attempts: list[str] = []


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[WorkflowEngine]:
    for log in (asked, charged, attempts):
        log.clear()
    transactions.clear()
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_quote (name text PRIMARY KEY, answer text)")
        await session.execute("TRUNCATE test_quote, workflow_execution, workflow_step CASCADE")
    yield WorkflowEngine(FakeApp(), database)
    async with database.session() as session:
        await session.execute("DROP TABLE test_quote")


async def rows(database: Database) -> list[tuple[str, str]]:
    async with database.reader() as session:
        return [(row["name"], row["answer"]) for row in await session.fetch("SELECT * FROM test_quote ORDER BY name")]


async def tell(database: Database, name: str) -> str:
    """The other side; it looks whether somebody holds a transaction open."""
    asked.append(name)
    async with database.reader() as session:
        transactions.append(
            await session.fetch_value(
                "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend' AND xact_start IS NOT NULL"
            )
        )
    if name == "refused":
        raise NotAllowed("The other side says no")
    return f"{name}!"


@workflow("test-quote")
async def quote(ctx: WorkflowContext, names: list[str]) -> list[str]:
    attempts.append("begun")
    engine: WorkflowEngine = ctx.execution.engine
    out: list[str] = []
    for name in names:
        await ctx.session.execute("INSERT INTO test_quote VALUES ($1, '')", name)
        answer = await ctx.ask(f"quote:{name}", partial(tell, engine.database, name))
        await ctx.session.execute("UPDATE test_quote SET answer = $2 WHERE name = $1", name, answer)
        out.append(answer)
    return out


async def test_a_question_is_asked_in_no_transaction_and_once(engine: WorkflowEngine, database: Database) -> None:
    assert await engine.run(quote, ["a", "b", "a2"]) == ["a!", "b!", "a2!"]
    assert asked == ["a", "b", "a2"]
    assert transactions == [0, 0, 0]
    assert len(attempts) == 4
    assert await rows(database) == [("a", "a!"), ("a2", "a2!"), ("b", "b!")]
    async with database.reader() as session:
        assert await session.fetch_value("SELECT count(*) FROM workflow_execution") == 0


async def test_nothing_is_written_when_the_other_side_refuses(engine: WorkflowEngine, database: Database) -> None:
    with pytest.raises(NotAllowed, match="The other side says no"):
        await engine.run(quote, ["a", "refused"])
    assert await rows(database) == []


async def test_a_workflow_that_asks_something_new_each_time_ends(engine: WorkflowEngine) -> None:
    @workflow("test-endless")
    async def endless(ctx: WorkflowContext, _: None) -> None:
        attempts.append("")
        await ctx.ask(str(len(attempts)), lambda: tell(ctx.execution.engine.database, "x"))

    with pytest.raises(MedusaError, match="asked 20 questions") as raised:
        await engine.run(endless, None)
    assert raised.value.type == Conflict.type


@workflow("test-make-and-ask")
async def make_and_ask(ctx: WorkflowContext, _: None) -> list[str]:
    """Makes ids outside and inside of steps, beside an external step that is not run again, and asks about each."""
    ids = [generate_id("outside"), await make(ctx, None)]
    ids += [await charge(ctx, generate_id("charged")), await make(ctx, None), generate_id("outside")]
    for id in ids:
        await ctx.ask(id, partial(tell, ctx.execution.engine.database, id))
    return ids


async def forget_name(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_quote WHERE name = $1", name)


@step("test-quote-make", undo=forget_name)
async def make(ctx: WorkflowContext, _: None) -> Undoable[str, str]:
    id = generate_id("made")
    await ctx.session.execute("INSERT INTO test_quote VALUES ($1, '')", id)
    await ctx.ask(id, partial(tell, ctx.execution.engine.database, id))
    return Undoable(id, undo=id)


async def test_what_is_made_before_a_question_has_the_same_id_in_each_attempt(engine: WorkflowEngine) -> None:
    ids = await engine.run(make_and_ask, None)
    assert len(ids) == len(set(ids)) == 5
    assert sorted(asked) == sorted(ids)  # each of them once
    assert [name for name, _ in await rows(engine.database)] == sorted(id for id in ids if id.startswith("made"))
    others = await engine.run(make_and_ask, None)
    assert not set(ids) & set(others)


async def give_back(ctx: WorkflowContext, name: str) -> None:
    charged.remove(name)


@step("test-quote-charge", external=True, undo=give_back)
async def charge(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    charged.append(name)
    return Undoable(name, undo=name)


@step("test-quote-note", no_undo="rolled back")
async def note(ctx: WorkflowContext, name: str) -> str:
    answer = await ctx.ask(name, lambda: tell(ctx.execution.engine.database, name))
    await ctx.session.execute("INSERT INTO test_quote VALUES ($1, $2)", name, answer)
    return answer


@workflow("test-charge-then-quote")
async def charge_then_quote(ctx: WorkflowContext, name: str) -> str:
    await charge(ctx, name)
    return await note(ctx, name)


async def test_external_steps_before_a_question_run_once(engine: WorkflowEngine, database: Database) -> None:
    assert await engine.run(charge_then_quote, "late") == "late!"
    assert (charged, asked, transactions) == (["late"], ["late"], [0])
    assert await rows(database) == [("late", "late!")]


async def test_a_refused_question_undoes_external_steps(engine: WorkflowEngine, database: Database) -> None:
    with pytest.raises(NotAllowed):
        await engine.run(charge_then_quote, "refused")
    assert (charged, await rows(database)) == ([], [])


async def undo_that_asks(ctx: WorkflowContext, name: str) -> None:
    await ctx.ask(name, lambda: tell(ctx.execution.engine.database, name))


@step("test-quote-odd", undo=undo_that_asks)
async def odd(ctx: WorkflowContext, name: str) -> Undoable[None, str]:
    return Undoable(None, undo=name)


@workflow("test-undo-asks")
async def undo_asks(ctx: WorkflowContext, name: str) -> None:
    await odd(ctx, name)
    await charge(ctx, name)
    raise NotAllowed("No")


async def test_an_undo_that_asks_is_recorded_as_a_failing_one(engine: WorkflowEngine, database: Database) -> None:
    with pytest.raises((NotAllowed, WorkflowDefinitionError)):
        await engine.run(undo_asks, "x")
    async with database.reader() as session:
        errors = await session.fetch("SELECT error FROM workflow_step WHERE name = 'test-quote-odd'")
    assert "An undo asks nobody" in errors[0]["error"]
