"""Workers that start in no time, to be killed: forks of a process that has everything loaded."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
from multiprocessing.context import ForkServerProcess

from medusa.framework.app import App
from medusa.framework.events import Event, EventRegistry, Subscriber
from medusa.framework.worker import Worker
from tests.infrastructure.events.conftest import config

TABLE = "CREATE TABLE delivered (id serial PRIMARY KEY, subscriber text, cart text, number integer, pid integer)"
SUBSCRIBERS = {"follow": "cart", "stumble": None}
"""Ids, and what their events are ordered by."""
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.chaos.preloaded"])


def listen(app: App) -> None:
    """One subscriber that gets events in their order, and one that fails now and then."""
    app.events = EventRegistry()
    for id, ordered_by in SUBSCRIBERS.items():
        note = _note if id == "follow" else _stumble
        app.events.add(Subscriber(id, ("test.counted",), note, max_attempts=30, ordered_by=ordered_by))


def start_worker(database_url: str, prefix: str, redis_url: str | None) -> ForkServerProcess:
    """A worker process."""
    process = _context.Process(target=_work, args=(database_url, prefix, redis_url), daemon=True)
    process.start()
    return process


def _work(database_url: str, prefix: str, redis_url: str | None) -> None:
    asyncio.run(_run(database_url, prefix, redis_url))


async def _run(database_url: str, prefix: str, redis_url: str | None) -> None:
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
