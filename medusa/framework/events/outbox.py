"""The outbox: messages that another server than PostgreSQL carries stay here until they are delivered.

The transport takes what is due, hands it to its server in the same transaction, and says here how each delivery ended. Tries,
their delays, the order and dead letters are kept here and not there, so the server may lose everything it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from medusa.framework.db import Session
from medusa.framework.events.delivery import Failure
from medusa.framework.events.queue import FAR_DAY, lock_orders
from medusa.framework.events.transport import DeadLetter, DeadLetters, Message, Selection

CHANNEL = "medusa_outbox"
"""Notified when there may be something to send."""
_encoder = msgspec.json.Encoder(decimal_format="number")

# Of an order only the first message is due; those behind it lie on a far day, where looking for work does not meet them.
_ADD = f"""
WITH incoming AS (
  SELECT message, position, message->>'order' AS order_key,
    row_number() OVER (PARTITION BY message->>'order' ORDER BY position) AS place
  FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS r (message, position)
), added AS (
  INSERT INTO event_outbox (message, order_key, due_at)
  SELECT message, order_key, CASE WHEN order_key IS NOT NULL AND (place > 1 OR EXISTS (
    SELECT FROM event_outbox before WHERE before.order_key = incoming.order_key AND before.failed_at IS NULL
  )) THEN '{FAR_DAY}'::timestamptz ELSE now() END FROM incoming ORDER BY position RETURNING id
) SELECT pg_notify('{CHANNEL}', '') FROM added LIMIT 1"""

_TAKE = """
UPDATE event_outbox SET sent_at = now() WHERE id IN (
  SELECT id FROM event_outbox waiting
  WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= now() AND (order_key IS NULL OR NOT EXISTS (
    SELECT FROM event_outbox other WHERE other.order_key = waiting.order_key AND other.failed_at IS NULL
    AND (other.id < waiting.id OR other.id > waiting.id AND other.sent_at IS NOT NULL)))
  ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
) AND sent_at IS NULL RETURNING id, attempts, message"""

_NEXT = """
UPDATE event_outbox SET due_at = now() WHERE due_at > now() + interval '1000 years' AND id = (
  SELECT id FROM event_outbox WHERE order_key = $1 AND failed_at IS NULL ORDER BY order_key, id LIMIT 1)"""

_FAILED = """
WHERE failed_at IS NOT NULL AND ($1::text[] IS NULL OR 'o' || id = ANY ($1))
  AND ($2::text IS NULL OR message->>'event' = $2) AND ($3::text IS NULL OR message->>'subscriber' = $3)"""


class Sent(msgspec.Struct, frozen=True):
    """A message on its way, for its ``attempt``-th try."""

    id: int
    attempt: int
    message: Message


async def add(session: Session, messages: Sequence[Message]) -> None:
    """Keep messages in the session's transaction."""
    if messages:
        await lock_orders(session, messages)
        await session.execute(_ADD, _encoder.encode(messages).decode())


async def take(session: Session, limit: int) -> list[Sent]:
    """What is due, to be sent in this transaction; of one order only the first."""
    rows = await session.fetch(_TAKE, limit)
    taken = [Sent(row["id"], row["attempts"] + 1, msgspec.convert(row["message"], Message)) for row in rows]
    return sorted(taken, key=lambda sent: sent.id)


async def settle(session: Session, sent: Sent, failure: Failure | None) -> None:
    """Note how a try ended. Nothing happens where another worker has had the message meanwhile."""
    if failure is None:
        await session.execute("DELETE FROM event_outbox WHERE id = $1", sent.id)
    else:
        await session.execute(
            "UPDATE event_outbox SET sent_at = NULL, attempts = $2, error = $3, traceback = $4, "
            "due_at = now() + coalesce($5::interval, '0'), failed_at = CASE WHEN $5 IS NULL THEN now() END "
            "WHERE id = $1 AND attempts = $2 - 1 AND failed_at IS NULL",
            sent.id,
            sent.attempt,
            failure.error,
            failure.traceback,
            None if failure.again_in is None else timedelta(seconds=failure.again_in),
        )
    if sent.message.order is not None and (failure is None or failure.again_in is None):
        await lock_orders(session, [sent.message])  # somebody may be adding to the order
        if await session.execute(_NEXT, sent.message.order) == "UPDATE 1":
            await wake(session)


async def give_back(session: Session, lost: Sequence[tuple[int, int]], *, count_try: bool) -> int:
    """Send these (id, attempt) again: the server lost them, or the worker that had them died, which counts as a try."""
    tag = await session.execute(
        "UPDATE event_outbox SET sent_at = NULL, due_at = now(), attempts = attempts + $3::integer "
        "FROM unnest($1::bigint[], $2::integer[]) AS lost (lost_id, attempt) "
        "WHERE id = lost_id AND attempts = attempt - 1 AND sent_at IS NOT NULL AND failed_at IS NULL",
        [id for id, _ in lost],
        [attempt for _, attempt in lost],
        int(count_try),
    )
    await wake(session)
    return int(tag.rpartition(" ")[2])


async def on_their_way(session: Session) -> list[tuple[int, int]]:
    """(id, attempt) of what was sent and has not been settled."""
    rows = await session.fetch("SELECT id, attempts + 1 AS attempt FROM event_outbox WHERE sent_at IS NOT NULL")
    return [(row["id"], row["attempt"]) for row in rows]


async def hand_over(session: Session) -> list[Message]:
    """Take everything out of the outbox that nobody is at: another transport delivers it from now on."""
    rows = await session.fetch(
        "WITH gone AS (DELETE FROM event_outbox WHERE failed_at IS NULL "
        "AND (sent_at IS NULL OR sent_at < now() - interval '1 minute') RETURNING id, message) "
        "SELECT message FROM gone ORDER BY id"
    )
    return [msgspec.convert(row["message"], Message) for row in rows]


async def wake(session: Session) -> None:
    """Tell the workers that there may be something to send; heard after the commit."""
    await session.execute("SELECT pg_notify($1, '')", CHANNEL)


async def forget(session: Session, age: timedelta) -> None:
    """Delete dead letters that are older than this."""
    await session.execute("DELETE FROM event_outbox WHERE failed_at < now() - $1::interval", age)


class OutboxDeadLetters(DeadLetters):
    """Messages of the outbox that failed for good. Their ids begin with ``o``."""

    async def find(self, session: Session, which: Selection) -> list[DeadLetter]:
        rows = await session.fetch(
            f"SELECT id, message, attempts, failed_at, error, traceback FROM event_outbox {_FAILED} ORDER BY id",
            *which.values(),
        )
        return [_dead_letter(row) for row in rows]

    async def replay(self, session: Session, which: Selection) -> list[str]:
        rows = await session.fetch(
            f"UPDATE event_outbox SET failed_at = NULL, attempts = 0, due_at = now() {_FAILED} RETURNING 'o' || id AS id",
            *which.values(),
        )
        if rows:
            await wake(session)
        return [row["id"] for row in rows]

    async def discard(self, session: Session, which: Selection) -> list[str]:
        rows = await session.fetch(f"DELETE FROM event_outbox {_FAILED} RETURNING 'o' || id AS id", *which.values())
        return [row["id"] for row in rows]


def _dead_letter(row: Any) -> DeadLetter:
    message = msgspec.convert(row["message"], Message)
    return DeadLetter(
        id=f"o{row['id']}",
        event=message.event,
        subscriber=message.subscriber,
        data=message.data,
        attempts=row["attempts"],
        failed_at=row["failed_at"],
        error=row["error"],
        traceback=row["traceback"],
    )
