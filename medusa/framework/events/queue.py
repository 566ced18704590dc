"""The queue in PostgreSQL: how messages get in, what happens to those of dead workers, and what failed for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from medusa.framework.db import Session
from medusa.framework.events.delivery import Failure
from medusa.framework.events.transport import DeadLetter, DeadLetters, Message, Selection

QUEUE = "medusa"
DELIVER = "medusa.deliver"
RUN_JOB = "medusa.run_job"
SCHEDULE = "(schedule)"
FAR_DAY = "9999-01-01 00:00:00+00"
"""When that is due which waits for another message of its order."""
_CHANNEL = f"procrastinate_queue_v1#{QUEUE}"
_WAKE = '{"type": "job_inserted", "job_id": 0}'
_encoder = msgspec.json.Encoder(decimal_format="number")

_DEFER = f"""
WITH incoming AS (
  SELECT message, position, message->>'order' AS lock,
    row_number() OVER (PARTITION BY message->>'order' ORDER BY position) AS place
  FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS r (message, position)
)
SELECT procrastinate_defer_jobs_v1(array_agg((
  $2::text, $3::text, 0, lock, NULL, jsonb_build_object('message', message),
  CASE WHEN lock IS NOT NULL AND (place > 1 OR lock IN (SELECT event_busy_orders($4))) THEN '{FAR_DAY}'::timestamptz END
)::procrastinate_job_to_defer_v1 ORDER BY position)) FROM incoming"""

_RESCUE = """
UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, scheduled_at = now(), worker_id = NULL
WHERE id IN (
  SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
  WHERE job.status = 'doing' AND job.queue_name = $1
    AND (worker.id IS NULL OR worker.last_heartbeat < now() - $2::interval)
  FOR UPDATE OF job SKIP LOCKED
) AND status = 'doing' RETURNING id"""

_DUE = """
SELECT EXISTS (SELECT FROM procrastinate_jobs job WHERE queue_name = $1 AND status = 'todo'
  AND (scheduled_at IS NULL OR scheduled_at <= now())
  AND (lock IS NULL OR NOT EXISTS (SELECT FROM procrastinate_jobs earlier
    WHERE earlier.lock = job.lock AND (earlier.status = 'doing' OR earlier.status = 'todo' AND earlier.id < job.id))))"""

_FAILED = f"""
FROM procrastinate_jobs job LEFT JOIN event_error failure ON failure.job_id = job.id
WHERE job.queue_name = '{QUEUE}' AND job.task_name IN ('{DELIVER}', '{RUN_JOB}') AND job.status = 'failed'
  AND ($1::text[] IS NULL OR job.id::text = ANY ($1))
  AND ($2::text IS NULL OR $2 = coalesce(job.args->'message'->>'event', '{SCHEDULE}'))
  AND ($3::text IS NULL OR $3 = coalesce(job.args->'message'->>'subscriber', job.args->>'job'))"""


async def defer(session: Session, messages: Sequence[Message]) -> None:
    """Queue messages in the session's transaction."""
    if not messages:
        return
    orders = await lock_orders(session, messages)
    await session.execute(_DEFER, _encoder.encode(messages).decode(), QUEUE, DELIVER, orders)


async def lock_orders(session: Session, messages: Sequence[Message]) -> list[str]:
    """Let transactions that add to one order take turns, so that messages get their numbers in the order of the commits."""
    orders = list({message.order for message in messages if message.order is not None})
    if orders:
        await session.execute("SELECT event_lock_orders($1)", orders)
    return orders


async def wake(session: Session) -> None:
    """Tell idle workers that there is something to do; heard after the commit."""
    await session.execute("SELECT pg_notify($1, $2)", _CHANNEL, _WAKE)


async def is_due(session: Session) -> bool:
    """Whether there is a job that a worker would take now."""
    due: bool = await session.fetch_value(_DUE, QUEUE)
    return due


async def rescue(session: Session, lease: timedelta) -> int:
    """Give back to the queue what workers had that show no sign of life; how many there were."""
    rows = await session.fetch(_RESCUE, QUEUE, lease)
    if rows:
        await wake(session)
    return len(rows)


async def record(session: Session, job_id: int, failure: Failure) -> None:
    """Keep why a job failed."""
    await session.execute(
        "INSERT INTO event_error (job_id, error, traceback) SELECT id, $2, $3 FROM procrastinate_jobs WHERE id = $1 "
        "ON CONFLICT (job_id) DO UPDATE SET error = excluded.error, traceback = excluded.traceback, failed_at = now()",
        job_id,
        failure.error,
        failure.traceback,
    )


async def forget(session: Session, age: timedelta) -> int:
    """Delete what failed longer ago than this; how many there were."""
    rows = await session.fetch(
        "DELETE FROM procrastinate_jobs job USING event_error failure WHERE failure.job_id = job.id "
        "AND job.status = 'failed' AND failure.failed_at < now() - $1::interval RETURNING job.id",
        age,
    )
    return len(rows)


class QueueDeadLetters(DeadLetters):
    """Messages and runs of scheduled jobs that failed in the queue. Their ids are numbers."""

    async def find(self, session: Session, which: Selection) -> list[DeadLetter]:
        rows = await session.fetch(
            "SELECT job.id, job.args, job.attempts, coalesce(failure.failed_at, now()) AS failed_at, "
            f"coalesce(failure.error, '') AS error, coalesce(failure.traceback, '') AS traceback {_FAILED} ORDER BY job.id",
            *which.values(),
        )
        return [_dead_letter(row) for row in rows]

    async def replay(self, session: Session, which: Selection) -> list[str]:
        rows = await session.fetch(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL "
            f"WHERE id IN (SELECT job.id {_FAILED} FOR UPDATE OF job) AND status = 'failed' RETURNING id::text",
            *which.values(),
        )
        if rows:
            await wake(session)
        return [row["id"] for row in rows]

    async def discard(self, session: Session, which: Selection) -> list[str]:
        rows = await session.fetch(
            f"DELETE FROM procrastinate_jobs WHERE id IN (SELECT job.id {_FAILED} FOR UPDATE OF job) RETURNING id::text",
            *which.values(),
        )
        return [row["id"] for row in rows]


def _dead_letter(row: Any) -> DeadLetter:
    args: dict[str, Any] = row["args"]
    message: dict[str, Any] = args.get("message", {})
    return DeadLetter(
        id=str(row["id"]),
        event=message.get("event", SCHEDULE),
        subscriber=message.get("subscriber", args.get("job", "")),
        data=message.get("data", {}),
        attempts=row["attempts"],
        failed_at=row["failed_at"],
        error=row["error"],
        traceback=row["traceback"],
    )
