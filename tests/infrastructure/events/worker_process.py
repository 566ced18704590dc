"""A worker in a process of its own, to be killed: ``python -m ... DATABASE_URL [PREFIX REDIS_URL]``.

Its subscribers tell the database what they got, and never come to an end.
"""

from __future__ import annotations

import asyncio
import sys

from medusa.framework.app import App
from medusa.framework.events import Event, EventRegistry, Subscriber
from medusa.framework.worker import Worker
from tests.infrastructure.events.conftest import config

TABLE = "CREATE TABLE IF NOT EXISTS taken (step text)"


async def hang(event: Event, app: App) -> None:
    """Note the event, then hang."""
    async with app.database.session() as session:
        await session.execute("INSERT INTO taken VALUES ($1)", event.data["step"])
    await asyncio.Event().wait()


async def main(database_url: str, prefix: str = "", redis_url: str | None = None) -> None:
    """Work until killed."""
    settings = config(database_url, redis_url, prefix)
    async with App.open(settings.root, config=settings) as app:
        await app.notifications.start()
        app.events = EventRegistry()
        app.events.add(Subscriber("slow", ("test.sold",), hang))
        app.events.add(Subscriber("fragile", ("test.broken",), hang))
        Worker(app).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
