"""The worker: runs subscribers and scheduled jobs from the queue in PostgreSQL, and the transport of events beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import procrastinate
import structlog
from procrastinate.jobs import Job, Notification
from procrastinate.retry import BaseRetryStrategy
from procrastinate.worker import Worker as QueueWorker
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from medusa.framework.events import EventTransport, Failure, Message, queue
from medusa.framework.events.delivery import deliver, one_line, run_job
from medusa.framework.tasks import end

if TYPE_CHECKING:
    from medusa.framework.app import App

log = structlog.get_logger()
_CONNECT_SECONDS = 5.0
_POLL_SECONDS = 1.0  # for what is due later; what is due now is announced
_TIDY_EVERY_SECONDS = 3600
_MAX_ID = 128


class _OneLine(logging.Handler):
    """Errors of the queue's driver, one line each. How a run ended we say ourselves, with names that mean something."""

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "action", "") != "job_error":
            error = record.exc_info[1] if record.exc_info else None
            log.warning("worker.trouble", error=_cause(error) if error else record.getMessage())


def _cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return one_line(error)


for name in ("procrastinate", "psycopg.pool"):
    logging.getLogger(name).propagate = False
    logging.getLogger(name).addHandler(_OneLine(logging.ERROR))


def _unchecked_pool(**settings: Any) -> AsyncConnectionPool:
    """Connections as they are: one that was lost ends the worker's round, asking each time costs a round trip."""
    settings["check"] = None
    return AsyncConnectionPool(**settings)


async def _quick(connection: AsyncConnection) -> None:
    """The queue's statements are complete each for itself; one that a crash of PostgreSQL takes back means another delivery."""
    await connection.set_autocommit(True)
    await connection.execute("SET synchronous_commit = off")


class _Failed(Exception):
    """Ends a job of the queue; it is run again after a while, or never."""

    def __init__(self, again_in: float | None) -> None:
        self.again_in = again_in


class _Again(BaseRetryStrategy):
    """What we decided is done; what was cut short is run again at once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        wait = exception.again_in if isinstance(exception, _Failed) else 0.0
        if wait is None:
            return None
        return procrastinate.RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=wait))


class _Attentive(QueueWorker):
    """Looks again when it was told of a job while it looked; procrastinate's forgets that, and sleeps until its next look."""

    _told = 0

    async def _handle_notification(self, *, channel: str, notification: Notification) -> None:
        self._told += 1
        await super()._handle_notification(channel=channel, notification=notification)

    async def _fetch_and_process_jobs(self) -> None:
        told = -1
        while told != self._told and not self._stop_event.is_set():
            told = self._told
            await super()._fetch_and_process_jobs()  # type: ignore[no-untyped-call]


class Worker:
    """Takes jobs of the queue, several at a time, until it is stopped.

    Args:
        concurrency: How many run at a time; None for what the transport says.
    """

    def __init__(self, app: App, *, concurrency: int | None = None) -> None:
        self.app = app
        self.transport = app.providers.default(EventTransport)
        self.concurrency = concurrency or self.transport.concurrency
        self.lease, self.grace = app.config.project.workflow_lease, app.config.project.shutdown_timeout
        self._tasks: list[asyncio.Task[None]] = []
        self._at_work: _Attentive | None = None
        self._is_stopping = False

    # --- the queue ----------------------------------------------------------------------------------

    def _open_queue(self, *, scheduled: bool) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            conninfo=self.app.database.url,
            min_size=1,
            max_size=self.concurrency + 2,
            timeout=_CONNECT_SECONDS,
            pool_factory=_unchecked_pool,
            configure=_quick,
        )
        opened = procrastinate.App(connector=connector)

        async def deliver_message(context: procrastinate.JobContext, message: dict[str, Any]) -> None:
            known = msgspec.convert(message, Message)
            await self._settle(context.job, await deliver(self.app, known, context.job.attempts + 1))

        async def run_scheduled(context: procrastinate.JobContext, timestamp: int, job: str) -> None:
            await self._settle(context.job, await run_job(self.app, job, context.job.attempts + 1))

        opened.task(name=queue.DELIVER, queue=queue.QUEUE, pass_context=True, retry=_Again())(deliver_message)
        task = opened.task(name=queue.RUN_JOB, queue=queue.QUEUE, pass_context=True, retry=_Again())(run_scheduled)
        for job in self.app.events.jobs.values() if scheduled else ():
            opened.periodic(cron=job.cron, periodic_id=job.id[-_MAX_ID:], task_kwargs={"job": job.id})(task)
        return opened

    async def _settle(self, job: Job, failure: Failure | None) -> None:
        if failure is None:
            return
        assert job.id is not None
        async with self.app.database.session() as session:
            await queue.record(session, job.id, failure)
        raise _Failed(failure.again_in)

    async def _work(self, opened: procrastinate.App, *, wait: bool) -> None:
        async with opened.open_async():
            worker = _Attentive(
                opened,
                queues=[queue.QUEUE],
                wait=wait,
                concurrency=self.concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=_POLL_SECONDS,
                update_heartbeat_interval=self.lease.total_seconds() / 3,
                stalled_worker_timeout=10 * self.lease.total_seconds(),
                shutdown_graceful_timeout=self.grace.total_seconds(),
                delete_jobs="successful",
            )
            if self._is_stopping:
                return
            self._at_work = worker
            await worker.run()  # type: ignore[no-untyped-call]

    # --- once ---------------------------------------------------------------------------------------

    async def run_until_idle(self) -> None:
        """Run every job and deliver every message that is due, then return (for tests and scripts)."""
        while await self.transport.drain() or await self._is_due():
            await self._work(self._open_queue(scheduled=False), wait=False)

    async def _is_due(self) -> bool:
        async with self.app.database.reader() as session:
            return await queue.is_due(session)

    # --- for ever -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Run in the background."""
        self._is_stopping = False
        self.transport.start()
        self._tasks = [
            asyncio.create_task(self._work_for_ever(), name="worker"),
            asyncio.create_task(self._look_after_others(), name="worker-rescue"),
        ]

    async def stop(self) -> None:
        """Let running jobs finish (``shutdown_timeout`` at most), then stop; does nothing the second time."""
        if not self._tasks:
            return
        self._is_stopping = True
        if self._at_work is not None:
            self._at_work.stop()  # type: ignore[no-untyped-call]
        work, *others = self._tasks
        work.cancel()  # once: a second time would cut off what runs. Where it is lost, the worker was told to stop.
        await asyncio.gather(self.transport.stop(), asyncio.wait([work]), end(*others))
        self._tasks.clear()

    async def _work_for_ever(self) -> None:
        told = ""
        while not self._is_stopping:
            try:
                await self._is_due()  # while the database is away: asked each second, the driver's pauses grow
                if told:
                    log.warning("worker.resumed")
                told = ""
                await self._work(self._open_queue(scheduled=True), wait=True)
                cause = "a connection was lost"
            except Exception as error:
                cause = _cause(error)
            if not told:  # of an interruption that is known nothing is said again
                log.warning("worker.interrupted", error=cause)
            told = cause
            await asyncio.sleep(1)

    async def _look_after_others(self) -> None:
        """Give back what dead workers had, and forget what failed long ago."""
        tidy_at = 0.0
        clock = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(Exception):  # the database is away: the next round tries again
                async with self.app.database.session() as session:
                    if count := await queue.rescue(session, self.lease):
                        log.warning("worker.jobs_rescued", count=count)
                    if clock.time() >= tidy_at:
                        await queue.forget(session, self.transport.keep_failed)
                        await self.transport.tidy(session)
                        tidy_at = clock.time() + _TIDY_EVERY_SECONDS
            await asyncio.sleep(self.lease.total_seconds() / 3)
