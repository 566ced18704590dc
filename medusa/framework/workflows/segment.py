"""The open transaction of an execution, and the steps and events in it that are not written down yet."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING, Any, cast

from medusa.framework.db import Session
from medusa.framework.errors import Unavailable
from medusa.framework.workflows.calls import Call, Finished, recorded, result_of
from medusa.framework.workflows.errors import WorkflowDefinitionError
from medusa.framework.workflows.journal import Emitted, ExecutionRecord, Failure, StepRecord
from medusa.framework.workflows.step import Step, Undoable, Waiting

if TYPE_CHECKING:
    from medusa.framework.workflows.execution import Execution


class AlreadyThere(Exception):
    """There is an execution with this transaction id, or for the same thing."""

    def __init__(self, record: ExecutionRecord) -> None:
        super().__init__(record.id)
        self.record = record


class Segment:
    """Work in the database from one commit of an execution to the next.

    Attributes:
        journaled: Something of the execution is committed: there is something to undo, or to finish.
        is_opened: The execution is written down, be it by this very transaction.
        used_outside_steps: The transaction was used outside of steps, so nobody can undo all of it.
    """

    def __init__(self, execution: Execution, *, is_resumed: bool) -> None:
        self.execution = execution
        self.journaled = self.is_opened = is_resumed
        self.used_outside_steps = False
        self.session: Session | None = None
        self._transaction: AbstractAsyncContextManager[Session] | None = None
        self._finished: list[Finished] = []
        self._events: list[Emitted] = []  # to be sent with the last commit
        self._events_of: dict[int, list[Emitted]] = {}  # those of each step, for the journal

    @property
    def is_open(self) -> bool:
        """Whether there is a transaction."""
        return self.session is not None

    def start_over(self) -> None:
        """Forget what is not committed."""
        self._finished.clear()
        self._events_of.clear()
        self.is_opened, self.used_outside_steps = self.journaled, False

    # --- the transaction

    async def begin(self) -> Session:
        """Open the next transaction."""
        transaction = self.execution.engine.database.session()
        self.session = await transaction.__aenter__()
        self._transaction = transaction
        await self.execution.lock(self.session)
        return self.session

    async def opened(self) -> Session:
        """The open transaction, or a new one."""
        return self.session if self.session is not None else await self.begin()

    async def add(self) -> None:
        """Write the execution down.

        Raises:
            AlreadyThere: Its transaction id is taken.
        """
        execution = self.execution
        journal, session = execution.engine.journal, await self.opened()
        self.is_opened = await journal.add(session, execution.as_new(execution.engine.owner, execution.engine.lease))
        if not self.is_opened:
            await self.rollback()  # nobody asks for a second connection while holding one
            other = await journal.find(workflow_id=execution.it.workflow_id, transaction_id=execution.transaction_id)
            if other is None:  # it was removed just now
                raise Unavailable(f"The transaction {execution.transaction_id} is ending: try again")
            raise AlreadyThere(other)

    async def write(self, *more: StepRecord) -> None:
        """Write the steps of the transaction, and these; from now on there is something to undo or to finish."""
        session = await self.opened()
        if not self.is_opened:
            await self.add()
        records = [*map(self.record_of, self._finished), *more]
        await self.execution.engine.journal.record(session, self.execution.it, records)
        self._finished.clear()
        self.journaled = True  # a commit whose answer is lost may have arrived
        self.execution.engine.own(self.execution)

    async def commit(self, name: str, *, is_ours: bool = False) -> None:
        """End the transaction; ``name`` tells tests where."""
        assert self.session is not None
        assert self._transaction is not None
        if self.journaled and not is_ours:
            await self.still_ours(self.session)
        self.execution.boundary(f"{name}:before-commit")
        transaction, self._transaction, self.session = self._transaction, None, None
        await transaction.__aexit__(None, None, None)
        self.execution.boundary(f"{name}:after-commit")

    async def rollback(self, error: BaseException | None = None) -> None:
        """Drop what the transaction did."""
        transaction, self._transaction, self.session = self._transaction, None, None
        self._events = []
        if transaction is not None:
            cause = error or _RolledBack()
            with suppress(_RolledBack):
                await transaction.__aexit__(type(cause), cause, cause.__traceback__)

    async def still_ours(self, session: Session) -> None:
        """Make sure that nobody has taken the execution over."""
        engine = self.execution.engine
        await engine.journal.still_ours(session, self.execution.it, engine.lease)

    async def make_sure(self) -> None:
        """Make sure that nobody has taken the execution over, between two transactions."""
        async with self.execution.engine.database.session() as session:
            await self.still_ours(session)

    async def is_answered(self, position: int) -> bool:
        """Whether a step that has waited long enough is answered after all; from now on nobody can."""
        session = await self.opened()
        await self.still_ours(session)  # locks the execution, as an answer does
        known = await self.execution.engine.journal.step(session, self.execution.id, position)
        return known.state != "waiting"

    async def record_outcome(self, finished: Finished) -> StepRecord:
        """Write what an external step gave, in a transaction of its own.

        Raises:
            WorkflowDefinitionError: It cannot be recorded. What takes it back is, if that can be.
        """
        try:
            record = self.record_of(finished)
        except WorkflowDefinitionError:
            (step, position, path, *_), outcome = finished
            if isinstance(outcome, Undoable):
                undo: Any = cast("Any", outcome).undo
                await self.record_outside(
                    StepRecord(
                        position,
                        path,
                        step.name,
                        True,
                        "started",
                        undo_input=recorded(step, "gave", undo),
                        is_begun=True,
                    )
                )
            raise
        await self.record_outside(record)
        return record

    async def record_outside(self, record: StepRecord) -> None:
        """Write an external step's outcome, in a transaction of its own."""
        engine = self.execution.engine
        async with engine.database.session() as session:
            await engine.journal.record(session, self.execution.it, [record])
            await self.still_ours(session)

    # --- steps

    def finished(self, call: Call, outcome: Any) -> None:
        """A step of the transaction has come to its end."""
        self._finished.append(Finished(call, outcome))

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
            output=recorded(step, "gave", result_of(outcome)) if state == "done" else None,
            undo_input=recorded(step, "gave", given.undo) if keeps_undo else None,
            input=recorded(step, "got", data) if state == "waiting" else None,
            events=self._events_of.get(position, ()), failure=given if isinstance(outcome, Failure) else None,
            waits_seconds=wait, is_begun=known is not None or step.external,
        )  # fmt: skip

    def refuse_what_cannot_be_undone(self, step: Step[Any, Any]) -> None:
        """What is committed before this step must have a way back.

        Raises:
            WorkflowDefinitionError: It has not.
        """
        kind = "external" if step.external else "waiting" if step.waits else "background"
        where = f"The workflow {self.execution.workflow.id!r} reaches the {kind} step {step.name!r} after"
        if self.used_outside_steps:
            raise WorkflowDefinitionError(
                f"{where} work outside of steps, which could not be undone: put that work into a step"
            )
        for (done, *_), _ in self._finished:
            if done.undo is None and done.no_undo is None:
                raise WorkflowDefinitionError(f"{where} the step {done.name!r}, which has neither undo= nor no_undo=")

    # --- events

    def emit(self, name: str, data: Any, position: int | None) -> None:
        """Send an event at the end; one of a step is recorded with it, the step is not run again."""
        self._events.append((name, data))
        if position is not None:
            self._events_of.setdefault(position, []).append((name, data))

    def emitted_before(self, record: StepRecord) -> None:
        """What a recorded step has announced."""
        self._events += record.events

    def forget_events(self, position: int) -> None:
        """Nothing is announced of a try that failed."""
        for event in self._events_of.pop(position, ()):
            self._events.remove(event)

    def forget_all_events(self) -> None:
        """An undo announces for itself."""
        self._events = []

    async def send_events(self) -> None:
        """Queue what was announced, in the open transaction."""
        events, self._events = self._events, []
        if events:
            await self.execution.engine.app.defer_events(await self.opened(), events)


class _RolledBack(Exception):
    """Ends a transaction on purpose."""
