"""A worker process with one long workflow, and the tables in which the other sides write down what they were asked.

``python -m tests.chaos.worker URL LEASE`` carries executions on until it is killed.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import timedelta

import structlog
from msgspec import Struct

from medusa.framework.db import Database
from medusa.framework.db.notifications import Notifications
from medusa.framework.errors import NotAllowed, Unavailable
from medusa.framework.workflows import Retry, Undoable, Waiting, WorkflowContext, WorkflowEngine, step, workflow
from tests.framework.workflows.fake_app import FakeApp

TABLES = """
CREATE TABLE chaos_call (what text, about text, key text);
CREATE TABLE chaos_effect (key text PRIMARY KEY, what text, about text);
CREATE TABLE chaos_line (about text, what text);
"""
OFTEN = Retry(times=1_000, delay=timedelta(milliseconds=20), max_delay=timedelta(milliseconds=300))


class Sale(Struct, frozen=True):
    """What is sold; every tenth is refused when all but the parcel is done."""

    number: int

    @property
    def about(self) -> str:
        return f"sale {self.number}"

    @property
    def is_refused(self) -> bool:
        return self.number % 10 == 0


async def outside(ctx: WorkflowContext, what: str, about: str, key: str) -> None:
    """The other side does what it is asked once for each key; often it is away, or its answer gets lost, three times at most."""
    database = ctx.execution.engine.database
    async with database.reader() as session:
        await session.execute("INSERT INTO chaos_call VALUES ($1, $2, $3)", what, about, key)
        calls: int = await session.fetch_value("SELECT count(*) FROM chaos_call WHERE key = $1", key)
        fails = 0.2 if calls <= 3 else 0
        if random.random() < fails:
            raise Unavailable("The other side is away")
        await session.execute("INSERT INTO chaos_effect VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", key, what, about)
    await asyncio.sleep(random.random() * 0.05)
    if random.random() < fails:
        raise Unavailable("The answer was lost")


async def erase(ctx: WorkflowContext, line: tuple[str, str]) -> None:
    await ctx.session.execute("DELETE FROM chaos_line WHERE about = $1 AND what = $2", *line)


async def _write(ctx: WorkflowContext, about: str, what: str) -> Undoable[None, tuple[str, str]]:
    await ctx.session.execute("INSERT INTO chaos_line VALUES ($1, $2)", about, what)
    return Undoable(None, undo=(about, what))


@step("chaos-reserve", undo=erase)
async def reserve(ctx: WorkflowContext, about: str) -> Undoable[None, tuple[str, str]]:
    return await _write(ctx, about, "reserved")


async def give_back(ctx: WorkflowContext, charged: tuple[str, str]) -> None:
    about, key = charged
    await outside(ctx, "refund", about, f"{key}:refund")


@step("chaos-charge", external=True, undo=give_back, retry=OFTEN)
async def charge(ctx: WorkflowContext, about: str) -> Undoable[str, tuple[str, str]]:
    await outside(ctx, "charge", about, ctx.idempotency_key)
    return Undoable(ctx.idempotency_key, undo=(about, ctx.idempotency_key))


@step("chaos-pack", background=True, undo=erase, retry=OFTEN)
async def pack(ctx: WorkflowContext, about: str) -> Undoable[None, tuple[str, str]]:
    packed = await _write(ctx, about, "packed")
    if random.random() < 0.2:
        raise Unavailable("No box")
    return packed


async def call_off(ctx: WorkflowContext, asked: tuple[str, str]) -> None:
    about, key = asked
    await outside(ctx, "call off", about, f"{key}:call off")


@step("chaos-await-picker", waits=True, external=True, undo=call_off, retry=OFTEN)
async def await_picker(ctx: WorkflowContext, about: str) -> Waiting[str, tuple[str, str]]:
    await outside(ctx, "ask", about, ctx.idempotency_key)
    return Waiting(undo=(about, ctx.idempotency_key))


@step("chaos-ship", background=True, external=True, no_undo="a parcel does not come back", retry=OFTEN)
async def ship(ctx: WorkflowContext, about: str) -> str:
    await outside(ctx, "ship", about, ctx.idempotency_key)
    return ctx.idempotency_key


@step("chaos-close", no_undo="the last step")
async def close(ctx: WorkflowContext, about: str) -> None:
    ctx.emit("sale.made", {"about": about})
    await ctx.session.execute("INSERT INTO chaos_line VALUES ($1, 'closed')", about)


@workflow("chaos-sale", timeout=timedelta(hours=1))
async def sell(ctx: WorkflowContext, sale: Sale) -> str:
    await reserve(ctx, sale.about)
    await charge(ctx, sale.about)
    await pack(ctx, sale.about)
    picker = await await_picker(ctx, sale.about)
    if sale.is_refused:
        raise NotAllowed("Not this one")
    await ship(ctx, sale.about)
    await close(ctx, sale.about)
    return picker


async def main(url: str, lease: float) -> None:
    """Carry on until killed. After "ready" nobody reads what is printed: logs would fill the pipe, and hold the worker up."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    database = await Database.connect(url, min_size=2, max_size=20)
    engine = WorkflowEngine(FakeApp(), database, lease=lease, concurrency=15)
    await engine.listen(Notifications(database))
    engine.start_serving()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
