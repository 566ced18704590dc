"""Workers share executions while they are killed, or stand still for a while: each execution ends exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from medusa.framework.db import Database
from medusa.framework.errors import NotAllowed, NotFound
from medusa.framework.testing.postgres import worker_database
from medusa.framework.workflows import WorkflowEngine
from tests.chaos.worker import TABLES, Sale, await_picker, sell
from tests.framework.workflows.fake_app import FakeApp

PROJECT = Path(__file__).parents[2]
LEASE = 1.5
OPEN = "state IN ('invoking', 'compensating')"


class Fleet:
    """Worker processes, of which one after the other is killed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.workers: list[asyncio.subprocess.Process] = []
        self.killed = 0
        self.is_over = asyncio.Event()

    async def hire(self) -> None:
        """Start one more, and wait until it works."""
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.worker", self.url, str(LEASE),
            cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert worker.stdout is not None
        await worker.stdout.readline()
        self.workers.append(worker)

    async def kill(self) -> None:
        """SIGKILL the oldest one."""
        worker = self.workers.pop(0)
        os.kill(worker.pid, signal.SIGKILL)
        await worker.wait()
        self.killed += 1

    async def freeze(self) -> None:
        """Let the oldest one stand still until its leases have run out and others are at what it had."""
        worker = self.workers.pop(0)
        self.workers.append(worker)
        os.kill(worker.pid, signal.SIGSTOP)
        await asyncio.sleep(2 * LEASE)
        os.kill(worker.pid, signal.SIGCONT)

    async def freeze_each(self) -> None:
        """One after the other, at the work."""
        for _ in range(len(self.workers)):
            await asyncio.sleep(0.3)
            await self.freeze()

    async def kill_for_ever(self, every: float, most: int | None) -> None:
        """Every so many seconds kill one and start another, until it is over."""
        for _ in itertools.count() if most is None else range(most):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self.is_over.wait()
            if self.is_over.is_set():
                return
            await self.kill()
            await self.hire()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    with worker_database(f"workers_{os.getpid()}") as url:
        database = await Database.connect(url, min_size=2, max_size=10)
        async with database.session() as session:
            await session.execute(TABLES)
        try:
            yield database
        finally:
            await database.close()


async def answer_for_ever(engine: WorkflowEngine) -> None:
    """The picker: answers whoever waits for one."""
    while True:
        async with engine.database.reader() as session:
            waiting = await session.fetch(
                "SELECT e.transaction_id FROM workflow_step s JOIN workflow_execution e ON e.id = s.execution_id "
                "WHERE s.state = 'waiting' AND e.state = 'invoking'"
            )
        for row in waiting:
            with contextlib.suppress(NotAllowed, NotFound):
                await engine.set_step_success(sell, row["transaction_id"], await_picker, "Ann")
        await asyncio.sleep(0.1)


async def share(
    database: Database, *, executions: int, within: float, kill_every: float = 0, kills: int | None = 0
) -> None:
    """Let three workers share so many executions while they are killed, or (0 kills) frozen; check what each came to."""
    fleet, began = Fleet(database.url), time.monotonic()
    engine = WorkflowEngine(FakeApp(), database, lease=LEASE)
    async with asyncio.timeout(within):
        await asyncio.gather(*(fleet.hire() for _ in range(3)))
        killing = asyncio.create_task(fleet.freeze_each() if kills == 0 else fleet.kill_for_ever(kill_every, kills))
        answering = asyncio.create_task(answer_for_ever(engine))
        try:
            for number in range(executions):
                await engine.enqueue(sell, Sale(number), transaction_id=f"sale {number}")
                await engine.enqueue(sell, Sale(number), transaction_id=f"sale {number}")
            while await _value(database, f"SELECT count(*) FROM workflow_execution WHERE {OPEN}"):
                assert not answering.done()
                await asyncio.sleep(0.2)
            if kills is not None:
                await killing
            killed = fleet.killed
        finally:
            fleet.is_over.set()
            answering.cancel()
            await asyncio.wait([killing, answering])
            while fleet.workers:
                await fleet.kill()
    await _check(database, executions)
    print(json.dumps({"executions": executions, "killed": killed, "seconds": time.monotonic() - began}))


async def _check(database: Database, executions: int) -> None:
    refused = len([number for number in range(executions) if Sale(number).is_refused])
    made = executions - refused
    async with database.reader() as session:
        states = await session.fetch("SELECT state, count(*)::int AS n FROM workflow_execution GROUP BY 1")
        assert {row["state"]: row["n"] for row in states} == {"done": made, "reverted": refused}
        # What was written, and what was announced: all of it once for those that are done, nothing of the others.
        lines = await session.fetch(
            "SELECT what, count(*)::int AS n, count(DISTINCT about)::int AS d FROM chaos_line GROUP BY 1"
        )
        assert {row["what"]: (row["n"], row["d"]) for row in lines} == {
            "reserved": (made, made), "packed": (made, made), "closed": (made, made),
        }  # fmt: skip
        told = await session.fetch(
            "SELECT count(*)::int AS n, count(DISTINCT args->'message'->'data')::int AS d FROM procrastinate_jobs"
        )
        assert (told[0]["n"], told[0]["d"]) == (made, made)
        # Outside: one key for each thing, one effect for each key, however often it was asked for.
        keys = await session.fetch("SELECT what, about FROM chaos_call GROUP BY 1, 2 HAVING count(DISTINCT key) > 1")
        assert [tuple(row) for row in keys] == []
        effects = await session.fetch("SELECT what, count(*)::int AS n FROM chaos_effect GROUP BY 1")
        assert {row["what"]: row["n"] for row in effects} == {
            "charge": executions, "ask": executions, "ship": made, "refund": refused, "call off": refused,
        }  # fmt: skip
        assert await session.fetch_value("SELECT count(*) FROM chaos_call") > len(keys)


async def _value(database: Database, sql: str) -> int:
    async with database.reader() as session:
        value: int = await session.fetch_value(sql)
        return value


async def test_three_workers_share_executions_while_two_are_killed(database: Database) -> None:
    await share(database, executions=60, kill_every=1.0, kills=2, within=240)


async def test_workers_that_stood_still_and_wake_up_change_nothing(database: Database) -> None:
    await share(database, executions=60, within=180)


@pytest.mark.chaos
async def test_three_workers_share_a_thousand_executions_while_one_is_killed_every_two_seconds(
    database: Database,
) -> None:
    await share(database, executions=1_000, kill_every=2.0, kills=None, within=300)
