"""The journal: which steps of an execution are done, written in the same transactions as their effects.

An execution that was taken over has a higher number of attempts. Whoever writes names the attempt it belongs to, so a
process that was only thought dead changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from medusa.framework.db import Session

_encoder = msgspec.json.Encoder(decimal_format="number")
Emitted: TypeAlias = tuple[str, Mapping[str, Any]]


class TakenOver(Exception):
    """Another process carries this execution on, or it has ended already."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of the journal; ``input``, ``output`` and ``undo_input`` are JSON."""

    position: int
    name: str
    external: bool
    state: str
    output: bytes | None = None
    undo_input: bytes | None = None
    input: bytes | None = None
    events: Sequence[Emitted] = ()


def encode(value: Any) -> str:
    """A recorded value as JSON text.

    Raises:
        TypeError: The value is not made of Structs, dataclasses and plain data.
    """
    return _encoder.encode(value).decode()


def decode(text: str | bytes | None, type: Any) -> Any:
    """A recorded value, as the type the step declares."""
    return None if text is None else msgspec.json.decode(text, type=type, strict=False)


async def open_execution(
    session: Session, *, id: str, workflow_id: str, key: str | None, data: str, owner: str, actor_id: str | None
) -> None:
    """Record that an execution is under way; does nothing when it is recorded already."""
    await session.execute(
        "INSERT INTO workflow_execution (id, workflow_id, transaction_id, idempotency_key, state, input, owner, actor_id) "
        "VALUES ($1, $2, $1, $3, 'invoking', $4::text::jsonb, $5, $6) ON CONFLICT (id) DO NOTHING",
        id, workflow_id, key, data, owner, actor_id,
    )  # fmt: skip


async def still_ours(session: Session, execution_id: str, attempt: int) -> None:
    """Make sure, as the last thing before a commit, that nobody has taken the execution over.

    Raises:
        TakenOver: Somebody has.
    """
    if not await session.fetch_value(
        "UPDATE workflow_execution SET heartbeat_at = now() WHERE id = $1 AND attempts = $2 "
        "AND state IN ('invoking', 'compensating') RETURNING true",
        execution_id, attempt,
    ):  # fmt: skip
        raise TakenOver(execution_id)


async def record_steps(session: Session, execution_id: str, steps: list[StepRecord]) -> None:
    """Write steps, or their new state."""
    await session.execute(
        "INSERT INTO workflow_step (execution_id, position, name, external, state, input, output, undo_input, events, ended_at) "
        "SELECT $1, r.position, r.name, r.external, r.state, r.input, r.output, r.undo_input, r.events, "
        "CASE WHEN r.state = 'started' THEN NULL ELSE now() END "
        "FROM json_to_recordset($2::text::json) AS r(position int, name text, external boolean, state text, input jsonb, "
        "output jsonb, undo_input jsonb, events jsonb) ON CONFLICT (execution_id, position) DO UPDATE SET "
        "state = excluded.state, input = coalesce(excluded.input, workflow_step.input), output = excluded.output, "
        "undo_input = excluded.undo_input, events = excluded.events, ended_at = excluded.ended_at, "
        "attempts = workflow_step.attempts + (excluded.state = 'started')::int",
        execution_id,
        encode([
            {
                "position": s.position, "name": s.name, "external": s.external, "state": s.state,
                "input": msgspec.Raw(s.input) if s.input else None,
                "output": msgspec.Raw(s.output) if s.output else None,
                "undo_input": msgspec.Raw(s.undo_input) if s.undo_input else None,
                "events": s.events or None,
            }
            for s in steps
        ]),
    )  # fmt: skip


async def load_steps(session: Session, execution_id: str) -> list[StepRecord]:
    """The recorded steps, in order."""
    rows = await session.fetch(
        "SELECT position, name, external, state, output::text AS output, undo_input::text AS undo_input, "
        "input::text AS input, events::text AS events FROM workflow_step WHERE execution_id = $1 ORDER BY position",
        execution_id,
    )
    return [
        StepRecord(
            row["position"], row["name"], row["external"], row["state"],
            row["output"].encode() if row["output"] else None, row["undo_input"].encode() if row["undo_input"] else None,
            row["input"].encode() if row["input"] else None, decode(row["events"], list[tuple[str, dict[str, Any]]]) or (),
        )
        for row in rows
    ]  # fmt: skip


async def mark_step(
    session: Session, execution_id: str, position: int, state: str | None, error: str | None = None
) -> None:
    """Change the state of a recorded step (None: only note the error)."""
    await session.execute(
        "UPDATE workflow_step SET state = coalesce($3, state), error = coalesce($4, error), ended_at = now() "
        "WHERE execution_id = $1 AND position = $2",
        execution_id, position, state, error,
    )  # fmt: skip


async def close_execution(
    session: Session,
    execution_id: str,
    attempt: int,
    state: str,
    *,
    result: str | None = None,
    error: str | None = None,
) -> None:
    """Change the state of an execution (``compensating`` is not an end: it still has work).

    Raises:
        TakenOver: It is no longer ours to change.
    """
    if not await session.fetch_value(
        "UPDATE workflow_execution SET state = $2, result = coalesce($3::text::jsonb, result), "
        "error = coalesce($4::text::jsonb, error), updated_at = now(), heartbeat_at = now() "
        "WHERE id = $1 AND attempts = $5 AND state IN ('invoking', 'compensating') RETURNING true",
        execution_id, state, result, error, attempt,
    ):  # fmt: skip
        raise TakenOver(execution_id)


async def postpone(session: Session, execution_id: str, attempt: int, error: str | None = None) -> None:
    """Leave an execution to recovery: at once the first time, then after pauses that double, ten minutes at most."""
    await session.execute(
        "UPDATE workflow_execution SET heartbeat_at = now() + make_interval(secs => least(2 ^ (least($2, 12) - 1) - 1, 600)), "
        "error = coalesce($3::text::jsonb, error), updated_at = now() "
        "WHERE id = $1 AND attempts = $2 AND state IN ('invoking', 'compensating')",
        execution_id, attempt, error,
    )  # fmt: skip


async def claim_abandoned(session: Session, owner: str, lease_seconds: float, limit: int = 10) -> list[Any]:
    """Take over executions whose process gave no sign of life during the lease."""
    return await session.fetch(
        "UPDATE workflow_execution SET owner = $1, heartbeat_at = now(), attempts = attempts + 1 WHERE id IN ("
        "SELECT id FROM workflow_execution WHERE state IN ('invoking', 'compensating') "
        "AND heartbeat_at < now() - make_interval(secs => $2) ORDER BY heartbeat_at LIMIT $3 FOR UPDATE SKIP LOCKED) "
        "RETURNING id, workflow_id, idempotency_key, state, input::text AS input, error::text AS error, attempts, actor_id",
        owner, lease_seconds, limit,
    )  # fmt: skip


async def beat(session: Session, owner: str, ids: list[str]) -> None:
    """A sign of life for the executions this process has under way."""
    await session.execute(
        "UPDATE workflow_execution SET heartbeat_at = now() WHERE owner = $1 AND id = ANY($2) "
        "AND heartbeat_at < now()",
        owner, ids,
    )  # fmt: skip
