"""Worker processes, to be killed: ``python -m tests.chaos.delivering DATABASE_URL [PREFIX REDIS_URL]``."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys

from medusa.framework.app import App
from medusa.framework.events import Event, EventRegistry, Subscriber
from medusa.framework.worker import Worker
from tests.infrastructure.events.conftest import config

TABLE = "CREATE TABLE delivered (id serial PRIMARY KEY, subscriber text, cart text, number integer, pid integer)"
SUBSCRIBERS = {"follow": "cart", "stumble": None}
"""Ids, and what their events are ordered by."""


def listen(app: App) -> None:
    """One subscriber that gets events in their order, and one that fails now and then."""
    app.events = EventRegistry()
    for id, ordered_by in SUBSCRIBERS.items():
        note = _note if id == "follow" else _stumble
        app.events.add(Subscriber(id, ("test.counted",), note, max_attempts=30, ordered_by=ordered_by))


def start_worker(database_url: str, prefix: str, redis_url: str | None) -> subprocess.Popen[bytes]:
    """A worker process."""
    redis = [prefix, redis_url] if redis_url else []
    return subprocess.Popen([sys.executable, "-m", __name__, database_url, *redis])


async def run(database_url: str, prefix: str = "", redis_url: str | None = None) -> None:
    """Work until killed."""
    settings = config(database_url, redis_url, prefix)
    async with App.open(settings.root, config=settings) as app:
        await app.notifications.start()
        listen(app)
        Worker(app).start()
        await asyncio.Event().wait()


async def _note(event: Event, app: App) -> None:
    await _write(event, app, "follow")


async def _stumble(event: Event, app: App) -> None:
    if event.attempt == 1 and random.random() < 0.1:
        raise ConnectionError("the network stumbles")
    await _write(event, app, "stumble")


async def _write(event: Event, app: App, subscriber: str) -> None:
    await asyncio.sleep(0.005)
    async with app.database.session() as session:
        await session.execute(
            "INSERT INTO delivered (subscriber, cart, number, pid) VALUES ($1, $2, $3, $4)",
            subscriber,
            event.data["cart"],
            event.data["number"],
            os.getpid(),
        )
    await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
