"""A process that dies at any boundary of a long workflow: another one brings it to the same end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import NotAllowed, NotFound
from medusa.framework.workflows import (
    Retry,
    Undoable,
    Waiting,
    WorkflowContext,
    WorkflowEngine,
    faults,
    step,
    workflow,
)
from tests.framework.workflows.fake_app import FakeApp


class Crash(BaseException):
    """The process dies here."""


class Outside:
    """The other side: what it did for each key."""

    def __init__(self) -> None:
        self.done: dict[str, str] = {}

    def do(self, key: str, what: str) -> None:
        self.done.setdefault(key.partition(":")[2], what)

    def undo(self, key: str, what: str) -> None:
        """Harmless the second time."""
        assert self.done.get(key.partition(":")[2], what) == what
        self.done.pop(key.partition(":")[2], None)


outside = Outside()


@pytest.fixture
async def database_of_test(database: Database) -> AsyncIterator[Database]:
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_entry (name text)")
    yield database
    async with database.session() as session:
        await session.execute("DROP TABLE test_entry")


async def erase(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_entry WHERE name = $1", name)


async def take_back(ctx: WorkflowContext, undo: tuple[str, str]) -> None:
    outside.undo(*undo)


@step("crash-enter", undo=erase)
async def enter(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await ctx.session.execute("INSERT INTO test_entry VALUES ($1)", name)
    ctx.emit("sale.made", {"name": name})
    return Undoable(name, undo=name)


@step("crash-ask", external=True, undo=take_back)
async def ask(ctx: WorkflowContext, what: str) -> Undoable[str, tuple[str, str]]:
    outside.do(ctx.idempotency_key, what)
    return Undoable(what.upper(), undo=(ctx.idempotency_key, what))


@step("crash-report", background=True, undo=erase, retry=Retry(times=5, delay=timedelta(milliseconds=1)))
async def report(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await ctx.session.execute("INSERT INTO test_entry VALUES ($1)", f"report {name}")
    ctx.emit("sale.made", {"name": name})
    return Undoable(f"report {name}", undo=f"report {name}")


@step("crash-print", background=True, external=True, undo=take_back)
async def print_label(ctx: WorkflowContext, what: str) -> Undoable[str, tuple[str, str]]:
    outside.do(ctx.idempotency_key, what)
    return Undoable(what.upper(), undo=(ctx.idempotency_key, what))


@step("crash-await", waits=True, external=True, undo=take_back)
async def await_answer(ctx: WorkflowContext, what: str) -> Waiting[int, tuple[str, str]]:
    outside.do(ctx.idempotency_key, what)
    return Waiting(undo=(ctx.idempotency_key, what))


@workflow("crash-all")
async def everything(ctx: WorkflowContext, is_refused: bool) -> list[Any]:
    async def branch(name: str) -> str:
        asked = await ask(ctx, name)
        return await enter(ctx, asked)

    await enter(ctx, "first")
    both = await asyncio.gather(branch("left"), branch("right"))
    reported = await report(ctx, "r")
    answer = await await_answer(ctx, "question")
    label = await print_label(ctx, "label")
    await enter(ctx, "last")
    if is_refused:
        raise NotAllowed("Not this one")
    return [*both, reported, answer, label]


class Life:
    """Processes that come and go, and what one execution came to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.boundaries = 0
        self.at = 0  # the boundary at which the process dies
        self.every = 0

    def boundary(self, workflow_id: str, name: str) -> None:
        self.boundaries += 1
        if self.boundaries == self.at or (self.every and self.boundaries % self.every == 0):
            raise Crash

    async def live(self, *, is_refused: bool) -> str:
        """Start one execution and go on with it until it has ended; its state."""
        outside.__init__()  # type: ignore[misc]
        self.boundaries = 0
        async with self.database.session() as session:
            await session.execute("TRUNCATE test_entry, workflow_execution, workflow_step, procrastinate_jobs CASCADE")
        await self._process().enqueue(everything, is_refused, transaction_id="t1")
        async with asyncio.timeout(120):
            while (state := await self._state()) in ("invoking", "compensating"):
                engine = self._process()
                await asyncio.gather(*await engine.carry_on(), return_exceptions=True)
                try:
                    await engine.set_step_success(everything, "t1", await_answer, 42)
                except (NotAllowed, NotFound):
                    await self._the_lease_runs_out()
        return state

    def _process(self) -> WorkflowEngine:
        return WorkflowEngine(FakeApp(), self.database, lease=60)

    async def _state(self) -> str:
        async with self.database.reader() as session:
            return str(await session.fetch_value("SELECT state FROM workflow_execution"))

    async def _the_lease_runs_out(self) -> None:
        async with self.database.session() as session:
            await session.execute("UPDATE workflow_execution SET wake_at = now() WHERE wake_at < 'infinity'")

    async def facts(self) -> tuple[Counter[str], Counter[str], Any, int]:
        """(entries, what was done outside, result, events)."""
        async with self.database.reader() as session:
            rows = await session.fetch("SELECT name FROM test_entry")
            result = await session.fetch_value("SELECT result FROM workflow_execution")
            events: int = await session.fetch_value("SELECT count(*) FROM procrastinate_jobs")
        return Counter(row["name"] for row in rows), Counter(outside.done.values()), result, events


DONE = (
    Counter(["first", "LEFT", "RIGHT", "report r", "last"]),
    Counter(["left", "right", "question", "label"]),
    ["LEFT", "RIGHT", "report r", 42, "LABEL"],
    5,
)
NOTHING = (Counter[str](), Counter[str](), None, 0)


@pytest.fixture
def life(database_of_test: Database, monkeypatch: pytest.MonkeyPatch) -> Life:
    life = Life(database_of_test)
    monkeypatch.setattr(faults, "boundary", life.boundary)
    return life


async def test_it_ends_as_if_nothing_had_happened_wherever_the_process_dies(life: Life) -> None:
    assert (await life.live(is_refused=False), await life.facts()) == ("done", DONE)
    total = life.boundaries
    assert total > 25
    for place in range(1, total + 1):
        life.at = place
        assert (await life.live(is_refused=False), await life.facts()) == ("done", DONE), place


async def test_it_is_undone_wherever_the_process_dies(life: Life) -> None:
    assert (await life.live(is_refused=True), await life.facts()) == ("reverted", NOTHING)
    total = life.boundaries
    for place in range(1, total + 1):
        life.at = place
        assert (await life.live(is_refused=True), await life.facts()) == ("reverted", NOTHING), place


@pytest.mark.parametrize("every", [5, 7, 11])
async def test_it_ends_when_processes_die_again_and_again(life: Life, every: int) -> None:
    life.every = every
    assert (await life.live(is_refused=False), await life.facts()) == ("done", DONE)
    assert life.boundaries // every >= 2
