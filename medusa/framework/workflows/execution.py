"""One run of a workflow: segments of database work in one transaction each, external steps between them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import structlog

from medusa.framework.db import Session
from medusa.framework.errors import MedusaError, Unavailable
from medusa.framework.ids import ulid
from medusa.framework.workflows import journal
from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.journal import StepRecord
from medusa.framework.workflows.step import Step, Undoable, registry

if TYPE_CHECKING:
    from medusa.framework.workflows.engine import WorkflowEngine
    from medusa.framework.workflows.workflow import Workflow

log = structlog.get_logger()
_current_step: ContextVar[tuple[Step[Any, Any], int] | None] = ContextVar("current_step", default=None)
_CAN_HEAL = (Unavailable, ConnectionError, TimeoutError)


class WorkflowDefinitionError(Exception):
    """A workflow is written such that it could end half done; found the first time it gets there."""


class Execution:
    """The state of one run."""

    def __init__(
        self,
        engine: WorkflowEngine,
        workflow: Workflow[Any, Any],
        data: Any,
        *,
        id: str | None = None,
        actor_id: str | None = None,
        recorded: list[StepRecord] | None = None,
    ) -> None:
        self.engine = engine
        self.workflow = workflow
        self.data = data
        self.id = id or ulid()
        self.actor_id = actor_id
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.key = workflow.idempotent_by(data) if workflow.idempotent_by else None
        self.journaled = recorded is not None  # something of this run is committed
        self._recorded = {record.position: record for record in recorded or []}
        self._position = 0
        self._segment: list[tuple[Step[Any, Any], int, Any]] = []  # finished steps of the open transaction
        self._used_outside_steps = False
        self._session: Session | None = None
        self._transaction: AbstractAsyncContextManager[Session] | None = None

    # --- what the context asks for -------------------------------------------------------------------

    def open_session(self) -> Session:
        """The open transaction."""
        running = _current_step.get()
        if running is None:
            self._used_outside_steps = True
        elif running[0].external:
            raise WorkflowDefinitionError(
                f"The external step {running[0].name!r} has no transaction: read what it needs in a step before it"
            )
        if self._session is None:
            raise WorkflowDefinitionError("The transaction of this workflow is over")
        return self._session

    def idempotency_key(self) -> str:
        """The key of the step that is running."""
        running = _current_step.get()
        return self.id if running is None else f"{self.id}:{running[1]}"

    # --- running ------------------------------------------------------------------------------------

    async def run(self) -> Any:
        """Carry the workflow through, or leave nothing of it behind."""
        ctx = WorkflowContext(self.engine.app, self, self.workflow)
        try:
            await self._begin()
            if self.key is not None and not self.journaled and (other := await self._under_way()) is not None:
                await self._rollback()
                return await self.engine.wait_for(other, self.workflow)
            result = await self.workflow.function(ctx, self.data)
            await self._finish(result)
        except BaseException as error:
            await self._rollback(error)
            if self.journaled:
                await self._undo_all(ctx, error)
            raise
        return result

    async def run_step(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        """Run a step, or give what the journal says it gave."""
        if _current_step.get() is not None:
            return _result(await step.run(ctx, data))  # a step used inside a step is a part of it
        self._position += 1
        position = self._position
        record = self._recorded.get(position)
        if record is not None and record.name != step.name:
            raise WorkflowDefinitionError(
                f"Execution {self.id} recorded step {record.name!r} at {position}, the workflow now runs {step.name!r} there"
            )
        if record is not None and record.state == "done":
            return journal.decode(record.output.decode() if record.output else None, step.output_type)
        token = _current_step.set((step, position))
        try:
            if step.external:
                return await self._run_external(ctx, step, position, data)
            outcome = await step.run(ctx, data)
        finally:
            _current_step.reset(token)
        self._segment.append((step, position, outcome))
        return _result(outcome)

    async def _run_external(self, ctx: WorkflowContext, step: Step[Any, Any], position: int, data: Any) -> Any:
        self._refuse_what_cannot_be_undone(step)
        assert self._session is not None
        await journal.open_execution(
            self._session, id=self.id, workflow_id=self.workflow.id, key=self.key, data=journal.encode(self.data),
            owner=self.engine.owner,
        )  # fmt: skip
        started = StepRecord(position, step.name, external=True, state="started")
        await journal.record_steps(self._session, self.id, [*(_record(*done) for done in self._segment), started])
        await self._commit()
        self.journaled = True
        self._segment.clear()
        self.engine.own(self)
        try:
            outcome = await self._try_external(ctx, step, data)
        except BaseException:
            await self._begin()
            raise
        async with self.engine.database.session() as session:  # at once: a crash from here on must know of it
            await journal.record_steps(session, self.id, [_record(step, position, outcome)])
        await self._begin()
        return _result(outcome)

    async def _try_external(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        delay = step.retry.delay.total_seconds()
        for attempt in range(step.retry.times + 1):
            try:
                async with asyncio.timeout(step.timeout.total_seconds() if step.timeout else None):
                    return await step.run(ctx, data)
            except _CAN_HEAL as error:
                if attempt == step.retry.times:
                    raise
                log.warning("workflow.step_retried", step=step.name, execution_id=self.id, error=str(error))
            await asyncio.sleep(delay * 2**attempt)
        raise AssertionError("unreachable")

    def _refuse_what_cannot_be_undone(self, external: Step[Any, Any]) -> None:
        if self._used_outside_steps:
            raise WorkflowDefinitionError(
                f"The workflow {self.workflow.id!r} reaches the external step {external.name!r} after work outside of "
                "steps, which could not be undone: put that work into a step"
            )
        for step, _, _ in self._segment:
            if step.undo is None and step.no_undo is None:
                raise WorkflowDefinitionError(
                    f"The workflow {self.workflow.id!r} reaches the external step {external.name!r} after the step "
                    f"{step.name!r}, which has neither undo= nor no_undo="
                )

    # --- the transaction ----------------------------------------------------------------------------

    async def _begin(self) -> None:
        self._transaction = self.engine.database.session()
        self._session = await self._transaction.__aenter__()
        if self.key is not None:
            await self._session.lock(f"workflow:{self.workflow.id}:{self.key}")

    async def _commit(self) -> None:
        assert self._session is not None
        assert self._transaction is not None
        if self.events:
            await self.engine.app.defer_events(self._session, self.events)
        transaction, self._transaction, self._session = self._transaction, None, None
        await transaction.__aexit__(None, None, None)
        self.events = []

    async def _rollback(self, error: BaseException | None = None) -> None:
        transaction, self._transaction, self._session = self._transaction, None, None
        self.events = []
        if transaction is not None:
            cause = error or _RolledBack()
            with suppress(_RolledBack):
                await transaction.__aexit__(type(cause), cause, cause.__traceback__)

    async def _finish(self, result: Any) -> None:
        assert self._session is not None
        if self.journaled:
            await journal.record_steps(self._session, self.id, [_record(*done) for done in self._segment])
            await journal.close_execution(self._session, self.id, "done", result=journal.encode(result))
        await self._commit()
        self.engine.disown(self)

    async def _under_way(self) -> str | None:
        assert self._session is not None
        found: str | None = await self._session.fetch_value(
            "SELECT id FROM workflow_execution WHERE workflow_id = $1 AND idempotency_key = $2 "
            "AND state IN ('invoking', 'compensating')",
            self.workflow.id, self.key,
        )  # fmt: skip
        return found

    # --- undoing ------------------------------------------------------------------------------------

    async def _undo_all(self, ctx: WorkflowContext, error: BaseException) -> None:
        """Undo what was committed, last step first; each undo is recorded as it is done."""
        async with self.engine.database.session() as session:
            await journal.close_execution(session, self.id, "compensating", error=journal.encode(_described(error)))
            records = await journal.load_steps(session, self.id)
        await self.undo(ctx, records)

    async def undo(self, ctx: WorkflowContext, records: list[StepRecord]) -> None:
        """Undo recorded steps; stops at the first that fails, to be tried again by recovery."""
        for record in reversed(records):
            if record.state not in ("done", "undo_failed"):
                continue
            step = registry[record.name]
            if step.undo is None:
                continue
            try:
                await self._undo_one(ctx, step, record)
            except Exception as error:
                log.error("workflow.undo_failed", step=step.name, execution_id=self.id, error=str(error))
                async with self.engine.database.session() as session:
                    await journal.mark_step(session, self.id, record.position, "undo_failed", str(error))
                self.engine.disown(self)  # the lease runs out, and recovery tries again
                return
        async with self.engine.database.session() as session:
            await journal.close_execution(session, self.id, "reverted")
        self.engine.disown(self)

    async def _undo_one(self, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord) -> None:
        assert step.undo is not None
        payload = journal.decode(record.undo_input.decode() if record.undo_input else None, step.undo_type)
        token = _current_step.set((step, record.position))
        try:
            if step.external:
                await step.undo(ctx, payload)
            await self._begin()
            if not step.external:
                await step.undo(ctx, payload)
            assert self._session is not None
            await journal.mark_step(self._session, self.id, record.position, "undone")
            await self._commit()
        except BaseException as error:
            await self._rollback(error)
            raise
        finally:
            _current_step.reset(token)


class _RolledBack(Exception):
    """Ends a transaction on purpose."""


def _record(step: Step[Any, Any], position: int, outcome: Any) -> StepRecord:
    """The journal's entry for a finished step."""
    undo_input = journal.encode(outcome.undo).encode() if isinstance(outcome, Undoable) else None
    return StepRecord(position, step.name, step.external, "done", journal.encode(_result(outcome)).encode(), undo_input)


def _result(outcome: Any) -> Any:
    return outcome.result if isinstance(outcome, Undoable) else outcome


def _described(error: BaseException) -> dict[str, str]:
    kind = str(error.type) if isinstance(error, MedusaError) else type(error).__name__
    return {"type": kind, "message": str(error)}
