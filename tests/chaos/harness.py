"""A shop whose payments and parcels are with other processes, and servers that are killed at chosen places."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from medusa.framework.db import Database
from medusa.framework.testing.clients import Client
from medusa.framework.testing.postgres import worker_database
from medusa.framework.testing.server import LiveServer, live_server, start_server
from medusa.framework.testing.shop import Shop, make_shop

PROJECT = Path(__file__).parents[2]
EMAIL, PASSWORD = "admin@example.com", "supersecret"
PAYMENT, SHIPPING = "pp_recorded_test", "recorded_test"
RECOVERY_SECONDS = 120
CONFIG = """
from datetime import timedelta

from medusa.framework.config import Config, HttpConfig, ModuleConfig, ProjectConfig, ProviderConfig

options = {{"url": "{url}"}}
config = Config(
    project=ProjectConfig(http=HttpConfig(access_log=False), workflow_lease=timedelta(seconds=1.5)),
    modules={{
        "payment": ModuleConfig(
            providers=[ProviderConfig(resolve="tests.chaos.providers:RecordedPayment", id="test", options=options)]
        ),
        "fulfillment": ModuleConfig(
            providers=[ProviderConfig(resolve="tests.chaos.providers:RecordedFulfillment", id="test", options=options)]
        ),
    }},
)
"""
SUBSCRIBER = """
from medusa.framework.app import App
from medusa.framework.events import Event, subscriber
from tests.chaos.providers import ask


@subscriber(
    "order.placed", "order.canceled", "payment.captured", "payment.refunded", "order.fulfillment_created",
    "order.fulfillment_canceled",
)
async def tell(event: Event, app: App) -> None:
    await ask("{url}", "event", name=event.name, data=event.data)
"""
REFUSAL = """
from typing import Any

from medusa.framework.errors import NotAllowed
from medusa.framework.workflows import WorkflowContext
from medusa.workflows.cart.complete import complete_cart


@complete_cart.hook("order_created")
async def refuse(ctx: WorkflowContext, *, order_id: str, cart_id: str) -> None:
    email = await ctx.session.fetch_value("SELECT email FROM cart WHERE id = $1", cart_id)
    if email.startswith("refused"):
        raise NotAllowed("We do not sell to you")
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the recorder has written down."""

    url: str
    file: Path

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read it."""
        with sqlite3.connect(self.file) as database:
            return database.execute(sql, values).fetchall()

    def keys(self, what: str, about: str) -> list[str]:
        """The key of each call."""
        return [key for (key,) in self.rows("SELECT key FROM call WHERE what = ? AND about = ?", what, about)]

    def effects(self, what: str, about: str) -> int:
        """How often something was really done."""
        count: int = self.rows("SELECT count(*) FROM effect WHERE what = ? AND about = ?", what, about)[0][0]
        return count

    def events(self, name: str, id: str) -> int:
        """How often a subscriber got an event about something."""
        count: int = self.rows("SELECT count(*) FROM event WHERE name = ? AND data LIKE ?", name, f'%"{id}"%')[0][0]
        return count

    def behave(self, **moods: dict[str, Any]) -> None:
        """Be slow, fail or lose answers from now on; see ``Recorder.behaviour``."""
        httpx.post(f"{self.url}/behaviour", json=moods).raise_for_status()


@contextmanager
def recorder(directory: Path) -> Generator[Ledger]:
    """The other side's process."""
    file = directory / "ledger.sqlite"
    command = [sys.executable, "-m", "tests.chaos.recorder", str(file)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield Ledger(f"http://127.0.0.1:{port}", file)
        finally:
            process.kill()


def make_application(root: Path, ledger: Ledger) -> None:
    """An application that uses the recorder's providers, tells it of events and refuses some buyers."""
    for folder in ("subscribers", "workflows"):
        (root / "src" / folder).mkdir(parents=True)
    (root / "medusa_config.py").write_text(CONFIG.format(url=ledger.url))
    (root / "src/subscribers/telling.py").write_text(SUBSCRIBER.format(url=ledger.url))
    (root / "src/workflows/refusing.py").write_text(REFUSAL)


def environment(database_url: str) -> dict[str, str]:
    """What every process of the application gets."""
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    return {"DATABASE_URL": database_url, "PYTHONPATH": path, "JWT_SECRET": "test", "COOKIE_SECRET": "test"}


@dataclass(slots=True)
class World:
    """A running application with a shop, its database, and the other side's notes."""

    root: Path
    database: Database
    ledger: Ledger
    server: LiveServer
    shop: Shop

    @contextmanager
    def victim(self, fault: str, log: Path | None = None) -> Generator[LiveServer]:
        """Another server process, which dies at ``fault`` (``workflow:number``)."""
        variables = {
            **environment(self.database.url),
            "MEDUSA_ENV": "test",
            "MEDUSA_FAULT": fault,
            "MEDUSA_WORKER_MODE": "server",
            **({"MEDUSA_FAULT_LOG": str(log)} if log else {}),
        }
        server = start_server(self.root, self.database.url, environment=variables)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.kill()

    @asynccontextmanager
    async def clients(self, server: LiveServer) -> AsyncGenerator[tuple[Client, Client]]:
        """(admin, store) clients of another server, with the credentials of this one's."""
        made = [
            Client(httpx.AsyncClient(base_url=server.url, headers=known.http.headers, timeout=60), known.prefix)
            for known in (self.shop.admin, self.shop.store)
        ]
        async with made[0] as admin, made[1] as store:
            yield admin, store

    async def value(self, sql: str, *values: object) -> Any:
        """One value of the database."""
        async with self.database.reader() as session:
            return await session.fetch_value(sql, *values)

    async def recovered(self, workflow: str) -> float:
        """Wait until no execution is under way; how many seconds it took."""
        start = time.monotonic()
        sql = "SELECT count(*) FROM workflow_execution WHERE workflow_id = $1 AND state IN ('invoking', 'compensating')"
        while await self.value(sql, workflow):
            assert time.monotonic() - start < RECOVERY_SECONDS, self.server.log.read_text()[-3000:]
            await asyncio.sleep(0.1)
        return time.monotonic() - start

    async def becomes(self, read: Callable[[], int], wanted: int, seconds: float = 60) -> int:
        """Read until it is what is wanted, or the time is over; what was read last."""
        for _ in range(int(seconds * 10)):
            if read() == wanted:
                break
            await asyncio.sleep(0.1)
        return read()


@asynccontextmanager
async def open_world(directory: Path) -> AsyncGenerator[World]:
    """Start everything; stop it at the end."""
    with worker_database(f"chaos_{directory.name}".replace("-", "_")) as url, recorder(directory) as ledger:
        root = directory / "application"
        make_application(root, ledger)
        variables = environment(url)
        with live_server(root, url, environment=variables) as server:
            command = [sys.executable, "-m", "medusa.cli.main", "user", "-e", EMAIL, "-p", PASSWORD]
            made = await asyncio.create_subprocess_exec(*command, cwd=root, env={**os.environ, **variables})
            assert await made.wait() == 0
            async with (
                httpx.AsyncClient(base_url=server.url, timeout=60) as http,
                httpx.AsyncClient(base_url=server.url, timeout=60) as buyer,
            ):
                login = await http.post("/auth/user/emailpass", json={"email": EMAIL, "password": PASSWORD})
                http.headers["authorization"] = f"Bearer {login.json()['token']}"
                shop = await make_shop(
                    Client(http, "/admin"), Client(buyer, "/store"), tax=None, country="no", payment_providers=[PAYMENT]
                )
                database = await Database.connect(url, min_size=1, max_size=4)
                try:
                    yield World(root, database, ledger, server, shop)
                finally:
                    await database.close()
