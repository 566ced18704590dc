"""Executions as live streams, over two servers: one is watched, the other one works."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from medusa.framework.db import Database
from medusa.framework.testing.postgres import worker_database
from medusa.framework.testing.server import LiveServer, live_server, start_server

EMAIL, PASSWORD = "admin@example.com", "supersecret"
SECRETS = {"JWT_SECRET": "test", "COOKIE_SECRET": "test"}
PATH = "/admin/workflows-executions/parcel"
WORKFLOW = """
from datetime import timedelta

from medusa.framework.workflows import Undoable, Waiting, WorkflowContext, step, workflow


async def unpack(ctx: WorkflowContext, number: int) -> None: ...


@step("pack-parcel", undo=unpack)
async def pack(ctx: WorkflowContext, number: int) -> Undoable[int, int]:
    return Undoable(number, undo=number)


@step("weigh-parcel", background=True, no_undo="only looks")
async def weigh(ctx: WorkflowContext, number: int) -> int:
    return number * 2


@step("await-courier", waits=True, no_undo="nothing was asked")
async def await_courier(ctx: WorkflowContext, number: int) -> Waiting[str, None]:
    return Waiting(undo=None)


@workflow("parcel")
async def parcel(ctx: WorkflowContext, number: int) -> str:
    await pack(ctx, number)
    await weigh(ctx, number)
    return await await_courier(ctx, number)
"""
CONFIG = """
from datetime import timedelta

from medusa.framework.config import Config, HttpConfig, ProjectConfig

# A server that waited for its streams would not end in time.
http, patience = HttpConfig(access_log=False), timedelta(minutes=10)
config = Config(project=ProjectConfig(http=http, shutdown_timeout=patience))
"""


class Servers:
    """A server that answers only, a worker, and the token for both."""

    def __init__(self, root: Path, database: Database, server: LiveServer, token: str) -> None:
        self.root = root
        self.database = database
        self.server = server
        self.headers = {"authorization": f"Bearer {token}"}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server.url, headers=self.headers, timeout=60)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, LiveServer, str]]:
    root = tmp_path_factory.mktemp("streams") / "application"
    (root / "src" / "workflows").mkdir(parents=True)
    (root / "src" / "workflows" / "parcel.py").write_text(WORKFLOW)
    (root / "medusa_config.py").write_text(CONFIG)
    with ExitStack() as stack:
        url = stack.enter_context(worker_database(f"streams_{os.getpid()}"))
        environment = {**SECRETS, "DATABASE_URL": url}
        command = [sys.executable, "-m", "medusa.cli.main", "user", "-e", EMAIL, "-p", PASSWORD]
        subprocess.run(command, cwd=root, env={**os.environ, **environment}, check=True, capture_output=True)
        server, _ = [
            stack.enter_context(live_server(root, url, environment={**environment, "MEDUSA_WORKER_MODE": mode}))
            for mode in ("server", "worker")
        ]
        login = httpx.post(f"{server.url}/auth/user/emailpass", json={"email": EMAIL, "password": PASSWORD})
        yield root, url, server, login.json()["token"]


@pytest.fixture(scope="module")
async def servers(running: tuple[Path, str, LiveServer, str]) -> AsyncIterator[Servers]:
    root, url, server, token = running
    database = await Database.connect(url, min_size=1, max_size=2)
    yield Servers(root, database, server, token)
    await database.close()


class Stream:
    """A client that watches."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self.lines = lines
        self.events: list[dict[str, Any]] = []

    async def until(self, kind: str, step: str | None = None) -> None:
        """Read until this has happened."""
        async with asyncio.timeout(60):
            async for line in self.lines:
                if line.startswith("data: "):
                    event = json.loads(line.removeprefix("data: "))
                    self.events.append(event)
                    if event["event_type"] == kind and step in (None, _action(event)):
                        return
        raise AssertionError(f"The stream ended before {kind}: {self.events}")


def _action(event: dict[str, Any]) -> str | None:
    action: str | None = event.get("step", {}).get("definition", {}).get("action")
    return action


async def watch(stack: AsyncExitStack, client: httpx.AsyncClient, path: str) -> Stream:
    """Connected, and sure to hear of what happens from now on."""
    answer = await stack.enter_async_context(client.stream("GET", f"{path}/subscribe", timeout=120))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    lines = answer.aiter_lines()
    assert await anext(lines) == ":"
    return Stream(lines)


async def test_streams_tell_what_another_process_does(servers: Servers) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(servers.client())
        every, one, other = [await watch(stack, client, path) for path in (PATH, f"{PATH}/t1", f"{PATH}/somebody-else")]
        run = await client.post(f"{PATH}/run", json={"input": 4, "transaction_id": "t1"})
        assert run.json()["acknowledgement"]["hasFinished"] is False
        await one.until("onStepBegin", "await-courier")
        answer = {"transaction_id": "t1", "step_id": "await-courier", "response": "Ann"}
        assert (await client.post(f"{PATH}/steps/success", json=answer)).json() == {"success": True}
        await asyncio.gather(every.until("onFinish"), one.until("onFinish"))
    assert [(event["event_type"], _action(event)) for event in one.events] == [
        ("onBegin", None),
        ("onStepBegin", "pack-parcel"),
        ("onStepSuccess", "pack-parcel"),
        ("onStepBegin", "weigh-parcel"),
        ("onStepSuccess", "weigh-parcel"),
        ("onStepBegin", "await-courier"),
        ("onResume", None),
        ("onStepSuccess", "await-courier"),
        ("onFinish", None),
    ]
    assert one.events == every.events
    assert other.events == []
    weighed, finish = one.events[4], one.events[-1]
    assert (weighed["response"], weighed["step"]["invoke"]) == (8, {"state": "done", "status": "ok"})
    assert finish == {
        "event_type": "onFinish", "workflow_id": "parcel", "transaction_id": "t1", "result": "Ann", "errors": [],
    }  # fmt: skip


async def test_streams_hold_no_connection_and_end_with_their_clients(servers: Servers) -> None:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'medusa'"

    async def connections() -> int:
        async with servers.database.reader() as session:
            count: int = await session.fetch_value(sql)
            return count

    async with servers.client() as client:
        before = await connections()
        async with AsyncExitStack() as stack:
            for _ in range(40):  # twice as many as the pool has connections
                await watch(stack, client, PATH)
            assert (await client.get(f"{PATH}/nope")).status_code == 200
            assert await connections() <= before + 10  # some for what servers do beside, at the moment; not 40
        run = await client.post(f"{PATH}/run", json={"input": 1, "transaction_id": "after"})
        assert run.status_code == 200


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_stop_ends_streams_at_once(servers: Servers, workers: int) -> None:
    environment = {**SECRETS, "MEDUSA_WORKER_MODE": "server"}
    server = start_server(servers.root, servers.database.url, workers=workers, environment=environment)
    try:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                httpx.AsyncClient(base_url=server.url, headers=servers.headers, timeout=60)
            )
            stream = await watch(stack, client, PATH)
            server.process.send_signal(signal.SIGTERM)
            with pytest.raises((AssertionError, httpx.HTTPError)):
                await stream.until("onFinish")
            await asyncio.to_thread(server.process.wait, 120)
        assert server.process.returncode == 0
    finally:
        if server.process.poll() is None:
            server.kill()
