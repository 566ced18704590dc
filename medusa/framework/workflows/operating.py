"""What an operator sees of executions, and what he can do: look, and not wait for the next try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from medusa.framework.db import Session

UNSETTLED = ("invoking", "compensating", "failed")
_SELECT = """
SELECT e.id, e.workflow_id, e.transaction_id, e.state, e.created_at, e.input::text AS input, e.error->>'message' AS error,
  e.failures, CASE WHEN e.state IN ('invoking', 'compensating') AND e.wake_at < 'infinity' THEN e.wake_at END AS next_at,
  coalesce((SELECT json_agg(json_build_object('name', s.name, 'state', s.state, 'attempts', s.attempts, 'error', s.error)
    ORDER BY s.position) FROM workflow_step s WHERE s.execution_id = e.id), '[]')::text AS steps
FROM workflow_execution e"""


class StepRow(msgspec.Struct, frozen=True):
    """A step, as the journal has it."""

    name: str
    state: str
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ExecutionRow:
    """An execution, and what it waits for.

    Attributes:
        error: Of the workflow, or else of the last step that has one.
        next_at: When it goes on by itself, at the latest; None where it has ended, or waits for an answer.
    """

    id: str
    workflow_id: str
    transaction_id: str
    state: str
    created_at: datetime
    input: str | None
    error: str | None
    next_at: datetime | None
    steps: list[StepRow]


async def executions(
    session: Session, *, ids: Sequence[str] = (), states: Sequence[str] = UNSETTLED, workflow_id: str | None = None
) -> list[ExecutionRow]:
    """Executions in these states, oldest first; or those with these ids (or transaction ids), in any state."""
    if ids:
        rows = await session.fetch(
            f"{_SELECT} WHERE e.id = ANY($1) OR e.transaction_id = ANY($1) ORDER BY e.id", list(ids)
        )
    else:
        rows = await session.fetch(
            f"{_SELECT} WHERE e.state = ANY($1) AND ($2::text IS NULL OR e.workflow_id = $2) "
            "ORDER BY e.created_at LIMIT 1000",
            list(states), workflow_id,
        )  # fmt: skip
    return [_row(row) for row in rows]


async def retry_now(session: Session, ids: Sequence[str], lease_seconds: float) -> list[str]:
    """Let workers go on at once with executions that wait for their next try; the ids of those that did."""
    rows = await session.fetch(
        "WITH woken AS (UPDATE workflow_execution SET wake_at = now() WHERE (id = ANY($1) OR transaction_id = ANY($1)) "
        "AND state IN ('invoking', 'compensating') "
        # Who is running has given a sign of life: his next one is due within the lease.
        "AND (owner IS NULL OR wake_at > now() + make_interval(secs => $2)) RETURNING id) "
        "SELECT id, pg_notify('medusa_workflow_due', '') FROM woken",
        list(ids), lease_seconds,
    )  # fmt: skip
    return [row["id"] for row in rows]


def _row(row: Any) -> ExecutionRow:
    steps = msgspec.json.decode(row["steps"], type=list[StepRow])
    error = row["error"] or next((step.error for step in reversed(steps) if step.error), None)
    return ExecutionRow(
        row["id"], row["workflow_id"], row["transaction_id"], row["state"], row["created_at"], row["input"], error,
        row["next_at"], steps,
    )  # fmt: skip
