"""One run of a workflow: segments of database work in one transaction each, what is outside between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from medusa.framework.db import Session
from medusa.framework.errors import Unavailable
from medusa.framework.ids import generate_id
from medusa.framework.workflows import branches, faults, running
from medusa.framework.workflows.calls import Call, Finished, result_of
from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.errors import Suspended, WorkflowDefinitionError, WorkflowTimedOut
from medusa.framework.workflows.journal import Emitted, Failure, NewExecution, Run, StepRecord, decode, encode
from medusa.framework.workflows.questions import MOST_QUESTIONS, Asked, TooManyQuestions
from medusa.framework.workflows.step import Step, Undoable, Waiting
from medusa.framework.workflows.undoing import is_final, leave_or_undo

if TYPE_CHECKING:
    from medusa.framework.workflows.engine import WorkflowEngine
    from medusa.framework.workflows.journal import ExecutionRecord
    from medusa.framework.workflows.workflow import Workflow

log = structlog.get_logger()
_current_step: ContextVar[tuple[str, Step[Any, Any], int] | None] = ContextVar("current_step", default=None)


class Mode(Enum):
    """Who waits for a run: somebody for its end, somebody until it goes on in the background, nobody."""

    TO_THE_END = 1
    UNTIL_BACKGROUND = 2
    UNATTENDED = 3


class AlreadyThere(Exception):
    """There is an execution with this transaction id, or for the same thing."""

    def __init__(self, record: ExecutionRecord) -> None:
        super().__init__(record.id)
        self.record = record


class Execution:
    """The state of one run."""

    def __init__(
        self,
        engine: WorkflowEngine,
        workflow: Workflow[Any, Any],
        data: Any,
        *,
        mode: Mode = Mode.TO_THE_END,
        transaction_id: str | None = None,
        actor_id: str | None = None,
        record: ExecutionRecord | None = None,
        steps: list[StepRecord] | None = None,
    ) -> None:
        self.engine = engine
        self.workflow = workflow
        self.data = data
        self.mode = mode
        self.id = record.id if record else generate_id("wf_exec")
        self.transaction_id = transaction_id or (record.transaction_id if record else f"auto-{self.id[8:]}")
        self.it = Run(self.id, workflow.id, self.transaction_id, record.attempts if record else 1)
        self.actor_id = actor_id
        self.key = workflow.idempotent_by(data) if workflow.idempotent_by else None
        self.journaled = record is not None  # something of this run is committed
        self.cannot_go_back = any(is_final(step) for step in steps or ())  # asked for outside, and without undo
        self._is_given = transaction_id is not None
        self._opened = record is not None
        limit = workflow.timeout.total_seconds() if workflow.timeout else None
        self._seconds = record.expires_in if record else limit
        self._know(steps or [])
        self._answers: dict[str, Any] = {}
        self._may_ask = False
        self._attempt: object = None  # of this run; None when there is none (any more)
        self._events: list[Emitted] = []  # to be sent with the last commit
        self._events_of: dict[int, list[Emitted]] = {}  # those of each step, for the journal
        self._turn = asyncio.Lock()  # steps that are gathered run one after the other: they share the transaction
        self._segment: list[Finished] = []  # steps of the open transaction
        self._waiting: list[int] = []  # positions of the steps for whose answers this run is held up
        self._is_suspended = False
        self._used_outside_steps = False
        self._session: Session | None = None
        self._transaction: AbstractAsyncContextManager[Session] | None = None

    # --- what the context asks for -------------------------------------------------------------------

    def open_session(self) -> Session:
        """The open transaction."""
        current = self._running()
        if current is None:
            self._used_outside_steps = True
        elif current[0].external:
            raise WorkflowDefinitionError(
                f"The external step {current[0].name!r} has no transaction: read what it needs in a step before it"
            )
        if self._session is None:
            raise WorkflowDefinitionError("The transaction of this workflow is over")
        return self._session

    def idempotency_key(self) -> str:
        """The key of the step that is running."""
        current = self._running()
        return self.id if current is None else f"{self.id}:{current[1]}"

    async def ask(self, key: str, question: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to a question; see :meth:`WorkflowContext.ask`."""
        if key in self._answers:
            return self._answers[key]
        current = self._running()
        if current is not None and current[0].external:
            return await question()
        if not self._may_ask:
            raise WorkflowDefinitionError("An undo asks nobody: what it needs is in what the step recorded")
        raise Asked(key, question)

    def emit(self, name: str, data: Any) -> None:
        """Send an event when the workflow is done; one of a step is recorded with it, the step is not run again."""
        current = self._running()
        self._events.append((name, data))
        if current is not None:
            self._events_of.setdefault(current[1], []).append((name, data))

    def forget_events(self, position: int) -> None:
        """Nothing is announced of a try that failed."""
        for event in self._events_of.pop(position, ()):
            self._events.remove(event)

    def _running(self) -> tuple[Step[Any, Any], int] | None:
        current = _current_step.get()
        return current[1:] if current is not None and current[0] == self.id else None

    # --- running ------------------------------------------------------------------------------------

    async def run(self) -> Any:
        """Carry the workflow through, or leave nothing of it behind.

        Raises:
            Suspended: It goes on later.
            AlreadyThere: Another execution has this transaction id, or is under way for the same thing.
        """
        ctx = WorkflowContext(self.engine.app, self, self.workflow)
        try:
            await self.begin()
            await self._be_the_only_one()
            result = await self._in_time(ctx)
            await self._finish(result)
        except AlreadyThere:
            await self.rollback()
            raise
        except Exception as error:
            if self._is_suspended:
                raise Suspended from None
            await self._end_attempt(error)
            if not self.journaled:
                await self._keep(error)
                raise
            if await leave_or_undo(self, ctx, error):
                raise
            raise Suspended from error  # its outcome is another one
        except BaseException as error:  # also: the process is going down, another one takes over
            await self._end_attempt(error)
            if self._is_suspended:
                raise Suspended from None
            raise
        finally:
            self._attempt = None
            self.engine.disown(self)
        return result

    async def _in_time(self, ctx: WorkflowContext) -> Any:
        if self._seconds is None or self.cannot_go_back:
            return await self._attempts(ctx)
        late = WorkflowTimedOut(f"{self.workflow.id} has taken longer than {self.workflow.timeout}")
        if self._seconds <= 0:
            raise late
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await self._attempts(ctx)
        except TimeoutError as error:
            if not limit.expired():
                raise
            if self.cannot_go_back:
                raise Unavailable(f"{self.workflow.id} takes long, and goes on") from error
            raise late from error

    async def _attempts(self, ctx: WorkflowContext) -> Any:
        """Run the function; anew after each question that it has for somebody outside."""
        for _ in range(MOST_QUESTIONS):
            self._attempt = branches.begin()
            self._may_ask = True
            try:
                return await self.workflow.function(ctx, self.data)
            except Asked as asked:
                await self._end_attempt(asked)
                self._answers[asked.key] = await asked.question()
                await self._start_over()
            finally:
                self._may_ask = False
        raise TooManyQuestions(self.workflow.id)

    async def _end_attempt(self, cause: BaseException) -> None:
        """Steps that were gathered with one that failed begin no more; one that is outside is waited for, to be undone."""
        self._attempt = None
        async with self._turn:
            await self.rollback(cause)

    async def _start_over(self) -> None:
        """As after a crash: what is committed is in the journal, all else is forgotten."""
        self._used_outside_steps = False
        self._segment.clear()
        self._waiting.clear()
        self._events_of.clear()
        self._know(await self.engine.journal.steps(self.id) if self.journaled else [])
        self._opened = self.journaled
        await self.begin()
        await self._be_the_only_one()

    def _know(self, steps: list[StepRecord]) -> None:
        self._recorded = {step.path: step for step in steps}
        self._position = max((step.position for step in steps), default=0)

    async def _be_the_only_one(self) -> None:
        if self._opened:
            return
        assert self._session is not None
        journal = self.engine.journal
        if self.key is not None and (other := await journal.under_way(self._session, self.workflow.id, self.key)):
            raise AlreadyThere(other)
        if self._is_given:
            await self._open()

    async def _open(self) -> None:
        assert self._session is not None
        self._opened = await self.engine.journal.add(self._session, self.as_new(self.engine.owner, self.engine.lease))
        if not self._opened:
            await self.rollback()  # nobody asks for a second connection while holding one
            other = await self.engine.journal.find(workflow_id=self.workflow.id, transaction_id=self.transaction_id)
            if other is None:  # it was removed just now
                raise Unavailable(f"The transaction {self.transaction_id} is ending: try again")
            raise AlreadyThere(other)

    def as_new(self, owner: str | None, lease: float) -> NewExecution:
        """What is written down of it first."""
        retention = int(self.workflow.retention.total_seconds())
        return NewExecution(
            self.id, self.workflow.id, self.transaction_id, self.key, encode(self.data), owner, lease, self.actor_id,
            self._seconds, retention,
        )  # fmt: skip

    async def run_step(self, ctx: WorkflowContext, step: Step[Any, Any], data: Any) -> Any:
        """Run a step, or give what the journal says it gave."""
        if self._running() is not None:
            if step.waits:
                raise WorkflowDefinitionError(
                    f"The step {step.name!r} waits: use it in a workflow, not in another step"
                )
            return result_of(await step.run(ctx, data))  # a step used inside a step is a part of it
        path, attempt = branches.next_path()
        async with self._turn:
            self._go_on(attempt)
            given = await self._run_in_turn(ctx, step, path, data)
        if given is running.HELD_UP:
            await self._wait_for_others(attempt)
        return given

    def _go_on(self, attempt: object) -> None:
        """Unwind what remains of an attempt that is over."""
        if self._is_suspended or attempt is not self._attempt:
            raise Suspended

    async def _run_in_turn(self, ctx: WorkflowContext, step: Step[Any, Any], path: str, data: Any) -> Any:
        record = self._recorded.get(path)
        if record is None:
            self._position += 1
        elif record.name != step.name:
            raise WorkflowDefinitionError(
                f"Execution {self.id} recorded step {record.name!r} at {path}, the workflow now runs {step.name!r} there"
            )
        elif record.state == "done":
            self._events += record.events
            return decode(record.output, step.output_type)
        elif record.failure is not None:
            raise record.failure.error()
        call = Call(step, record.position if record else self._position, path, data, record)
        if self._session is None:
            await self.begin()
        token = _current_step.set((self.id, step, call.position))
        try:
            if step.waits:
                return await running.run_waiting(self, ctx, call)
            if step.external:
                return result_of(await running.run_external(self, ctx, call))
            if step.background:
                return await running.run_background(self, ctx, call)
            outcome = await step.run(ctx, data)
        finally:
            _current_step.reset(token)
        self.finished(call, outcome)
        self.boundary(f"{step.name}:done-in-transaction")
        return result_of(outcome)

    def finished(self, call: Call, outcome: Any) -> None:
        """A step of the open transaction has come to its end."""
        self._segment.append(Finished(call, outcome))

    async def ask_again(self, ctx: WorkflowContext, step: Step[Any, Any], position: int, data: Any) -> Any:
        """Run an external step once more, with the same key."""
        token = _current_step.set((self.id, step, position))
        try:
            async with asyncio.timeout(step.seconds_for_a_try):
                return await step.run(ctx, data)
        finally:
            _current_step.reset(token)

    def record_of(self, finished: Finished) -> StepRecord:
        """The journal's entry for a finished step."""
        (step, position, path, data, known), outcome = finished
        given: Any = outcome
        state, wait = "done", None
        if isinstance(outcome, Waiting):
            state, wait = "waiting", step.timeout.total_seconds() if step.timeout else None
        elif isinstance(outcome, Failure):
            state = "timed_out"
        keeps_undo = isinstance(outcome, Undoable | Waiting)
        return StepRecord(
            position, path, step.name, step.external, state,
            output=encode(result_of(outcome)).encode() if state == "done" else None,
            undo_input=encode(given.undo).encode() if keeps_undo else None,
            input=encode(data).encode() if state == "waiting" else None,
            events=self._events_of.get(position, ()), failure=given if isinstance(outcome, Failure) else None,
            waits_seconds=wait, is_begun=known is not None or step.external,
        )  # fmt: skip

    def boundary(self, name: str) -> None:
        """A place where tests let the process die."""
        if faults.boundary is not None:
            faults.boundary(self.workflow.id, name)

    # --- the transaction ----------------------------------------------------------------------------

    async def begin(self) -> None:
        """Open the next transaction."""
        transaction = self.engine.database.session()
        self._session = await transaction.__aenter__()
        self._transaction = transaction
        if self.key is not None:
            await self._session.lock(f"workflow:{self.workflow.id}:{self.key}")

    async def write(self, *more: StepRecord) -> None:
        """Write the steps of the open transaction, and these; from now on there is something to undo or to finish."""
        assert self._session is not None
        if not self._opened:
            await self._open()
        await self.engine.journal.record(self._session, self.it, [*map(self.record_of, self._segment), *more])
        self._segment.clear()
        self.journaled = True  # a commit whose answer is lost may have arrived
        self.engine.own(self)

    async def commit(self, name: str, *, is_ours: bool = False) -> None:
        """End the transaction."""
        assert self._session is not None
        assert self._transaction is not None
        if self.journaled and not is_ours:
            await self.engine.journal.still_ours(self._session, self.it, self.engine.lease)
        self.boundary(f"{name}:before-commit")
        transaction, self._transaction, self._session = self._transaction, None, None
        await transaction.__aexit__(None, None, None)
        self.boundary(f"{name}:after-commit")

    async def rollback(self, error: BaseException | None = None) -> None:
        """Drop what the open transaction did."""
        transaction, self._transaction, self._session = self._transaction, None, None
        self._events = []
        if transaction is not None:
            cause = error or _RolledBack()
            with suppress(_RolledBack):
                await transaction.__aexit__(type(cause), cause, cause.__traceback__)

    async def record_outside(self, record: StepRecord, error: str | None = None) -> None:
        """Write an external step's outcome, in a transaction of its own."""
        journal = self.engine.journal
        async with self.engine.database.session() as session:
            await journal.record(session, self.it, [record])
            if error is not None:
                await journal.mark(session, self.it, record.position, None, error)
            await journal.still_ours(session, self.it, self.engine.lease)

    def refuse_what_cannot_be_undone(self, step: Step[Any, Any]) -> None:
        """What is committed before this step must have a way back.

        Raises:
            WorkflowDefinitionError: It has not.
        """
        kind = "external" if step.external else "waiting" if step.waits else "background"
        if self._used_outside_steps:
            raise WorkflowDefinitionError(
                f"The workflow {self.workflow.id!r} reaches the {kind} step {step.name!r} after work outside of "
                "steps, which could not be undone: put that work into a step"
            )
        for (done, *_), _ in self._segment:
            if done.undo is None and done.no_undo is None:
                raise WorkflowDefinitionError(
                    f"The workflow {self.workflow.id!r} reaches the {kind} step {step.name!r} after the step "
                    f"{done.name!r}, which has neither undo= nor no_undo="
                )

    # --- leaving ------------------------------------------------------------------------------------

    async def suspend(self, seconds: float | None) -> NoReturn:
        """Commit what is done, give the execution up for so long (None: until an answer comes), and unwind."""
        if self._session is None:
            await self.begin()
        assert self._session is not None
        await self.write()
        await self.engine.journal.still_ours(self._session, self.it, self.engine.lease)
        await self.engine.journal.sleep(self._session, self.it, seconds, self._waiting)
        self._is_suspended = True
        await self.commit("suspended", is_ours=True)
        raise Suspended

    def hold_up(self, position: int) -> None:
        """This run can not go beyond the step at this position."""
        self._waiting.append(position)

    async def _wait_for_others(self, attempt: object) -> NoReturn:
        """Let steps that are gathered with one that waits go on; when there are none left, leave."""
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            quiet += 1
            self._go_on(attempt)
            if self._turn.locked():
                async with self._turn:
                    quiet = 0
        async with self._turn:
            self._go_on(attempt)
            await self.suspend(None)

    async def _finish(self, result: Any) -> None:
        assert self._session is not None
        await self.send_events()
        if self._opened or self.workflow.store:
            await self.write()
            await self.engine.journal.end(self._session, self.it, "done", result=encode(result))
        await self.commit("workflow", is_ours=True)

    async def _keep(self, error: Exception) -> None:
        """Write down that a stored workflow failed: nothing else remains of it."""
        if not self.workflow.store:
            return
        try:
            async with self.engine.database.session() as session:
                await self.engine.journal.add(session, self.as_new(None, 0))
                await self.engine.journal.end(session, self.it, "reverted", failure=Failure.from_error(error))
        except Exception as second:
            log.warning("workflow.failure_not_stored", workflow_id=self.workflow.id, error=str(second))

    async def send_events(self) -> None:
        """Queue what was announced, in the open transaction."""
        assert self._session is not None
        events, self._events = self._events, []
        if events:
            await self.engine.app.defer_events(self._session, events)

    # --- undoing ------------------------------------------------------------------------------------

    async def undo_step(self, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord) -> None:
        """Undo one step, and record that it is undone: together, where it is work in the database."""
        assert step.undo is not None
        payload = decode(record.undo_input, step.undo_type)
        token = _current_step.set((self.id, step, record.position))
        self._events = []
        try:
            self.boundary(f"{step.name}:to-undo")
            if step.external:
                async with asyncio.timeout(step.seconds_for_a_try):
                    await step.undo(ctx, payload)
                self.boundary(f"{step.name}:undo-called")
            await self.begin()
            if not step.external:
                await step.undo(ctx, payload)
            assert self._session is not None
            await self.engine.journal.mark(self._session, self.it, record.position, "undone")
            await self.send_events()
            await self.commit(f"{step.name}:undo")
        except BaseException as error:
            await self.rollback(error)
            raise
        finally:
            _current_step.reset(token)


class _RolledBack(Exception):
    """Ends a transaction on purpose."""
