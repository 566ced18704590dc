"""Steps in the background, steps that wait, retries, time-outs: what takes longer than a request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import Struct

from medusa.framework.db import Database
from medusa.framework.db.notifications import Notifications
from medusa.framework.errors import ConfigurationError, InvalidData, NotAllowed, NotFound, Unavailable
from medusa.framework.workflows import (
    Retry,
    StepFailed,
    StepTimedOut,
    Undoable,
    Waiting,
    WorkflowContext,
    WorkflowDefinitionError,
    WorkflowEngine,
    WorkflowTimedOut,
    step,
    workflow,
)
from medusa.framework.workflows.workflow import registry
from tests.framework.workflows.fake_app import FakeApp
from tests.framework.workflows.journal import states

ran: list[str] = []
failures: list[Exception] = []


class Picked(Struct, frozen=True):
    """What the warehouse answers."""

    boxes: int


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[WorkflowEngine]:
    ran.clear()
    failures.clear()
    async with database.session() as session:
        await session.execute("CREATE TABLE IF NOT EXISTS test_line (name text PRIMARY KEY)")
        await session.execute("TRUNCATE test_line, workflow_execution, workflow_step CASCADE")
    yield WorkflowEngine(FakeApp(), database, lease=60)  # it does not beat, and is dead only where a test says so
    async with database.session() as session:
        await session.execute("DROP TABLE test_line")


def other(engine: WorkflowEngine) -> WorkflowEngine:
    """Another process."""
    return WorkflowEngine(FakeApp(), engine.database, lease=0.3)


async def lines(engine: WorkflowEngine) -> list[str]:
    async with engine.database.reader() as session:
        return [row["name"] for row in await session.fetch("SELECT name FROM test_line ORDER BY name")]


async def step_states(engine: WorkflowEngine) -> list[tuple[str, str]]:
    async with engine.database.reader() as session:
        rows = await session.fetch("SELECT name, state FROM workflow_step ORDER BY execution_id, position")
    return [(row["name"], row["state"]) for row in rows]


async def change(engine: WorkflowEngine, sql: str) -> None:
    async with engine.database.session() as session:
        await session.execute(sql)


async def due(engine: WorkflowEngine) -> None:
    """Time passes: what sleeps is due, what waits with a limit has waited long enough."""
    await change(engine, "UPDATE workflow_step SET due_at = now() WHERE due_at IS NOT NULL")
    await change(engine, "UPDATE workflow_execution SET wake_at = now() WHERE owner IS NULL AND wake_at < 'infinity'")


async def remove(ctx: WorkflowContext, name: str) -> None:
    await ctx.session.execute("DELETE FROM test_line WHERE name = $1", name)
    ran.append(f"undo {name}")


@step("test-line", undo=remove)
async def line(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    await ctx.session.execute("INSERT INTO test_line VALUES ($1)", name)
    ran.append(name)
    return Undoable(name, undo=name)


@step("test-export", background=True, undo=remove, retry=Retry(times=2, delay=timedelta(minutes=1)))
async def export(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    ran.append(f"export {name}")
    await ctx.session.execute("INSERT INTO test_line VALUES ($1)", f"{name}.csv")
    if failures:
        raise failures.pop(0)
    return Undoable(f"{name}.csv", undo=f"{name}.csv")


@step(
    "test-upload", background=True, external=True, no_undo="it is gone", retry=Retry(times=1, delay=timedelta(hours=1))
)
async def upload(ctx: WorkflowContext, name: str) -> str:
    ran.append(f"upload {ctx.idempotency_key.partition(':')[2]}")
    if failures:
        raise failures.pop(0)
    return f"https://{name}"


async def call_off(ctx: WorkflowContext, order: str) -> None:
    ran.append(f"call off {order}")


@step("test-await-picking", waits=True, external=True, undo=call_off, timeout=timedelta(days=2))
async def await_picking(ctx: WorkflowContext, order: str) -> Waiting[Picked, str]:
    ran.append(f"ask {ctx.transaction_id}")
    if failures:
        raise failures.pop(0)
    return Waiting(undo=order)


@step("test-await-approval", waits=True, no_undo="nothing was asked for")
async def await_approval(ctx: WorkflowContext, what: str) -> Waiting[bool, None]:
    return Waiting(undo=None)


@workflow("test-export-all", hooks=("end",))
async def export_all(ctx: WorkflowContext, name: str) -> str:
    await line(ctx, name)
    file = await export(ctx, name)
    url = await upload(ctx, file)
    await line(ctx, f"{name} told")
    await ctx.hook("end")
    return url


@workflow("test-pick", hooks=("end",), timeout=timedelta(days=5))
async def pick(ctx: WorkflowContext, order: str) -> int:
    await line(ctx, order)
    picked = await await_picking(ctx, order)
    await line(ctx, f"{order}: {picked.boxes}")
    await ctx.hook("end")
    return picked.boxes


@workflow("test-approve-both")
async def approve_both(ctx: WorkflowContext, order: str) -> list[str]:
    async def one(what: str) -> str:
        approved = await await_approval(ctx, what)
        return await line(ctx, f"{what} {approved}")

    return list(await asyncio.gather(one("price"), one("stock")))


async def test_a_background_step_lets_the_caller_go(engine: WorkflowEngine) -> None:
    started = await engine.start(export_all, "a", transaction_id="t1")
    assert (started.has_finished, started.transaction_id, started.result) == (False, "t1", None)
    assert ran == ["a"]
    assert await states(engine) == ["invoking"]
    assert await step_states(engine) == [("test-line", "done"), ("test-export", "queued")]
    await other(engine).run_until_idle()
    assert ran == ["a", "export a", "upload 3", "a told"]
    assert await lines(engine) == ["a", "a told", "a.csv"]
    assert await states(engine) == ["done"]
    again = await engine.start(export_all, "a", transaction_id="t1")
    assert (again.has_finished, again.has_failed, again.result) == (True, False, "https://a.csv")
    assert await engine.run(export_all, "a", transaction_id="t1") == "https://a.csv"
    assert len(ran) == 4


async def test_run_goes_to_the_end_by_itself(engine: WorkflowEngine) -> None:
    assert await engine.run(export_all, "a") == "https://a.csv"
    assert await states(engine) == ["done"]


async def test_a_failing_background_step_is_tried_again_later(engine: WorkflowEngine) -> None:
    failures.extend([Unavailable("busy"), RuntimeError("odd")])
    await engine.start(export_all, "a")
    worker = other(engine)
    await worker.run_until_idle()
    assert await lines(engine) == ["a"]
    assert await states(engine) == ["invoking"]
    assert 30 < (await worker.journal.next_due() or 0) <= 60
    await due(engine)
    await worker.run_until_idle()
    assert 60 < (await worker.journal.next_due() or 0) <= 120
    await due(engine)
    await other(engine).run_until_idle()
    assert await states(engine) == ["done"]
    assert ran == ["a", "export a", "export a", "export a", "upload 3", "a told"]


async def test_a_background_step_that_fails_too_often_undoes_all(engine: WorkflowEngine) -> None:
    failures.extend([Unavailable("busy")] * 3)
    await engine.start(export_all, "a")
    for _ in range(3):
        await other(engine).run_until_idle()
        await due(engine)
    assert (await states(engine), await lines(engine)) == (["reverted"], [])
    with pytest.raises(Unavailable, match="busy"):
        await engine.run(export_all, "a", transaction_id=(await transaction(engine)))


async def transaction(engine: WorkflowEngine) -> str:
    async with engine.database.reader() as session:
        return str(await session.fetch_value("SELECT transaction_id FROM workflow_execution"))


async def test_an_external_background_step_keeps_its_key_over_hours(engine: WorkflowEngine) -> None:
    @workflow("test-upload-only")
    async def upload_only(ctx: WorkflowContext, name: str) -> str:
        return await upload(ctx, name)

    failures.append(Unavailable("away"))
    await engine.start(upload_only, "a", transaction_id="t1")
    worker = other(engine)
    await worker.run_until_idle()
    assert 3500 < (await worker.journal.next_due() or 0) <= 3600
    await due(engine)
    await other(engine).run_until_idle()
    assert ran == ["upload 1", "upload 1"]
    assert await engine.run(upload_only, "a", transaction_id="t1") == "https://a"


async def test_a_refusal_after_the_background_step_undoes_it(engine: WorkflowEngine) -> None:
    async def refuse(ctx: WorkflowContext) -> None:
        raise NotAllowed("not this one")

    pick.handlers["end"].append(refuse)
    try:
        await engine.start(pick, "o1", transaction_id="t1")
        await engine.set_step_success(pick, "t1", await_picking, Picked(2))
        await other(engine).run_until_idle()
    finally:
        pick.handlers["end"].clear()
    assert (await states(engine), await lines(engine)) == (["reverted"], [])
    assert ran == ["o1", "ask t1", "o1: 2", "call off o1", "undo o1"]


async def test_a_waiting_execution_goes_on_with_the_answer(engine: WorkflowEngine) -> None:
    started = await engine.start(pick, "o1", transaction_id="t1")
    assert not started.has_finished
    for _ in range(3):
        await other(engine).run_until_idle()  # restarts change nothing
    assert ran == ["o1", "ask t1"]
    await engine.set_step_success("test-pick", "t1", "test-await-picking", {"boxes": 3})
    await other(engine).run_until_idle()
    assert await engine.run(pick, "o1", transaction_id="t1") == 3
    assert ran == ["o1", "ask t1", "o1: 3"]
    assert await states(engine) == ["done"]


async def test_a_waiting_execution_holds_nothing(engine: WorkflowEngine, database: Database) -> None:
    await engine.start(pick, "o1", transaction_id="t1")
    assert engine.is_idle
    async with database.reader() as session:
        held = await session.fetch_value(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database() "
            "AND a.pid <> pg_backend_pid() AND l.locktype <> 'virtualxid' AND a.backend_type = 'client backend'"
        )
        open_ones = await session.fetch_value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
    assert (held, open_ones) == (0, 0)


async def test_a_failure_from_outside_undoes_what_was_before(engine: WorkflowEngine) -> None:
    await engine.start(pick, "o1", transaction_id="t1")
    await engine.set_step_failure(pick, "t1", await_picking, "no such shelf")
    await other(engine).run_until_idle()
    assert ran == ["o1", "ask t1", "undo o1"]  # the step itself had no effect
    with pytest.raises(StepFailed, match="no such shelf"):
        await engine.run(pick, "o1", transaction_id="t1")


async def test_a_wait_that_takes_too_long_is_over_when_a_process_lives_again(engine: WorkflowEngine) -> None:
    await engine.start(pick, "o1", transaction_id="t1")
    await due(engine)
    with pytest.raises(NotAllowed, match="Cannot set step success when status is timeout"):
        await engine.set_step_success(pick, "t1", await_picking, Picked(1))
    await other(engine).run_until_idle()
    assert ran == ["o1", "ask t1", "call off o1", "undo o1"]
    with pytest.raises(StepTimedOut, match="Nobody has answered 'test-await-picking' within 2 days"):
        await engine.run(pick, "o1", transaction_id="t1")


async def test_a_workflow_that_takes_too_long_is_undone(engine: WorkflowEngine) -> None:
    await engine.start(pick, "o1", transaction_id="t1")
    await change(engine, "UPDATE workflow_execution SET expires_at = now(), wake_at = now()")
    await other(engine).run_until_idle()
    assert ran == ["o1", "ask t1", "call off o1", "undo o1"]
    with pytest.raises(WorkflowTimedOut, match="test-pick has taken longer than 5 days"):
        await engine.run(pick, "o1", transaction_id="t1")


async def test_what_cannot_be_answered(engine: WorkflowEngine) -> None:
    with pytest.raises(NotFound, match="Transaction t1 could not be found"):
        await engine.set_step_success(pick, "t1", await_picking, Picked(1))
    await engine.start(pick, "o1", transaction_id="t1")
    with pytest.raises(InvalidData, match="The response of test-await-picking: Expected `int`"):
        await engine.set_step_success(pick, "t1", await_picking, {"boxes": "many"})
    with pytest.raises(NotFound, match="has come to no step 'nope'"):
        await engine.set_step_success(pick, "t1", "nope")
    with pytest.raises(NotAllowed, match="Cannot set step success when status is ok"):
        await engine.set_step_success(pick, "t1", line, "x")
    await engine.set_step_success(pick, "t1", await_picking, Picked(1))
    with pytest.raises(NotAllowed, match="Cannot set step failure when status is ok"):
        await engine.set_step_failure(pick, "t1", await_picking)
    await other(engine).run_until_idle()
    with pytest.raises(NotFound):
        await engine.set_step_success(pick, "t1", await_picking, Picked(1))


async def test_gathered_steps_wait_side_by_side(engine: WorkflowEngine) -> None:
    await engine.start(approve_both, "o1", transaction_id="t1")
    id = await execution_id(engine)
    with pytest.raises(NotAllowed, match="2 steps 'test-await-approval' wait"):
        await engine.set_step_success(approve_both, "t1", await_approval, True)
    await engine.set_step_success(approve_both, "t1", f"{id}:2", False)
    await other(engine).run_until_idle()
    assert await lines(engine) == ["stock False"]
    await engine.set_step_success(approve_both, "t1", await_approval, True)
    await other(engine).run_until_idle()
    assert await engine.run(approve_both, "o1", transaction_id="t1") == ["price True", "stock False"]
    assert ran == ["stock False", "price True"]


async def execution_id(engine: WorkflowEngine) -> str:
    async with engine.database.reader() as session:
        return str(await session.fetch_value("SELECT id FROM workflow_execution"))


async def test_an_answer_that_is_quicker_than_the_question(engine: WorkflowEngine, monkeypatch: Any) -> None:
    async def answer_at_once(ctx: WorkflowContext, order: str) -> Waiting[Picked, str]:
        await engine.set_step_success(pick, ctx.transaction_id, await_picking, Picked(7))
        return Waiting(undo=order)

    object.__setattr__(await_picking, "run", answer_at_once)
    try:
        started = await engine.start(pick, "o1", transaction_id="t1")
    finally:
        object.__setattr__(await_picking, "run", _original)
    assert (started.has_finished, started.result) == (True, 7)


_original = await_picking.run


async def test_a_plain_workflow_with_a_transaction_id_runs_once(engine: WorkflowEngine) -> None:
    @workflow("test-plain-once")
    async def plain(ctx: WorkflowContext, name: str) -> str:
        return await line(ctx, name)

    results = await asyncio.gather(*(engine.run(plain, "a", transaction_id="t1") for _ in range(5)))
    assert results == ["a"] * 5
    assert ran == ["a"]
    assert await states(engine) == ["done"]


async def test_a_stored_workflow_is_listed_also_when_it_fails(engine: WorkflowEngine) -> None:
    @workflow("test-stored", store=True)
    async def stored(ctx: WorkflowContext, name: str) -> str:
        await line(ctx, name)
        if name == "b":
            raise NotAllowed("not b")
        return name

    await engine.run(stored, "a")
    with pytest.raises(NotAllowed):
        await engine.run(stored, "b")
    assert await states(engine) == ["done", "reverted"]
    assert await lines(engine) == ["a"]


async def test_finished_executions_are_kept_for_their_retention(engine: WorkflowEngine) -> None:
    @workflow("test-short", store=True, retention=timedelta(0))
    async def short(ctx: WorkflowContext, name: str) -> None: ...

    await engine.run(short, "a")
    await engine.run(export_all, "b")
    await engine.start(pick, "o1")
    assert await engine.journal.sweep() == 1
    assert await states(engine) == ["done", "invoking"]
    await change(engine, "UPDATE workflow_execution SET keep_until = now() WHERE keep_until IS NOT NULL")
    assert await engine.journal.sweep() == 1
    assert await states(engine) == ["invoking"]


async def test_a_plain_workflow_that_takes_too_long_leaves_nothing(engine: WorkflowEngine) -> None:
    @workflow("test-slow", timeout=timedelta(milliseconds=30))
    async def slow(ctx: WorkflowContext, name: str) -> None:
        await line(ctx, name)
        await asyncio.sleep(10)

    with pytest.raises(WorkflowTimedOut):
        await engine.run(slow, "a")
    assert (await lines(engine), await states(engine)) == ([], [])


async def test_workers_hear_at_once_of_what_is_queued(engine: WorkflowEngine) -> None:
    notifications = Notifications(engine.database)
    worker = WorkflowEngine(FakeApp(), engine.database, lease=60)
    await worker.listen(notifications)
    worker.start_serving()
    try:
        await engine.start(pick, "o1", transaction_id="t1")
        await engine.set_step_success(pick, "t1", await_picking, Picked(5))
        assert await engine.run(pick, "o1", transaction_id="t1") == 5
    finally:
        await worker.stop()
        await notifications.stop()


async def test_what_other_code_began_and_no_longer_fits_is_undone(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rewritten(ctx: WorkflowContext, order: str) -> int:
        await line(ctx, order)
        await line(ctx, "something new")
        return 0

    await engine.start(pick, "o1", transaction_id="t1")
    await engine.set_step_success(pick, "t1", await_picking, Picked(1))
    monkeypatch.setattr(pick, "function", rewritten)
    await other(engine).run_until_idle()
    assert ran == ["o1", "ask t1", "call off o1", "undo o1"]
    assert (await states(engine), await lines(engine)) == (["reverted"], [])


async def test_an_execution_of_a_workflow_that_is_gone_waits_for_it(
    engine: WorkflowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.start(pick, "o1", transaction_id="t1")
    await engine.set_step_success(pick, "t1", await_picking, Picked(1))
    with monkeypatch.context() as patched:
        patched.delitem(registry, "test-pick")
        await asyncio.gather(*await other(engine).carry_on())
    async with engine.database.reader() as session:
        error = await session.fetch_value("SELECT error->>'message' FROM workflow_execution")
    assert error == "This version of the application has no workflow 'test-pick'"
    await other(engine).run_until_idle()
    assert await states(engine) == ["done"]


async def test_a_transaction_id_has_a_length(engine: WorkflowEngine) -> None:
    for wrong in ("", "x" * 256):
        with pytest.raises(InvalidData, match="A transaction id has 1 to 255 characters"):
            await engine.start(pick, "o1", transaction_id=wrong)


async def test_a_server_leaves_to_workers_what_slept(engine: WorkflowEngine) -> None:
    server = other(engine)
    server.start_serving(abandoned_only=True)
    try:
        await engine.start(export_all, "a", transaction_id="t1")
        await change(
            engine, "UPDATE workflow_execution SET owner = 'died', wake_at = now() WHERE transaction_id = 't1'"
        )
        assert await engine.run(export_all, "a", transaction_id="t1") == "https://a.csv"  # of a process that died
        await engine.start(export_all, "b", transaction_id="t2")
        assert await server.carry_on() == []
    finally:
        await server.stop()
    assert await states(engine) == ["done", "invoking"]
    await other(engine).run_until_idle()
    assert await states(engine) == ["done", "done"]


async def test_each_time_of_a_schedule_is_one_run_over_all_workers(engine: WorkflowEngine) -> None:
    @workflow("test-tick", schedule=timedelta(seconds=1))
    async def tick(ctx: WorkflowContext, _: None) -> None:
        ran.append(ctx.transaction_id)

    workers = [other(engine) for _ in range(3)]
    for worker in workers:
        worker.start_serving()
    try:
        async with asyncio.timeout(60):
            while len(ran) < 2:  # noqa: ASYNC110 - three processes, no one event
                await asyncio.sleep(0.05)
    finally:
        del registry["test-tick"]
        for worker in workers:
            await worker.stop()
    async with engine.database.reader() as session:  # the next one may be queued, and not begun
        done = await session.fetch("SELECT transaction_id FROM workflow_execution WHERE state = 'done'")
    assert sorted(ran) == sorted(row["transaction_id"] for row in done)


def test_mistakes_are_found_at_import() -> None:
    with pytest.raises(ConfigurationError, match="The background step 'x' needs undo= or no_undo="):
        step("x", background=True)  # type: ignore[call-overload]
    with pytest.raises(ConfigurationError, match="waits, which is in the background already"):
        step("x", waits=True, background=True, no_undo="")  # type: ignore[call-overload]


async def test_a_step_that_waits_must_be_committed_with_a_way_back(engine: WorkflowEngine) -> None:
    @step("test-careless-line")
    async def careless(ctx: WorkflowContext, name: str) -> None:
        await ctx.session.execute("INSERT INTO test_line VALUES ($1)", name)

    @workflow("test-careless-wait")
    async def careless_wait(ctx: WorkflowContext, name: str) -> None:
        await careless(ctx, name)
        await await_approval(ctx, name)

    with pytest.raises(WorkflowDefinitionError, match="reaches the waiting step 'test-await-approval' after the step"):
        await engine.start(careless_wait, "a")
    assert await lines(engine) == []
