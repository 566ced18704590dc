"""Steps below ``asyncio.gather``: outside at the same time, in the database one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import Unavailable
from medusa.framework.workflows import (
    Retry,
    Undoable,
    Waiting,
    WorkflowContext,
    WorkflowDefinitionError,
    WorkflowEngine,
    step,
    workflow,
)
from tests.framework.workflows.fake_app import FakeApp

told: list[str] = []
together = asyncio.Barrier(1)
transactions: list[int] = []


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[WorkflowEngine]:
    told.clear()
    transactions.clear()
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_gathered (name text PRIMARY KEY)")
        await session.execute("TRUNCATE test_gathered, workflow_execution, workflow_step CASCADE")
    yield WorkflowEngine(FakeApp(), database, lease=60)
    async with database.session() as session:
        await session.execute("DROP TABLE test_gathered")


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three meet outside: none comes back before all are there."""
    monkeypatch.setattr(f"{__name__}.together", asyncio.Barrier(3))


async def names(engine: WorkflowEngine) -> list[str]:
    async with engine.database.reader() as session:
        return [row["name"] for row in await session.fetch("SELECT name FROM test_gathered ORDER BY name")]


async def states(engine: WorkflowEngine) -> dict[str, str]:
    async with engine.database.reader() as session:
        rows = await session.fetch(
            "SELECT coalesce(input::text, name) AS name, state FROM workflow_step UNION ALL "
            "SELECT 'all of it', state FROM workflow_execution"
        )
    return {row["name"].strip('"'): row["state"] for row in rows}


async def take_back(ctx: WorkflowContext, name: str) -> None:
    told.append(f"undo {name}")


async def erase(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_gathered WHERE name = $1", name)


@step("gathered-ask", external=True, undo=take_back)
async def ask(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    told.append(name)
    async with asyncio.timeout(60):
        await together.wait()
    return Undoable(name.upper(), undo=name)


@step("gathered-print", external=True, background=True, undo=take_back)
async def print_label(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    told.append(name)
    async with asyncio.timeout(60):
        await together.wait()
    return Undoable(name.upper(), undo=name)


@step("gathered-write", undo=erase)
async def write(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await ctx.session.execute("INSERT INTO test_gathered VALUES ($1)", name)
    return Undoable(name, undo=name)


async def ask_and_write(ctx: WorkflowContext, name: str) -> str:
    return await write(ctx, await ask(ctx, name))


@workflow("gathered-all", hooks=("end",))
async def all_at_once(ctx: WorkflowContext, _: None) -> list[str]:
    await write(ctx, "first")
    asked = await asyncio.gather(*(ask_and_write(ctx, name) for name in "abc"))
    printed = await asyncio.gather(*(print_label(ctx, name) for name in "xyz"))
    await ctx.hook("end")
    return [*asked, *printed]


@pytest.mark.usefixtures("meet")
async def test_gathered_external_steps_are_outside_at_the_same_time(engine: WorkflowEngine) -> None:
    assert await engine.run(all_at_once, None) == [*"ABCXYZ"]
    assert told == [*"abcxyz"]
    assert await names(engine) == [*"ABC", "first"]
    assert set((await states(engine)).values()) == {"done"}


@pytest.mark.usefixtures("meet")
async def test_so_they_are_in_the_background(engine: WorkflowEngine) -> None:
    await engine.start(all_at_once, None, transaction_id="t1")
    await WorkflowEngine(FakeApp(), engine.database, lease=60).run_until_idle()
    assert await engine.run(all_at_once, None, transaction_id="t1") == [*"ABCXYZ"]
    assert told == [*"abcxyz"]


@pytest.mark.usefixtures("meet")
async def test_all_of_them_are_undone(engine: WorkflowEngine) -> None:
    async def refuse(ctx: WorkflowContext) -> None:
        raise Unavailable("not now")

    all_at_once.handlers["end"].append(refuse)
    try:
        with pytest.raises(Unavailable, match="not now"):
            await engine.run(all_at_once, None)
    finally:
        all_at_once.handlers["end"].clear()
    assert told == [*"abcxyz", *(f"undo {name}" for name in "zyxcba")]
    assert await names(engine) == []


@step("gathered-look", external=True, no_undo="only looks")
async def look(ctx: WorkflowContext, _: None) -> None:
    """Outside until another one is back; then counts the transactions that are open."""
    is_back = "SELECT EXISTS (SELECT FROM workflow_step WHERE name = 'gathered-ask' AND state = 'done')"
    are_open = "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    async with asyncio.timeout(60), ctx.execution.engine.database.reader() as session:
        while not await session.fetch_value(is_back):  # noqa: ASYNC110 - no event tells of a commit
            await asyncio.sleep(0)
        transactions.append(await session.fetch_value(are_open))


@workflow("gathered-with-a-look")
async def with_a_look(ctx: WorkflowContext, _: None) -> None:
    await asyncio.gather(look(ctx, None), ask_and_write(ctx, "a"), write(ctx, "b"))


async def test_nobody_holds_a_transaction_while_one_is_outside(engine: WorkflowEngine) -> None:
    await engine.run(with_a_look, None)
    assert transactions == [0]
    assert await names(engine) == ["A", "b"]


@step("gathered-try", external=True, no_undo="only counts", retry=Retry(times=1, delay=timedelta(hours=1)))
async def try_twice(ctx: WorkflowContext, name: str) -> str:
    told.append(name)
    if told.count(name) == 1:
        raise Unavailable("Come back in an hour")
    return name


@workflow("gathered-with-a-pause")
async def with_a_pause(ctx: WorkflowContext, _: None) -> list[str]:
    return list(await asyncio.gather(try_twice(ctx, "later"), ask_and_write(ctx, "a")))


async def test_one_that_leaves_for_long_waits_for_those_that_are_outside(engine: WorkflowEngine) -> None:
    await engine.start(with_a_pause, None, transaction_id="t1")
    assert (told, (await states(engine))["later"]) == (["later", "a"], "started")
    async with engine.database.session() as session:
        await session.execute("UPDATE workflow_execution SET wake_at = now()")
    await WorkflowEngine(FakeApp(), engine.database, lease=60).run_until_idle()
    assert await engine.run(with_a_pause, None, transaction_id="t1") == ["later", "A"]
    assert told == ["later", "a", "later"]


@step("gathered-wait", waits=True, no_undo="nothing was asked for")
async def wait(ctx: WorkflowContext, _: None) -> Waiting[None, None]:
    return Waiting(undo=None)


@step("gathered-careless")
async def careless(ctx: WorkflowContext, _: None) -> None:
    await ctx.session.execute("INSERT INTO test_gathered VALUES ('careless')")


@workflow("gathered-careless-wait")
async def careless_wait(ctx: WorkflowContext, _: None) -> None:
    await asyncio.gather(wait(ctx, None), careless(ctx, None))


async def test_what_is_gathered_with_one_that_waits_must_have_a_way_back(engine: WorkflowEngine) -> None:
    with pytest.raises(WorkflowDefinitionError, match="reaches the waiting step 'gathered-wait' after the step"):
        await engine.start(careless_wait, None)
    assert await names(engine) == []
