"""The worker: runs subscribers and scheduled jobs from the queue in PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import procrastinate
import structlog

from medusa.framework.events import QUEUE, Event, ScheduledJob, Subscriber

if TYPE_CHECKING:
    from medusa.framework.app import App

log = structlog.get_logger()
STALLED_AFTER_SECONDS = 30


class Worker:
    """Takes jobs of the queue, several at a time, until it is stopped."""

    def __init__(self, app: App, *, concurrency: int = 4) -> None:
        self.app = app
        self.concurrency = concurrency
        self._queue = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=app.database.url, min_size=1, max_size=concurrency + 2)
        )
        self._task: asyncio.Task[None] | None = None
        for subscriber in app.events.subscribers.values():
            self._add_subscriber(subscriber)
        for job in app.events.jobs.values():
            self._add_job(job)
        self._add_rescue()

    def _add_subscriber(self, subscriber: Subscriber) -> None:
        async def run(event: str, data: dict[str, Any]) -> None:
            await subscriber.function(Event(event, data), self.app)

        again = subscriber.max_attempts - 1  # the queue counts the tries after the first one, and takes 0 for no bound
        retry = procrastinate.RetryStrategy(max_attempts=again, exponential_wait=2) if again > 0 else None
        self._queue.task(name=subscriber.id, queue=QUEUE, retry=retry or False)(run)

    def _add_job(self, job: ScheduledJob) -> None:
        async def run(timestamp: int) -> None:
            await job.function(self.app)

        task = self._queue.task(name=job.id, queue=QUEUE)(run)
        self._queue.periodic(cron=job.cron, periodic_id=job.id)(task)

    def _add_rescue(self) -> None:
        """Give the jobs of workers that died back to the queue."""

        async def rescue(timestamp: int) -> None:
            manager = self._queue.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
                await manager.retry_job(job)
                log.warning("worker.job_rescued", job_id=job.id, task=job.task_name)

        task = self._queue.task(name="medusa.rescue_stalled_jobs", queue=QUEUE)(rescue)
        self._queue.periodic(cron="* * * * *", periodic_id="medusa.rescue_stalled_jobs")(task)

    async def run_until_idle(self) -> None:
        """Run every job that is due, then return (for tests and scripts)."""
        async with self._queue.open_async():
            await self._queue.run_worker_async(
                queues=[QUEUE], wait=False, install_signal_handlers=False, concurrency=self.concurrency
            )

    def start(self) -> None:
        """Run in the background."""
        self._task = asyncio.create_task(self._run(), name="worker")

    async def _run(self) -> None:
        async with self._queue.open_async():
            await self._queue.run_worker_async(
                queues=[QUEUE],
                concurrency=self.concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=30,
                delete_jobs="successful",
            )

    async def stop(self) -> None:
        """Let running jobs finish (30 s at most), then stop."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
