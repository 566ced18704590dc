"""How fast one worker process delivers events, through PostgreSQL and through Redis.

    python benchmarks/events.py --database-url postgresql://... [--redis-url redis://...]

Printed is, for each transport: the time from a commit to the subscriber (median of 200), and how many of 2,000 waiting events
are delivered a second, free and in the order of five aggregates. The database has to be migrated, and nobody else may work on it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

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
from medusa.framework.events import Event, EventRegistry, Subscriber
from medusa.framework.worker import Worker

LATENCIES, EVENTS, BATCH = 200, 2000, 100


def settings(database_url: str, redis_url: str | None) -> Config:
    """The shipped application, with the events over Redis where there is one."""
    options = {"url": redis_url, "prefix": "benchmark:"}
    redis = ProviderConfig(resolve="medusa.infrastructure.events.redis", id="redis", options=options)
    http = HttpConfig(jwt_secret="benchmark", cookie_secret="benchmark")
    project = ProjectConfig(database_url=database_url, http=http, log_level="error")
    modules = {"events": ModuleConfig(providers=[redis])} if redis_url else {}
    return complete(Config(project=project, modules=modules, environment=Environment.TEST, root=Path.cwd()), {})


async def emit(app: App, count: int) -> None:
    """So many events in one transaction."""
    async with app.database.session() as session:
        await app.emit(session, "benchmark.counted", [{"id": str(number % 5)} for number in range(count)])


async def measure(config: Config, name: str) -> None:
    """Print the figures of a transport."""
    async with App.open(config.root, config=config) as app:
        await app.notifications.start()
        seen, due = 0, asyncio.Event()

        async def count(event: Event, app: App) -> None:
            nonlocal seen
            seen += 1
            due.set()

        def listen(ordered_by: str | None) -> None:
            app.events = EventRegistry()
            app.events.add(Subscriber("count", ("benchmark.counted",), count, ordered_by=ordered_by))

        async def until(wanted: int) -> float:
            begin = time.perf_counter()
            while seen < wanted:
                due.clear()
                await due.wait()
            return time.perf_counter() - begin

        listen(None)
        worker = Worker(app)
        worker.start()
        times: list[float] = []
        for number in range(LATENCIES + 1):
            await emit(app, 1)
            times.append(await until(number + 1))
        await worker.stop()
        print(f"{name}: {statistics.median(times[1:]) * 1000:.1f} ms from the commit to the subscriber")
        for ordered_by in (None, "id"):
            listen(ordered_by)
            seen = 0
            for _ in range(EVENTS // BATCH):
                await emit(app, BATCH)
            worker = Worker(app)
            worker.start()
            seconds = await until(EVENTS)
            await worker.stop()
            print(f"{name}: {EVENTS / seconds:.0f} events a second, {'in order' if ordered_by else 'free'}")


async def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--redis-url")
    arguments = parser.parse_args()
    await measure(settings(arguments.database_url, None), "postgres")
    if arguments.redis_url:
        await measure(settings(arguments.database_url, arguments.redis_url), "redis")


if __name__ == "__main__":
    asyncio.run(main())
