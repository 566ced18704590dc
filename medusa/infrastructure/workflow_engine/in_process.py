"""Executions in the memory of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

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
)
from medusa.framework.workflows.notices import kinds_of, waiting_step
from medusa.framework.workflows.postgres import PostgresJournal

if TYPE_CHECKING:
    from medusa.framework.db import Database, Session

_EVER = float("inf")


@dataclass(slots=True)
class _Step:
    record: StepRecord
    due_at: float = _EVER
    answer: StepRecord | None = None  # came before the step was waiting

    @property
    def is_due(self) -> bool:
        return self.due_at <= time.monotonic()


@dataclass(slots=True)
class _Kept:
    """An execution that is under way."""

    new: NewExecution
    expires_at: float
    state: str = "invoking"
    attempts: int = 1
    error: Failure | None = None
    is_owned: bool = True
    wake_at: float = _EVER
    failures: int = 0
    began_at: float = field(default_factory=time.time)
    steps: dict[int, _Step] = field(default_factory=lambda: {})

    def record(self) -> ExecutionRecord:
        left = None if self.expires_at == _EVER else self.expires_at - time.monotonic()
        new = self.new
        return ExecutionRecord(
            new.id, new.workflow_id, new.transaction_id, self.state, self.attempts, new.actor_id, new.input, None,
            self.error, left,
        )  # fmt: skip


@dataclass(slots=True)
class _Draft:
    """What a transaction is about to write."""

    new: _Kept | None = None
    steps: list[StepRecord] = field(default_factory=lambda: [])


class InProcessWorkflowEngine(Journal):
    """Not durable: what is under way is lost when the process ends, whatever it had done outside.

    For tests, scripts, and shops with one process that accept this. Nothing is written while a workflow runs; what has
    ended is written to the table where executions are listed. Each process runs schedules for itself.
    """

    identifier = "in-process"

    def attach(self, database: Database, *, on_due: Callable[[], None], on_notice: Callable[[Notice], None]) -> None:
        super().attach(database, on_due=on_due, on_notice=on_notice)
        self._kept: dict[str, _Kept] = {}
        self._drafts: WeakKeyDictionary[Session, _Draft] = WeakKeyDictionary()
        self._ended = PostgresJournal()
        self._ended.attach(database, on_due=on_due, on_notice=on_notice)

    # --- with the effects of the workflow

    async def add(self, session: Session, new: NewExecution) -> bool:
        await session.lock(f"workflow-transaction:{new.workflow_id}:{new.transaction_id}")
        if self._named(new.workflow_id, new.transaction_id) is not None:
            return False
        if await self._ended.is_taken(session, new.workflow_id, new.transaction_id):
            return False
        kept = _Kept(new, _EVER if new.expires_in is None else time.monotonic() + new.expires_in)
        kept.is_owned, kept.wake_at = new.owner is not None, time.monotonic() + new.lease
        self._drafts[session] = _Draft(kept)

        def apply() -> None:
            self._kept[new.id] = kept
            self.on_notice(Notice(new.id, new.workflow_id, new.transaction_id, [("onBegin", None)]))
            self.on_due()

        session.on_commit(apply)
        return True

    async def record(self, session: Session, run: Run, steps: Sequence[StepRecord]) -> None:
        self._drafts.setdefault(session, _Draft()).steps += steps
        session.on_commit(lambda: self._record(run, steps))

    def _record(self, run: Run, steps: Sequence[StepRecord]) -> None:
        kept = self._kept.get(run.id)
        if kept is not None:
            for step in steps:
                kept.steps[step.position] = _merged(kept.steps.get(step.position), step)
        self._tell(run, [kind for step in steps for kind in kinds_of(step)])

    def _tell(self, run: Run, kinds: Sequence[tuple[str, int | None]]) -> None:
        if kinds:
            self.on_notice(Notice(run.id, run.workflow_id, run.transaction_id, kinds))

    async def still_ours(self, session: Session, run: Run, lease: float) -> None:
        self._ours(session, run).wake_at = time.monotonic() + lease

    def _ours(self, session: Session, run: Run) -> _Kept:
        draft = self._drafts.get(session)
        kept = draft.new if draft is not None and draft.new is not None else self._kept.get(run.id)
        if kept is None or kept.attempts != run.attempt:
            raise TakenOver(run.id)
        return kept

    async def step(self, session: Session, execution_id: str, position: int) -> StepRecord:
        return self._kept[execution_id].steps[position].record

    async def mark(
        self, session: Session, run: Run, position: int, state: str | None, error: str | None = None
    ) -> None:
        told = {"undone": "onCompensateStepSuccess", "undo_failed": "onCompensateStepFailure"}.get(state or "")

        def apply() -> None:
            step = self._kept[run.id].steps[position]
            step.record = replace(step.record, state=state or step.record.state)
            self._tell(run, [(told, position)] if told else [])

        session.on_commit(apply)

    async def sleep(self, session: Session, run: Run, seconds: float | None, waiting: Sequence[int]) -> None:
        kept = self._ours(session, run)

        def apply() -> None:
            now = time.monotonic()
            kept.is_owned, kept.failures = False, 0
            if seconds is None and any(kept.steps[position].record.state != "waiting" for position in waiting):
                kept.wake_at = now
            else:
                due = [step.due_at for step in kept.steps.values() if step.record.state == "waiting"]
                expires_at = kept.expires_at if kept.expires_at > now else _EVER  # it is late, and cannot go back
                kept.wake_at = min([expires_at, _EVER if seconds is None else now + seconds, *due])
            self.on_due()

        session.on_commit(apply)

    async def compensate(self, session: Session, run: Run, failure: Failure, lease: float) -> None:
        kept = self._ours(session, run)

        def apply() -> None:
            kept.state, kept.error = "compensating", failure
            self._tell(run, [("onCompensateBegin", None)])

        session.on_commit(apply)

    async def end(
        self, session: Session, run: Run, state: str, *, result: str | None = None, failure: Failure | None = None
    ) -> None:
        """Write all of it to the table, in the last transaction."""
        kept = self._ours(session, run)
        steps = dict(kept.steps)
        draft = self._drafts.get(session)
        for step in draft.steps if draft is not None else ():
            steps[step.position] = _merged(steps.get(step.position), step)
        first = replace(run, attempt=1)
        await self._ended.add(session, kept.new)
        await self._ended.record(session, first, [steps[position].record for position in sorted(steps)])
        await self._ended.end(session, first, state, result=result, failure=failure or kept.error)
        await session.execute(
            "UPDATE workflow_execution SET created_at = to_timestamp($2) WHERE id = $1", run.id, kept.began_at
        )

        def apply() -> None:
            self._kept.pop(run.id, None)
            self._tell(run, [("onFinish", None)])

        session.on_commit(apply)

    # --- by themselves

    async def steps(self, execution_id: str) -> list[StepRecord]:
        kept = self._kept.get(execution_id)
        if kept is None:
            return await self._ended.steps(execution_id)
        return [replace(kept.steps[at].record, is_due=kept.steps[at].is_due) for at in sorted(kept.steps)]

    async def find(
        self, *, id: str | None = None, workflow_id: str | None = None, transaction_id: str | None = None
    ) -> ExecutionRecord | None:
        kept = self._named(workflow_id, transaction_id) if id is None else self._kept.get(id)
        if kept is not None:
            return kept.record()
        return await self._ended.find(id=id, workflow_id=workflow_id, transaction_id=transaction_id)

    def _named(self, workflow_id: str | None, transaction_id: str | None) -> _Kept | None:
        for kept in self._kept.values():
            if (kept.new.workflow_id, kept.new.transaction_id) == (workflow_id, transaction_id):
                return kept
        return None

    async def under_way(self, session: Session, workflow_id: str, key: str) -> ExecutionRecord | None:
        for kept in self._kept.values():
            if (kept.new.workflow_id, kept.new.key) == (workflow_id, key):
                return kept.record()
        return None

    async def postpone(self, run: Run, failure: Failure | None = None) -> None:
        kept = self._kept.get(run.id)
        if kept is not None and kept.attempts == run.attempt:
            kept.wake_at = time.monotonic() + min(2 ** min(kept.failures, 12) - 1, 600)
            kept.failures += 1
            kept.error = failure or kept.error
            self.on_due()

    async def answer(
        self,
        workflow_id: str,
        transaction_id: str,
        step: str,
        output: Callable[[str], str] | None,
        failure: Failure | None,
    ) -> None:
        kept = self._named(workflow_id, transaction_id)
        if kept is None or kept.state != "invoking":
            raise NotFound(f"Transaction {transaction_id} could not be found.")
        rows = [
            {
                "position": at,
                "name": known.record.name,
                "state": known.record.state,
                "is_answered": known.answer is not None,
                "is_due": known.is_due,
            }
            for at, known in sorted(kept.steps.items())
            if step in (known.record.name, f"{kept.new.id}:{at}")
        ]
        position, name = waiting_step(step, rows, is_failure=failure is not None)
        waiting = kept.steps[position]
        answered = replace(
            waiting.record,
            state="undone" if failure else "done",
            output=output(name).encode() if output else None,
            failure=failure,
        )
        if waiting.record.state == "waiting":
            waiting.record = answered
        waiting.answer = answered
        if not kept.is_owned:
            kept.wake_at = time.monotonic()
        self._tell(kept.record().run, [("onResume", None), ("onStepFailure" if failure else "onStepSuccess", position)])
        self.on_due()

    async def claim(
        self, owner: str, lease: float, limit: int, *, abandoned_only: bool, but: Sequence[str] = ()
    ) -> list[ExecutionRecord]:
        now = time.monotonic()
        due = [kept for kept in self._kept.values() if kept.wake_at <= now and kept.new.id not in but]
        due.sort(key=lambda kept: kept.wake_at)
        for kept in due[:limit]:
            kept.attempts, kept.is_owned, kept.wake_at = kept.attempts + 1, True, now + lease
        return [kept.record() for kept in due[:limit]]

    async def next_due(self, *, abandoned_only: bool = False) -> float | None:
        soonest = min((kept.wake_at for kept in self._kept.values()), default=_EVER)
        return None if soonest == _EVER else max(soonest - time.monotonic(), 0.0)

    async def beat(self, owner: str, lease: float, ids: Sequence[str]) -> None:
        for id in ids:
            if (kept := self._kept.get(id)) is not None:
                kept.wake_at = max(kept.wake_at, time.monotonic() + lease)

    async def sweep(self) -> int:
        return await self._ended.sweep()


def _merged(before: _Step | None, step: StepRecord) -> _Step:
    """The step with its new state, and what was known of it."""
    made = _Step(step)
    if step.state == "waiting" and step.waits_seconds is not None:
        made.due_at = time.monotonic() + step.waits_seconds
    if before is not None:
        made.record = replace(
            step, input=step.input or before.record.input, undo_input=step.undo_input or before.record.undo_input
        )
        if step.state == "waiting" and before.answer is not None:
            known = before.answer
            made.record = replace(made.record, state=known.state, output=known.output, failure=known.failure)
    return made
