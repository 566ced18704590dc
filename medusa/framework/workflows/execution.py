"""One run of a workflow: segments of database work in one transaction each, what is outside between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData, Unavailable, text_of
from medusa.framework.ids import RememberedIds, generate_id, remembering
from medusa.framework.workflows import branches, faults, running
from medusa.framework.workflows.calls import Call, call, result_in, result_of
from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.errors import Suspended, WorkflowDefinitionError, WorkflowTimedOut
from medusa.framework.workflows.journal import Failure, NewExecution, Run, StepRecord, encode
from medusa.framework.workflows.questions import MOST_QUESTIONS, Asked, TooManyQuestions
from medusa.framework.workflows.segment import AlreadyThere, Segment
from medusa.framework.workflows.step import Step
from medusa.framework.workflows.turns import Turns
from medusa.framework.workflows.undoing import is_final, leave_or_undo

if TYPE_CHECKING:
    from medusa.framework.workflows.engine import WorkflowEngine
    from medusa.framework.workflows.journal import ExecutionRecord
    from medusa.framework.workflows.workflow import Workflow

log = structlog.get_logger()
MOST_CHARACTERS = 255
_current_step: ContextVar[tuple[str, Step[Any, Any], int] | None] = ContextVar("current_step", default=None)


class Mode(Enum):
    """Who waits for a run: somebody for its end, somebody until it goes on in the background, nobody."""

    TO_THE_END = 1
    UNTIL_BACKGROUND = 2
    UNATTENDED = 3


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
        if transaction_id is not None and not 0 < len(transaction_id) <= MOST_CHARACTERS:
            raise InvalidData(f"A transaction id has 1 to {MOST_CHARACTERS} characters")
        self.engine = engine
        self.workflow = workflow
        self.data = data
        self.mode = mode
        self.id = record.id if record else generate_id("wf_exec")
        self.transaction_id = transaction_id or (record.transaction_id if record else f"auto-{self.id[8:]}")
        self.it = Run(self.id, workflow.id, self.transaction_id, record.attempts if record else 1)
        self.actor_id = actor_id
        self.key = workflow.idempotent_by(data) if workflow.idempotent_by else None
        self.final = {step.position for step in steps or () if is_final(step)}  # asked for outside, and without undo
        self._is_given = transaction_id is not None
        self.segment = Segment(self, is_resumed=record is not None)
        limit = workflow.timeout.total_seconds() if workflow.timeout else None
        self._seconds = record.expires_in if record else limit
        self._know(steps or [])
        self._answers: dict[str, Any] = {}
        self._ids: dict[str, RememberedIds] = {}  # those each step made, by its path; those made outside of steps
        self._may_ask = False
        self.attempt: object = None  # of this run; None when there is none (any more)
        self.turns = Turns()
        self._lost: Exception | None = None
        self._waiting: list[int] = []  # positions of the steps for whose answers this run is held up
        self._is_suspended = False

    @property
    def cannot_go_back(self) -> bool:
        """Whether something is done that has no way back."""
        return bool(self.final)

    # --- what the context asks for -------------------------------------------------------------------

    def open_session(self) -> Session:
        """The open transaction."""
        current = self._running()
        if current is None:
            self.segment.used_outside_steps = True
        elif current[0].external:
            raise WorkflowDefinitionError(
                f"The external step {current[0].name!r} has no transaction: read what it needs in a step before it"
            )
        if self.segment.session is None:
            raise WorkflowDefinitionError("The transaction of this workflow is over")
        return self.segment.session

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
        """Send an event when the workflow is done."""
        current = self._running()
        self.segment.emit(name, data, None if current is None else current[1])

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
            await self._be_the_only_one()
            result = await self._in_time(ctx)
            await self._finish(result)
        except AlreadyThere:
            await self.segment.rollback()
            raise
        except Exception as error:
            if self._is_suspended:
                raise Suspended from None
            await self._end_attempt(error)
            if not self.segment.journaled:
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
            self.attempt = None
            self.engine.disown(self)
        return result

    async def _in_time(self, ctx: WorkflowContext) -> Any:
        if self._seconds is None or self.cannot_go_back:
            return await self._attempts(ctx)
        late = WorkflowTimedOut(f"{self.workflow.id} has taken longer than {self.workflow.timeout}")
        if self._seconds <= 0:
            raise late
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
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
            self.attempt = branches.begin()
            self._may_ask = True
            try:
                with remembering(self._ids_of("")):
                    result = await self.workflow.function(ctx, self.data)
                self.go_on(self.attempt)
                return result
            except Asked as asked:
                await self._end_attempt(asked)
                self._answers[asked.key] = await asked.question()
                await self._start_over()
            finally:
                self._may_ask = False
        raise TooManyQuestions(self.workflow.id)

    async def _end_attempt(self, cause: BaseException) -> None:
        """Steps that were gathered with one that failed begin no more; one that is outside is waited for, to be undone."""
        self.attempt = None
        async with self.turns.mine():
            await self.segment.rollback(cause)

    async def _start_over(self) -> None:
        """As after a crash: what is committed is in the journal, all else is forgotten."""
        self.segment.start_over()
        self._waiting.clear()
        for ids in self._ids.values():
            ids.start_over()
        self._know(await self.engine.journal.steps(self.id) if self.segment.journaled else [])
        await self._be_the_only_one()

    def _ids_of(self, path: str) -> RememberedIds:
        return self._ids.setdefault(path, RememberedIds())

    def _know(self, steps: list[StepRecord]) -> None:
        self._recorded = {step.path: step for step in steps}
        self._position = max((step.position for step in steps), default=0)

    async def lock(self, session: Session) -> None:
        """Let nothing begin for the same thing until the transaction ends."""
        if self.key is not None:
            await session.lock(f"workflow:{self.workflow.id}:{self.key}")

    async def under_way(self, session: Session) -> ExecutionRecord | None:
        """Another execution for the same thing."""
        if self.key is None:
            return None
        return await self.engine.journal.under_way(session, self.workflow.id, self.key)

    async def _be_the_only_one(self) -> None:
        session = await self.segment.begin()
        if self.segment.is_opened:
            return
        other = await self.under_way(session)
        if other is not None:
            raise AlreadyThere(other)
        if self._is_given:
            await self.segment.add()

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
            return result_of(await call(step, ctx, data))  # a step used inside a step is a part of it
        path, attempt = branches.next_path()
        record = self._recorded.get(path)
        async with self.turns.mine(goes_out=_goes_out(step, record)):
            self.go_on(attempt)
            given = await self._run_in_turn(ctx, step, path, data, record)
        if given is running.HELD_UP:
            await self._wait_for_others(step, attempt)
        return given

    def go_on(self, attempt: object) -> None:
        """Unwind what remains of an attempt that is over, or cannot come to an end."""
        if self._is_suspended or attempt is not self.attempt:
            raise Suspended
        if self._lost is not None:
            raise self._lost

    def lose(self, error: Exception) -> None:
        """Nobody knows what an external step did: also a workflow that catches the error cannot go on."""
        self._lost = error

    async def come_back(self, attempt: object) -> None:
        """Open the next transaction, when nobody is outside any more."""
        await self.turns.all_back()
        self.go_on(attempt)
        await self.segment.opened()

    async def _run_in_turn(
        self, ctx: WorkflowContext, step: Step[Any, Any], path: str, data: Any, record: StepRecord | None
    ) -> Any:
        if record is None:
            self._position += 1
        elif record.name != step.name:
            raise WorkflowDefinitionError(
                f"Execution {self.id} recorded step {record.name!r} at {path}, the workflow now runs {step.name!r} there"
            )
        elif record.state == "done":
            self.segment.emitted_before(record)
            return result_in(record, step)
        elif record.failure is not None:
            raise record.failure.error()
        it = Call(step, record.position if record else self._position, path, data, record)
        with self.inside(step, it.position), remembering(self._ids_of(path)):
            if step.waits:
                return await running.run_waiting(self, ctx, it)
            if step.external:
                return result_of(await running.run_external(self, ctx, it))
            await self.segment.opened()
            if step.background:
                return await running.run_background(self, ctx, it)
            outcome = await call(step, ctx, data)
        self.segment.finished(it, outcome)
        self.boundary(f"{step.name}:done-in-transaction")
        return result_of(outcome)

    @contextmanager
    def inside(self, step: Step[Any, Any], position: int) -> Generator[None]:
        """This step is running: its key, its events."""
        token = _current_step.set((self.id, step, position))
        try:
            yield
        finally:
            _current_step.reset(token)

    def boundary(self, name: str) -> None:
        """A place where tests let the process die."""
        if faults.boundary is not None:
            faults.boundary(self.workflow.id, name)

    # --- leaving ------------------------------------------------------------------------------------

    async def suspend(self, seconds: float | None) -> NoReturn:
        """Commit what is done, give the execution up for so long (None: until an answer comes), and unwind."""
        await self.segment.write()
        session = await self.segment.opened()
        await self.segment.still_ours(session)
        await self.engine.journal.sleep(session, self.it, seconds, self._waiting)
        await self.segment.commit("suspended", is_ours=True)
        self._is_suspended = True
        raise Suspended

    def hold_up(self, position: int) -> None:
        """This run can not go beyond the step at this position."""
        self._waiting.append(position)

    async def _wait_for_others(self, step: Step[Any, Any], attempt: object) -> NoReturn:
        """Let steps that are gathered with one that waits go on; when there are none left, leave."""
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            quiet += 1
            self.go_on(attempt)
            if not self.turns.are_quiet:
                async with self.turns.mine():
                    quiet = 0
        async with self.turns.mine():
            self.go_on(attempt)
            self.segment.refuse_what_cannot_be_undone(step)
            await self.suspend(None)

    async def _finish(self, result: Any) -> None:
        await self.segment.send_events()
        if self.segment.is_opened or self.workflow.store:
            await self.segment.write()
            await self.engine.journal.end(await self.segment.opened(), self.it, "done", result=encode(result))
        await self.segment.commit("workflow", is_ours=True)

    async def _keep(self, error: Exception) -> None:
        """Write down that a stored workflow failed: nothing else remains of it."""
        if not self.workflow.store:
            return
        try:
            async with self.engine.database.session() as session:
                await self.engine.journal.add(session, self.as_new(None, 0))
                await self.engine.journal.end(session, self.it, "reverted", failure=Failure.from_error(error))
        except Exception as second:
            log.warning("workflow.failure_not_stored", workflow_id=self.workflow.id, error=text_of(second))


def _goes_out(step: Step[Any, Any], record: StepRecord | None) -> bool:
    """Whether the step begins without a transaction: it asks outside, or is done already."""
    if record is None:
        return step.external
    is_over = record.state == "done" or record.failure is not None
    return is_over or (step.external and record.state in ("queued", "started"))
