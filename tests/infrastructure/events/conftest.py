"""An application for each transport, with subscribers that can be told to fail or to wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.config import (
    Config,
    Environment,
    HttpConfig,
    ModuleConfig,
    ProjectConfig,
    ProviderConfig,
    complete,
)
from medusa.framework.events import DeadLetter, Event, EventRegistry, Selection, Subscriber
from medusa.framework.events.dead_letters import AllDeadLetters
from medusa.framework.ids import ulid
from medusa.framework.worker import Worker

LEASE, GRACE = timedelta(seconds=4), timedelta(seconds=3)
"""Where workers are killed, and where they stop; far above what a busy machine holds up a heartbeat or a test."""
PATIENT = timedelta(minutes=10)
"""Where nobody dies: a worker that the machine holds up is not dead."""


def config(database_url: str, redis_url: str | None, prefix: str = "", lease: timedelta = LEASE) -> Config:
    """The shipped application on this database, with events over Redis where it has an address."""
    options = {"url": redis_url, "prefix": prefix}
    provider = ProviderConfig(resolve="medusa.infrastructure.events.redis:RedisTransport", id="redis", options=options)
    http = HttpConfig(jwt_secret="test", cookie_secret="test", access_log=False)
    project = ProjectConfig(
        database_url=database_url, http=http, log_level="error", workflow_lease=lease, shutdown_timeout=GRACE
    )
    modules = {"events": ModuleConfig(providers=[provider])} if redis_url else {}
    return complete(Config(project=project, modules=modules, environment=Environment.TEST, root=Path.cwd()), {})


@dataclass
class Listening:
    """An application and what its subscribers got. Data of events: ``{"id": ..., "step": ...}``.

    Attributes:
        broken: Steps at which subscribers fail.
        gate: Subscribers wait here; it is open unless it is cleared.
    """

    app: App
    received: list[tuple[str, Event]] = field(default_factory=list[tuple[str, Event]])
    broken: set[str] = field(default_factory=set[str])
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def subscriber(self, id: str, *events: str, **options: Any) -> Subscriber:
        """A subscriber that notes what it gets."""

        async def note(event: Event, app: App) -> None:
            self.received.append((id, event))
            self.changed.set()
            await self.gate.wait()
            if event.data.get("step") in self.broken:
                raise RuntimeError(f"cannot do {event.data['step']}")

        return Subscriber(id, events, note, **options)

    async def emit(self, name: str, *data: dict[str, Any]) -> None:
        """Emit in a transaction of its own."""
        async with self.app.database.session() as session:
            await self.app.emit(session, name, list(data))

    async def work(self, rounds: int = 1) -> None:
        """Deliver what is due; between the rounds time passes."""
        for _ in range(rounds):
            await self.pass_time()
            await Worker(self.app).run_until_idle()

    async def pass_time(self) -> None:
        """What is due later is due now; what waits for another one of its order goes on to wait."""
        soon = "BETWEEN now() AND now() + interval '2 hours'"
        async with self.app.database.session() as session:
            await session.execute(f"UPDATE procrastinate_jobs SET scheduled_at = now() WHERE scheduled_at {soon}")
            await session.execute(f"UPDATE event_outbox SET due_at = now() WHERE due_at {soon}")

    async def waits(self) -> list[timedelta]:
        """How long each message in the queue or the outbox still waits."""
        sql = (
            "SELECT scheduled_at - now() AS wait FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at > now() "
            "UNION ALL SELECT due_at - now() FROM event_outbox WHERE due_at > now()"
        )
        async with self.app.database.reader() as session:
            return [row["wait"] for row in await session.fetch(sql)]

    async def left(self) -> int:
        """How many messages are neither delivered nor discarded."""
        sql = "SELECT (SELECT count(*) FROM procrastinate_jobs) + (SELECT count(*) FROM event_outbox)"
        async with self.app.database.reader() as session:
            count: int = await session.fetch_value(sql)
        return count

    async def failed(self, **conditions: Any) -> list[DeadLetter]:
        """Dead letters."""
        async with self.app.database.session() as session:
            return await AllDeadLetters().find(session, Selection(**conditions))

    async def until(self, count: int, seconds: float = 60) -> None:
        """Wait until subscribers were called so often."""
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                self.changed.clear()
                await self.changed.wait()

    @asynccontextmanager
    async def worker(self) -> AsyncGenerator[Worker]:
        """A worker that runs for the time of the block."""
        worker = Worker(self.app)
        worker.start()
        try:
            yield worker
        finally:
            self.gate.set()
            await worker.stop()


@asynccontextmanager
async def opened(settings: Config) -> AsyncGenerator[Listening]:
    """The application, nothing in its queue before and after."""
    async with App.open(settings.root, config=settings) as app:
        await app.notifications.start()
        listening = Listening(app)
        await _forget_all(app)
        listening.gate.set()
        yield listening
        await _forget_all(app)


async def _forget_all(app: App) -> None:
    async with app.database.session() as session:
        await session.execute("DELETE FROM procrastinate_jobs")
        await session.execute("DELETE FROM event_outbox")


@pytest.fixture(scope="module")
def lease() -> timedelta:
    """Of the application's workers."""
    return PATIENT


@pytest.fixture(scope="module", params=["postgres", "redis"])
async def _transport(request: pytest.FixtureRequest, database_url: str, lease: timedelta) -> AsyncIterator[App]:
    redis_url = str(request.getfixturevalue("redis_url")) if request.param == "redis" else None
    async with opened(config(database_url, redis_url, f"test-{ulid()}:", lease)) as listening:
        yield listening.app


@pytest.fixture
async def listening(_transport: App) -> AsyncIterator[Listening]:
    """An application with each transport; it has no subscribers but those that the test adds."""
    registry, _transport.events = _transport.events, EventRegistry()
    made = Listening(_transport)
    made.gate.set()
    yield made
    await _forget_all(_transport)
    _transport.events = registry
