"""Workflows are all or nothing: transactions, external steps, undo, take-over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from msgspec import Struct

from medusa.framework.db import Database
from medusa.framework.errors import ConfigurationError, NotAllowed, Unavailable
from medusa.framework.workflows import (
    Retry,
    Undoable,
    WorkflowContext,
    WorkflowDefinitionError,
    WorkflowEngine,
    step,
    workflow,
)
from tests.framework.workflows.fake_app import FakeApp


class Shop(Struct):
    """Inputs of the test workflows."""

    name: str
    fail_at: str = ""


class Charge(Struct, frozen=True):
    """What the fake provider answers."""

    id: str
    key: str


class Provider:
    """A payment provider in this process that remembers what it was asked."""

    def __init__(self) -> None:
        self.charged: list[str] = []
        self.refunded: list[str] = []
        self.failures: list[Exception] = []
        self.die = False


provider = Provider()


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[WorkflowEngine]:
    provider.__init__()  # type: ignore[misc]
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_sale (name text PRIMARY KEY)")
        await session.execute("TRUNCATE test_sale, workflow_execution, workflow_step, procrastinate_jobs CASCADE")
    yield WorkflowEngine(FakeApp(), database, lease=0.3)
    async with database.session() as session:
        await session.execute("DROP TABLE test_sale")


async def remove_sale(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_sale WHERE name = $1", name)


@step("test-insert-sale", undo=remove_sale)
async def insert_sale(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await ctx.session.execute("INSERT INTO test_sale VALUES ($1)", name)
    return Undoable(name, undo=name)


async def refund(ctx: WorkflowContext, charge: Charge) -> None:
    provider.refunded.append(charge.id)
    if provider.failures:
        raise provider.failures.pop()


@step("test-charge", external=True, undo=refund, retry=Retry(times=2))
async def charge(ctx: WorkflowContext, name: str) -> Undoable[Charge, Charge]:
    provider.charged.append(ctx.idempotency_key)
    if provider.die:
        raise Crash
    if provider.failures:
        raise provider.failures.pop()
    made = Charge(f"ch_{name}", ctx.idempotency_key)
    return Undoable(made, undo=made)


@workflow("test-sell", hooks=("sold",), idempotent_by=lambda data: data.name)
async def sell(ctx: WorkflowContext, data: Shop) -> Charge:
    await insert_sale(ctx, data.name)
    if data.fail_at == "before":
        raise NotAllowed("refused before")
    made = await charge(ctx, data.name)
    await insert_sale(ctx, data.name + " paid")
    ctx.emit("sale.made", {"name": data.name})
    ctx.emit("nobody.listens", {})
    await ctx.hook("sold", charge=made)
    if data.fail_at == "after":
        raise NotAllowed("refused after")
    return made


@workflow("test-plain")
async def plain(ctx: WorkflowContext, data: Shop) -> str:
    await asyncio.gather(insert_sale(ctx, data.name), insert_sale(ctx, data.name + " 2"))
    ctx.emit("sale.made", {"name": data.name})
    if data.fail_at:
        raise NotAllowed("refused")
    return data.name


async def state(engine: WorkflowEngine) -> tuple[list[str], list[str], int]:
    """(sales, states of executions, queued events)."""
    async with engine.database.reader() as session:
        sales = [row["name"] for row in await session.fetch("SELECT name FROM test_sale ORDER BY name")]
        states = [row["state"] for row in await session.fetch("SELECT state FROM workflow_execution")]
        events = await session.fetch_value("SELECT count(*) FROM procrastinate_jobs")
    return sales, states, cast("int", events)


async def test_database_work_is_one_transaction_without_a_journal(engine: WorkflowEngine) -> None:
    assert await engine.run(plain, Shop("a")) == "a"
    assert await state(engine) == (["a", "a 2"], [], 1)


async def test_a_refusal_leaves_nothing(engine: WorkflowEngine) -> None:
    with pytest.raises(NotAllowed, match="refused"):
        await engine.run(plain, Shop("a", fail_at="end"))
    assert await state(engine) == ([], [], 0)


async def test_external_step_commits_what_came_before_and_is_recorded(engine: WorkflowEngine) -> None:
    made = await engine.run(sell, Shop("a"))
    assert made.id == "ch_a"
    assert provider.charged == [made.key]
    assert await state(engine) == (["a", "a paid"], ["done"], 1)


async def test_failure_after_the_external_step_undoes_it(engine: WorkflowEngine) -> None:
    with pytest.raises(NotAllowed, match="refused after"):
        await engine.run(sell, Shop("a", fail_at="after"))
    assert provider.refunded == ["ch_a"]
    assert await state(engine) == ([], ["reverted"], 0)


async def test_failure_before_the_external_step_leaves_no_trace(engine: WorkflowEngine) -> None:
    with pytest.raises(NotAllowed, match="refused before"):
        await engine.run(sell, Shop("a", fail_at="before"))
    assert provider.charged == []
    assert await state(engine) == ([], [], 0)


async def test_what_can_heal_is_tried_again_with_the_same_key(engine: WorkflowEngine) -> None:
    provider.failures = [Unavailable("busy"), ConnectionError("gone")]
    made = await engine.run(sell, Shop("a"))
    assert provider.charged == [made.key] * 3


async def test_a_failing_external_step_undoes_what_was_committed(engine: WorkflowEngine) -> None:
    provider.failures = [NotAllowed("card declined")]
    with pytest.raises(NotAllowed, match="card declined"):
        await engine.run(sell, Shop("a"))
    assert len(provider.charged) == 1
    assert provider.refunded == []
    assert await state(engine) == ([], ["reverted"], 0)


async def take_over(engine: WorkflowEngine, ends: str) -> None:
    """Another process recovers until the execution is at its end."""
    other = WorkflowEngine(FakeApp(), engine.database, lease=0.3)
    other.start_serving()
    async with asyncio.timeout(60):
        while (await state(engine))[1] != [ends]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await other.stop()


async def test_another_process_finishes_what_a_dead_one_began(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None: ...

    provider.die = True
    monkeypatch.setattr("medusa.framework.workflows.execution.leave_or_undo", dies)
    with pytest.raises(Crash):
        await engine.run(sell, Shop("a"))
    assert await state(engine) == (["a"], ["invoking"], 0)
    provider.die = False
    await take_over(engine, "done")
    assert await state(engine) == (["a", "a paid"], ["done"], 1)
    assert len(provider.charged) == 2
    assert len(set(provider.charged)) == 1


async def test_a_failing_undo_is_recorded_and_tried_again(engine: WorkflowEngine) -> None:
    @sell.hook("sold")
    async def break_the_undo(ctx: WorkflowContext, *, charge: Charge) -> None:
        provider.failures = [RuntimeError("refund failed")]

    with pytest.raises(NotAllowed):
        await engine.run(sell, Shop("a", fail_at="after"))
    sell.handlers["sold"].clear()
    assert await state(engine) == (["a"], ["compensating"], 0)
    async with engine.database.reader() as session:
        steps = await session.fetch("SELECT name, state, error FROM workflow_step ORDER BY position")
    assert [tuple(row) for row in steps] == [
        ("test-insert-sale", "done", None),
        ("test-charge", "undo_failed", "refund failed"),
    ]
    await take_over(engine, "reverted")
    assert await state(engine) == ([], ["reverted"], 0)
    assert provider.refunded == ["ch_a", "ch_a"]


async def test_runs_for_the_same_thing_give_one_result(engine: WorkflowEngine) -> None:
    first = asyncio.create_task(engine.run(sell, Shop("a")))
    second = asyncio.create_task(engine.run(sell, Shop("a")))
    done, _ = await asyncio.wait([first, second])
    results = [task.result() for task in done if task.exception() is None]
    assert len({charge.key for charge in results}) == 1
    assert len(provider.charged) == 1


@step("test-careless")
async def careless(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("INSERT INTO test_sale VALUES ($1)", name)


@workflow("test-without-undo")
async def without_undo(ctx: WorkflowContext, data: Shop) -> None:
    await careless(ctx, data.name)
    await charge(ctx, data.name)


@workflow("test-work-outside-steps")
async def outside_steps(ctx: WorkflowContext, data: Shop) -> None:
    await ctx.session.execute("INSERT INTO test_sale VALUES ($1)", data.name)
    await charge(ctx, data.name)


@pytest.mark.parametrize("unsafe", [without_undo, outside_steps])
async def test_work_that_could_not_be_undone_is_refused_before_the_external_step(
    engine: WorkflowEngine, unsafe: Any
) -> None:
    with pytest.raises(WorkflowDefinitionError):
        await engine.run(unsafe, Shop("a"))
    assert provider.charged == []
    assert await state(engine) == ([], [], 0)


def test_an_external_step_must_say_how_it_is_undone() -> None:
    with pytest.raises(ConfigurationError, match="needs undo= or no_undo="):
        step("test-bare", external=True)  # type: ignore[call-overload]


def test_an_unknown_hook_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="has no hook 'bought'"):
        sell.hook("bought")
