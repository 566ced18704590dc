"""One run of a workflow: segments of database work in one transaction each, external steps between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from medusa.framework.db import Session
from medusa.framework.errors import MedusaError, Unavailable
from medusa.framework.ids import ulid
from medusa.framework.workflows import faults, journal
from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.journal import Emitted, StepRecord
from medusa.framework.workflows.questions import MOST_QUESTIONS, Asked, TooManyQuestions
from medusa.framework.workflows.step import Step, Undoable
from medusa.framework.workflows.undoing import is_final, is_refusal, leave_or_undo

if TYPE_CHECKING:
    from medusa.framework.workflows.engine import WorkflowEngine
    from medusa.framework.workflows.workflow import Workflow

log = structlog.get_logger()
_current_step: ContextVar[tuple[str, Step[Any, Any], int] | None] = ContextVar("current_step", default=None)
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
        attempt: int = 1,
        actor_id: str | None = None,
        recorded: list[StepRecord] | None = None,
    ) -> None:
        self.engine = engine
        self.workflow = workflow
        self.data = data
        self.id = id or ulid()
        self.attempt = attempt
        self.actor_id = actor_id
        self.key = workflow.idempotent_by(data) if workflow.idempotent_by else None
        self.journaled = recorded is not None  # something of this run is committed
        self._recorded = {record.position: record for record in recorded or []}
        self._events: list[Emitted] = []  # to be sent with the last commit
        self._events_of: dict[int, list[Emitted]] = {}  # those of each step, for the journal
        self._answers: dict[str, Any] = {}
        self._may_ask = False
        self._position = 0
        self._turn = asyncio.Lock()  # steps that are gathered run one after the other: they share the transaction
        self._segment: list[tuple[Step[Any, Any], int, Any]] = []  # finished steps of the open transaction
        self.cannot_go_back = False  # an external step without undo has been asked for
        self._used_outside_steps = False
        self._session: Session | None = None
        self._transaction: AbstractAsyncContextManager[Session] | None = None

    # --- what the context asks for -------------------------------------------------------------------

    def open_session(self) -> Session:
        """The open transaction."""
        running = self._running()
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
        running = self._running()
        return self.id if running is None else f"{self.id}:{running[1]}"

    async def ask(self, key: str, question: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to a question; see :meth:`WorkflowContext.ask`."""
        if key in self._answers:
            return self._answers[key]
        running = self._running()
        if running is not None and running[0].external:
            return await question()
        if not self._may_ask:
            raise WorkflowDefinitionError("An undo asks nobody: what it needs is in what the step recorded")
        raise Asked(key, question)

    def emit(self, name: str, data: Any) -> None:
        """Send an event when the workflow is done; one of a step is recorded with it, the step is not run again."""
        running = self._running()
        self._events.append((name, data))
        if running is not None:
            self._events_of.setdefault(running[1], []).append((name, data))

    def _running(self) -> tuple[Step[Any, Any], int] | None:
        current = _current_step.get()
        return current[1:] if current is not None and current[0] == self.id else None

    # --- running ------------------------------------------------------------------------------------

    async def run(self) -> Any:
        """Carry the workflow through, or leave nothing of it behind."""
        ctx = WorkflowContext(self.engine.app, self, self.workflow)
        try:
            await self._begin()
            if self.key is not None and not self.journaled and (other := await self._under_way()) is not None:
                await self._rollback()
                return await self.engine.wait_for(other, self.workflow)
            result = await self._attempt(ctx)
            await self._finish(result)
        except Exception as error:
            await self._rollback(error)
            if not self.journaled or await leave_or_undo(self, ctx, error):
                raise
            self.engine.disown(self)
            return await self.engine.wait_for(self.id, self.workflow)
        except BaseException as error:  # the process is going down: another one takes over
            await self._rollback(error)
            raise
        finally:
            self.engine.disown(self)
        return result

    async def _attempt(self, ctx: WorkflowContext) -> Any:
        """Run the function; anew after each question that it has for somebody outside."""
        for _ in range(MOST_QUESTIONS):
            self._may_ask = True
            try:
                return await self.workflow.function(ctx, self.data)
            except Asked as asked:
                await self._rollback(asked)
                self._answers[asked.key] = await asked.question()
                await self._start_over()
            finally:
                self._may_ask = False
        raise TooManyQuestions(self.workflow.id)

    async def _start_over(self) -> None:
        """As after a crash: what is committed is in the journal, all else is forgotten."""
        self._position, self._used_outside_steps = 0, False
        self._segment.clear()
        self._events_of.clear()
        await self._begin()
        if self.journaled:
            assert self._session is not None
            self._recorded = {record.position: record for record in await journal.load_steps(self._session, self.id)}

    async def run_step(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        """Run a step, or give what the journal says it gave."""
        if self._running() is not None:
            return _result(await step.run(ctx, data))  # a step used inside a step is a part of it
        self._position += 1
        position = self._position
        async with self._turn:
            return await self._run_in_turn(ctx, step, position, data)

    async def _run_in_turn(self, ctx: WorkflowContext, step: Step[Any, Any], position: int, data: Any) -> Any:
        record = self._recorded.get(position)
        if record is not None and record.name != step.name:
            raise WorkflowDefinitionError(
                f"Execution {self.id} recorded step {record.name!r} at {position}, the workflow now runs {step.name!r} there"
            )
        self.cannot_go_back |= record is not None and is_final(step, record.state)
        if record is not None and record.state == "done":
            self._events += record.events
            return journal.decode(record.output, step.output_type)
        token = _current_step.set((self.id, step, position))
        try:
            if step.external:
                return await self._run_external(ctx, step, position, data)
            outcome = await step.run(ctx, data)
        finally:
            _current_step.reset(token)
        self._segment.append((step, position, outcome))
        self.boundary(f"{step.name}:done-in-transaction")
        return _result(outcome)

    async def _run_external(self, ctx: WorkflowContext, step: Step[Any, Any], position: int, data: Any) -> Any:
        self._refuse_what_cannot_be_undone(step)
        assert self._session is not None
        await journal.open_execution(
            self._session, id=self.id, workflow_id=self.workflow.id, key=self.key, data=journal.encode(self.data),
            owner=self.engine.owner, actor_id=self.actor_id,
        )  # fmt: skip
        asked = journal.encode(data).encode()
        started = StepRecord(position, step.name, external=True, state="started", input=asked)
        await journal.record_steps(self._session, self.id, [*map(self.record_of, self._segment), started])
        self.journaled = True  # a commit whose answer is lost may have arrived
        self.engine.own(self)
        await self._commit(step.name)
        self._segment.clear()
        before = self.cannot_go_back
        self.cannot_go_back |= step.undo is None
        try:
            outcome = await self._try_external(ctx, step, data)
        except MedusaError as error:
            if is_refusal(error):
                self.cannot_go_back = before
                await self.record_outside(replace(started, state="undone"), str(error))
                await self._begin()  # the workflow may catch the error and go on
            raise
        self.boundary(f"{step.name}:called")
        # At once: whoever takes over from here on need not ask again.
        await self.record_outside(self.record_of((step, position, outcome)))
        self.boundary(f"{step.name}:recorded")
        await self._begin()
        return _result(outcome)

    async def record_outside(self, record: StepRecord, error: str | None = None) -> None:
        """Write an external step's outcome, in a transaction of its own."""
        async with self.engine.database.session() as session:
            await journal.record_steps(session, self.id, [record])
            if error is not None:
                await journal.mark_step(session, self.id, record.position, None, error)
            await journal.still_ours(session, self.id, self.attempt)

    async def _try_external(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        delay = step.retry.delay.total_seconds()
        for attempt in range(step.retry.times + 1):
            try:
                return await self._ask(ctx, step, data)
            except _CAN_HEAL as error:
                if attempt == step.retry.times:
                    raise
                log.warning("workflow.step_retried", step=step.name, execution_id=self.id, error=str(error))
            await asyncio.sleep(delay * 2**attempt)
        raise AssertionError("unreachable")

    async def ask_again(self, ctx: WorkflowContext, step: Step[Any, Any], position: int, data: Any) -> Any:
        """Run an external step once more, with the same key."""
        token = _current_step.set((self.id, step, position))
        try:
            return await self._ask(ctx, step, data)
        finally:
            _current_step.reset(token)

    async def _ask(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        async with asyncio.timeout(step.timeout.total_seconds() if step.timeout else None):
            return await step.run(ctx, data)

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

    def record_of(self, done: tuple[Step[Any, Any], int, Any]) -> StepRecord:
        """The journal's entry for a finished step."""
        step, position, outcome = done
        given: Any = outcome
        undo_input = journal.encode(given.undo).encode() if isinstance(outcome, Undoable) else None
        return StepRecord(
            position, step.name, step.external, "done", journal.encode(_result(outcome)).encode(), undo_input,
            events=self._events_of.get(position, ()),
        )  # fmt: skip

    def boundary(self, name: str) -> None:
        """A place where tests let the process die."""
        if faults.boundary is not None:
            faults.boundary(self.workflow.id, name)

    # --- the transaction ----------------------------------------------------------------------------

    async def _begin(self) -> None:
        transaction = self.engine.database.session()
        self._session = await transaction.__aenter__()
        self._transaction = transaction
        if self.key is not None:
            await self._session.lock(f"workflow:{self.workflow.id}:{self.key}")

    async def _commit(self, name: str, *, is_ours: bool = False) -> None:
        assert self._session is not None
        assert self._transaction is not None
        if self.journaled and not is_ours:
            await journal.still_ours(self._session, self.id, self.attempt)
        self.boundary(f"{name}:before-commit")
        transaction, self._transaction, self._session = self._transaction, None, None
        await transaction.__aexit__(None, None, None)
        self.boundary(f"{name}:after-commit")

    async def _rollback(self, error: BaseException | None = None) -> None:
        transaction, self._transaction, self._session = self._transaction, None, None
        self._events = []
        if transaction is not None:
            cause = error or _RolledBack()
            with suppress(_RolledBack):
                await transaction.__aexit__(type(cause), cause, cause.__traceback__)

    async def _finish(self, result: Any) -> None:
        assert self._session is not None
        await self._send_events()
        if self.journaled:
            await journal.record_steps(self._session, self.id, [*map(self.record_of, self._segment)])
            await journal.close_execution(self._session, self.id, self.attempt, "done", result=journal.encode(result))
        await self._commit("workflow", is_ours=True)

    async def _send_events(self) -> None:
        assert self._session is not None
        events, self._events = self._events, []
        if events:
            await self.engine.app.defer_events(self._session, events)

    async def _under_way(self) -> str | None:
        assert self._session is not None
        found: str | None = await self._session.fetch_value(
            "SELECT id FROM workflow_execution WHERE workflow_id = $1 AND idempotency_key = $2 "
            "AND state IN ('invoking', 'compensating')",
            self.workflow.id, self.key,
        )  # fmt: skip
        return found

    # --- undoing ------------------------------------------------------------------------------------

    async def undo_step(self, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord) -> None:
        """Undo one step, and record that it is undone: together, where it is work in the database."""
        assert step.undo is not None
        payload = journal.decode(record.undo_input, step.undo_type)
        token = _current_step.set((self.id, step, record.position))
        self._events = []
        try:
            self.boundary(f"{step.name}:to-undo")
            if step.external:
                async with asyncio.timeout(step.timeout.total_seconds() if step.timeout else None):
                    await step.undo(ctx, payload)
                self.boundary(f"{step.name}:undo-called")
            await self._begin()
            if not step.external:
                await step.undo(ctx, payload)
            assert self._session is not None
            await journal.mark_step(self._session, self.id, record.position, "undone")
            await self._send_events()
            await self._commit(f"{step.name}:undo")
        except BaseException as error:
            await self._rollback(error)
            raise
        finally:
            _current_step.reset(token)


class _RolledBack(Exception):
    """Ends a transaction on purpose."""


def _result(outcome: Any) -> Any:
    given: Any = outcome  # the same, for type checkers that lose the result's type in the test
    return given.result if isinstance(outcome, Undoable) else outcome
