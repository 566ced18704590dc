"""The journal in PostgreSQL: durable, shared by all processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from medusa.framework.db import Session
from medusa.framework.db.notifications import Notifications
from medusa.framework.errors import NotFound
from medusa.framework.workflows.journal import (
    ExecutionRecord,
    Failure,
    Journal,
    NewExecution,
    Notice,
    Run,
    StepRecord,
    TakenOver,
    decode,
    encode,
)
from medusa.framework.workflows.notices import kinds_of, waiting_step

DUE, NOTICE = "medusa_workflow_due", "medusa_workflow"
UNDER_WAY = "state IN ('invoking', 'compensating')"
# One whose processes die again and again, perhaps because of it, is taken over later and later: up to ten minutes.
LEASE = "make_interval(secs => $3 + CASE WHEN deaths > 3 THEN least(2 ^ least(deaths - 3, 12), 600) ELSE 0 END)"
OURS = f"id = $1 AND attempts = $2 AND {UNDER_WAY}"
EXECUTION = (
    "id, workflow_id, transaction_id, state, attempts, actor_id, input::text AS input, result::text AS result, "
    "error::text AS error, extract(epoch FROM expires_at - now())::float8 AS expires_in"
)

STEP = (
    "SELECT position, coalesce(path, position::text) AS path, name, external, state, output::text AS output, "
    "undo_input::text AS undo_input, input::text AS input, events::text AS events, failure::text AS failure, "
    "failures, coalesce(due_at <= now(), false) AS is_due FROM workflow_step"
)


class PostgresJournal(Journal):
    """Executions and steps are rows; processes tell one another by notifications."""

    _notifications: Notifications | None = None

    async def listen(self, notifications: Notifications) -> None:
        self._notifications = notifications
        await notifications.listen(DUE, lambda _: self.on_due(), interrupted=self.on_due)
        await notifications.listen(NOTICE, self._heard, interrupted=lambda: None)
        await notifications.start()

    def _heard(self, payload: str) -> None:
        self.on_notice(msgspec.json.decode(payload, type=Notice))

    async def add(self, session: Session, new: NewExecution) -> bool:
        opened = await session.fetch_value(
            "WITH opened AS (INSERT INTO workflow_execution (id, workflow_id, transaction_id, idempotency_key, state, input, "
            "owner, actor_id, wake_at, expires_at, retention_time) VALUES ($1, $2, $3, $4, 'invoking', $5::text::jsonb, $6, "
            "$7, now() + make_interval(secs => $8), now() + make_interval(secs => $9), $10) "
            "ON CONFLICT (workflow_id, transaction_id) DO NOTHING RETURNING id) "
            "SELECT pg_notify($11, $12) IS NULL FROM opened",
            new.id, new.workflow_id, new.transaction_id, new.key, new.input, new.owner, new.actor_id, new.lease,
            new.expires_in, new.retention_seconds, NOTICE,
            encode(Notice(new.id, new.workflow_id, new.transaction_id, [("onBegin", None)])),
        )  # fmt: skip
        return opened is not None

    async def record(self, session: Session, run: Run, steps: Sequence[StepRecord]) -> None:
        if not steps:
            return
        await session.execute(
            "WITH written AS ("
            "INSERT INTO workflow_step (execution_id, position, path, name, external, state, input, output, undo_input, "
            "events, failure, failures, error, due_at, ended_at) "
            "SELECT $1, r.position, r.path, r.name, r.external, r.state, r.input, r.output, r.undo_input, r.events, "
            "r.failure, r.failures, r.failure->>'message', now() + make_interval(secs => r.waits_seconds), "
            "CASE WHEN r.state IN ('queued', 'started', 'waiting') THEN NULL ELSE now() END "
            "FROM json_to_recordset($2::text::json) AS r(position int, path text, name text, external boolean, state text, "
            "input jsonb, output jsonb, undo_input jsonb, events jsonb, failure jsonb, failures int, waits_seconds float8) "
            "ON CONFLICT (execution_id, position) DO UPDATE SET "
            f"state = CASE WHEN {_ANSWERED} THEN {_ANSWER_STATE} ELSE excluded.state END, "
            f"output = CASE WHEN {_ANSWERED} THEN workflow_step.answer->'output' ELSE excluded.output END, "
            f"failure = CASE WHEN {_ANSWERED} THEN workflow_step.answer->'failure' ELSE excluded.failure END, "
            "input = coalesce(excluded.input, workflow_step.input), "
            "undo_input = coalesce(excluded.undo_input, workflow_step.undo_input), events = excluded.events, "
            "failures = excluded.failures, error = excluded.error, due_at = coalesce(excluded.due_at, workflow_step.due_at), "
            "ended_at = excluded.ended_at, attempts = workflow_step.attempts + (excluded.state = 'started')::int "
            "RETURNING 1) SELECT pg_notify($3, n) FROM unnest($4::text[]) AS n",
            run.id, encode([_row(step) for step in steps]), NOTICE,
            _notices(run, [kind for step in steps for kind in kinds_of(step)]),
        )  # fmt: skip

    async def still_ours(self, session: Session, run: Run, lease: float) -> None:
        await self._ours(
            session,
            # Not now(): that is when the transaction began, and it may have been longer than the lease.
            f"UPDATE workflow_execution SET wake_at = clock_timestamp() + {LEASE} WHERE {OURS}",
            run,
            lease,
        )

    async def _ours(self, session: Session, sql: str, run: Run, *args: Any) -> None:
        if not await session.fetch_value(f"{sql} RETURNING true", run.id, run.attempt, *args):
            raise TakenOver(run.id)

    async def mark(
        self, session: Session, run: Run, position: int, state: str | None, error: str | None = None
    ) -> None:
        told = {"undone": "onCompensateStepSuccess", "undo_failed": "onCompensateStepFailure"}.get(state or "")
        await session.execute(
            "WITH written AS (UPDATE workflow_step SET state = coalesce($3, state), error = coalesce($4, error), "
            "ended_at = now() WHERE execution_id = $1 AND position = $2) "
            "SELECT pg_notify($5, n) FROM unnest($6::text[]) AS n",
            run.id, position, state, error, NOTICE, _notices(run, [(told, position)] if told else []),
        )  # fmt: skip

    async def sleep(self, session: Session, run: Run, seconds: float | None, waiting: Sequence[int]) -> None:
        await session.execute(
            "WITH given_up AS (UPDATE workflow_execution SET owner = NULL, failures = 0, updated_at = now(), wake_at = CASE "
            "WHEN $2::float8 IS NULL AND EXISTS (SELECT FROM workflow_step WHERE execution_id = $1 AND position = ANY($3) "
            "AND state <> 'waiting') THEN now() "
            "ELSE least(CASE WHEN expires_at > now() THEN expires_at END, now() + make_interval(secs => $2), "
            "coalesce((SELECT min(due_at) FROM workflow_step WHERE execution_id = $1 AND state = 'waiting'), 'infinity')) "
            "END WHERE id = $1) SELECT pg_notify($4, '')",
            run.id, seconds, list(waiting), DUE,
        )  # fmt: skip

    async def compensate(self, session: Session, run: Run, failure: Failure, lease: float) -> None:
        await self._ours(
            session,
            "UPDATE workflow_execution SET state = 'compensating', error = $3::text::jsonb, updated_at = now(), "
            f"wake_at = clock_timestamp() + make_interval(secs => $4) WHERE {OURS}",
            run, encode(failure), lease,
        )  # fmt: skip
        await session.execute("SELECT pg_notify($1, $2)", NOTICE, *_notices(run, [("onCompensateBegin", None)]))

    async def end(
        self, session: Session, run: Run, state: str, *, result: str | None = None, failure: Failure | None = None
    ) -> None:
        await self._ours(
            session,
            "UPDATE workflow_execution SET state = $3, result = coalesce($4::text::jsonb, result), "
            "error = coalesce($5::text::jsonb, error), owner = NULL, updated_at = now(), keep_until = "
            "CASE WHEN $3 <> 'failed' THEN now() + make_interval(secs => retention_time) END "
            f"WHERE {OURS}",
            run, state, result, encode(failure) if failure else None,
        )  # fmt: skip
        await session.execute("SELECT pg_notify($1, $2)", NOTICE, *_notices(run, [("onFinish", None)]))

    async def steps(self, execution_id: str) -> list[StepRecord]:
        async with self.database.reader() as session:
            rows = await session.fetch(f"{STEP} WHERE execution_id = $1 ORDER BY position", execution_id)
        return [_step(row) for row in rows]

    async def step(self, session: Session, execution_id: str, position: int) -> StepRecord:
        row = await session.fetch_row(f"{STEP} WHERE execution_id = $1 AND position = $2", execution_id, position)
        return _step(row)

    async def find(
        self, *, id: str | None = None, workflow_id: str | None = None, transaction_id: str | None = None
    ) -> ExecutionRecord | None:
        async with self.database.reader() as session:
            condition = "id = $1" if id is not None else "workflow_id = $1 AND transaction_id = $2"
            values = [id] if id is not None else [workflow_id, transaction_id]
            row = await session.fetch_row(f"SELECT {EXECUTION} FROM workflow_execution WHERE {condition}", *values)
        return _execution(row) if row else None

    async def is_taken(self, session: Session, workflow_id: str, transaction_id: str) -> bool:
        """Whether there is an execution with this transaction id."""
        sql = "SELECT EXISTS (SELECT FROM workflow_execution WHERE workflow_id = $1 AND transaction_id = $2)"
        taken: bool = await session.fetch_value(sql, workflow_id, transaction_id)
        return taken

    async def under_way(self, session: Session, workflow_id: str, key: str) -> ExecutionRecord | None:
        row = await session.fetch_row(
            f"SELECT {EXECUTION} FROM workflow_execution WHERE workflow_id = $1 AND idempotency_key = $2 AND {UNDER_WAY}",
            workflow_id, key,
        )  # fmt: skip
        return _execution(row) if row else None

    async def postpone(self, run: Run, failure: Failure | None = None) -> None:
        async with self.database.session() as session:
            await session.execute(
                "UPDATE workflow_execution SET wake_at = now() + make_interval(secs => least(2 ^ least(failures, 12) - 1, 600)), "
                "failures = failures + 1, deaths = 0, error = coalesce($3::text::jsonb, error), updated_at = now() "
                f"WHERE {OURS}",
                run.id, run.attempt, encode(failure) if failure else None,
            )  # fmt: skip
            await session.execute("SELECT pg_notify($1, '')", DUE)

    async def answer(
        self,
        workflow_id: str,
        transaction_id: str,
        step: str,
        output: Callable[[str], str] | None,
        failure: Failure | None,
    ) -> None:
        async with self.database.session() as session:
            id = await session.fetch_value(
                "SELECT id FROM workflow_execution WHERE workflow_id = $1 AND transaction_id = $2 AND state = 'invoking' "
                "FOR UPDATE",
                workflow_id, transaction_id,
            )  # fmt: skip
            if id is None:
                raise NotFound(f"Transaction {transaction_id} could not be found.")
            rows = await session.fetch(
                "SELECT position, name, state, answer IS NOT NULL AS is_answered, "
                "coalesce(due_at <= clock_timestamp(), false) AS is_due "  # after it has waited for the lock
                "FROM workflow_step WHERE execution_id = $1 AND $2 IN (name, $1 || ':' || position) ORDER BY position",
                id, step,
            )  # fmt: skip
            position, name = waiting_step(step, rows, is_failure=failure is not None)
            answer = {"output": msgspec.Raw(output(name).encode()) if output else None, "failure": failure}
            await session.execute(
                "UPDATE workflow_step SET answer = $3::text::jsonb, "
                "state = CASE WHEN state <> 'waiting' THEN state WHEN $4 THEN 'undone' ELSE 'done' END, "
                "output = CASE WHEN state = 'waiting' AND NOT $4 THEN $3::text::jsonb->'output' END, "
                "failure = CASE WHEN state = 'waiting' AND $4 THEN $3::text::jsonb->'failure' END, "
                "error = $5, ended_at = CASE WHEN state = 'waiting' THEN now() END "
                "WHERE execution_id = $1 AND position = $2",
                id, position, encode(answer), failure is not None, failure.message if failure else None,
            )  # fmt: skip
            await session.execute(
                "UPDATE workflow_execution SET wake_at = now(), updated_at = now() WHERE id = $1 AND owner IS NULL", id
            )
            kind = "onStepFailure" if failure else "onStepSuccess"
            told = Notice(id, workflow_id, transaction_id, [("onResume", None), (kind, position)])
            await session.execute("SELECT pg_notify($1, ''), pg_notify($2, $3)", DUE, NOTICE, encode(told))

    async def claim(
        self, owner: str, lease: float, limit: int, *, abandoned_only: bool, but: Sequence[str] = ()
    ) -> list[ExecutionRecord]:
        async with self.database.reader() as session:
            rows = await session.fetch(
                f"UPDATE workflow_execution SET owner = $1, wake_at = now() + {LEASE}, attempts = attempts + 1, "
                "deaths = CASE WHEN owner IS NULL THEN 0 ELSE deaths + 1 END WHERE id = ANY (ARRAY("
                f"SELECT id FROM workflow_execution WHERE {UNDER_WAY} "
                "AND wake_at <= now() AND (owner IS NOT NULL OR NOT $4) AND id <> ALL ($5) "
                "ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED)) "
                f"RETURNING {EXECUTION}",
                owner, limit, lease, abandoned_only, list(but),
            )  # fmt: skip
        return [_execution(row) for row in rows]

    async def next_due(self, *, abandoned_only: bool = False) -> float | None:
        async with self.database.reader() as session:
            seconds: float | None = await session.fetch_value(
                f"SELECT extract(epoch FROM wake_at - now())::float8 FROM workflow_execution WHERE {UNDER_WAY} "
                "AND wake_at < 'infinity' AND (owner IS NOT NULL OR NOT $1) ORDER BY wake_at LIMIT 1",
                abandoned_only,
            )
        return None if seconds is None else max(seconds, 0.0)

    async def beat(self, owner: str, lease: float, ids: Sequence[str]) -> None:
        sql = (
            f"UPDATE workflow_execution SET wake_at = now() + {LEASE} "
            f"WHERE owner = $1 AND id = ANY($2) AND {UNDER_WAY} AND wake_at < now() + {LEASE}"
        )
        if self._notifications is not None:  # who is overloaded is not dead
            await self._notifications.execute(sql, owner, list(ids), lease)
            return
        async with self.database.reader() as session:
            await session.execute(sql, owner, list(ids), lease)

    async def sweep(self) -> int:
        async with self.database.reader() as session:
            rows = await session.fetch(
                "DELETE FROM workflow_execution WHERE id IN (SELECT id FROM workflow_execution WHERE keep_until <= now() "
                "ORDER BY keep_until LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING id"
            )
        return len(rows)


_ANSWERED = "excluded.state = 'waiting' AND workflow_step.answer IS NOT NULL"
_ANSWER_STATE = "CASE WHEN workflow_step.answer->>'failure' IS NULL THEN 'done' ELSE 'undone' END"


def _notices(run: Run, kinds: Sequence[tuple[str, int | None]]) -> list[str]:
    """Payloads of notifications, each within PostgreSQL's 8,000 bytes."""
    return [
        encode(Notice(run.id, run.workflow_id, run.transaction_id, kinds[start : start + 100]))
        for start in range(0, len(kinds), 100)
    ]


def _row(step: StepRecord) -> dict[str, Any]:
    return {
        "position": step.position, "path": step.path, "name": step.name, "external": step.external, "state": step.state,
        "input": msgspec.Raw(step.input) if step.input else None,
        "output": msgspec.Raw(step.output) if step.output else None,
        "undo_input": msgspec.Raw(step.undo_input) if step.undo_input else None,
        "events": step.events or None, "failure": step.failure, "failures": step.failures,
        "waits_seconds": step.waits_seconds,
    }  # fmt: skip


def _step(row: Any) -> StepRecord:
    return StepRecord(
        row["position"], row["path"], row["name"], row["external"], row["state"],
        row["output"].encode() if row["output"] else None, row["undo_input"].encode() if row["undo_input"] else None,
        row["input"].encode() if row["input"] else None, decode(row["events"], list[tuple[str, dict[str, Any]]]) or (),
        decode(row["failure"], Failure | None), row["failures"], is_due=row["is_due"],
    )  # fmt: skip


def _execution(row: Any) -> ExecutionRecord:
    return ExecutionRecord(
        row["id"], row["workflow_id"], row["transaction_id"], row["state"], row["attempts"], row["actor_id"], row["input"],
        row["result"], decode(row["error"], Failure | None), row["expires_in"],
    )  # fmt: skip
