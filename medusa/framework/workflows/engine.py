"""Runs workflows, keeps those that are under way alive, and carries on what slept or whose process died."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import structlog

from medusa.framework.db import Database
from medusa.framework.errors import Conflict, InvalidData, MedusaError, text_of
from medusa.framework.ids import ulid
from medusa.framework.tasks import end
from medusa.framework.workflows.context import Services, WorkflowContext
from medusa.framework.workflows.errors import StepFailed, Suspended, WorkflowDefinitionError
from medusa.framework.workflows.execution import Execution, Mode
from medusa.framework.workflows.journal import ExecutionRecord, Failure, Journal, TakenOver, decode, encode
from medusa.framework.workflows.notices import Watchers
from medusa.framework.workflows.outcomes import Started, error_of, started
from medusa.framework.workflows.postgres import PostgresJournal
from medusa.framework.workflows.segment import AlreadyThere
from medusa.framework.workflows.step import Step
from medusa.framework.workflows.step import registry as steps_by_name
from medusa.framework.workflows.ticking import LATE, Ticks
from medusa.framework.workflows.undoing import undo
from medusa.framework.workflows.workflow import Workflow, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from medusa.framework.db.notifications import Notifications

log = structlog.get_logger()
In = TypeVar("In")
Out = TypeVar("Out")
SWEEP_SECONDS = 60.0
SWEPT_AT_ONCE = 1_000
GRACE_SECONDS = 25.0
SHORTEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE_OF_ONE_THAT_HEARS = 0.02, 0.25, 2.0
"""Seconds between two looks at an execution that is under way elsewhere."""


class WorkflowEngine:
    """The workflows of one process.

    Args:
        lease: Seconds without a sign of life after which another process takes an execution over.
        journal: Where executions are recorded; in PostgreSQL unless told otherwise.
        concurrency: How many executions this process carries on at once, beside those it was asked for itself.
    """

    def __init__(
        self,
        app: Services,
        database: Database,
        *,
        lease: float = 6.0,
        journal: Journal | None = None,
        concurrency: int = 10,
    ) -> None:
        self.app = app
        self.database = database
        self.lease = lease
        self.journal = journal or PostgresJournal()
        self.concurrency = concurrency
        self.owner = ulid()
        self.watchers = Watchers()
        self._owned: dict[str, Execution] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._resumed: set[asyncio.Task[Any]] = set()
        self._abandoned_only = False
        self._due = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._longest_pause = LONGEST_PAUSE
        self.journal.attach(database, on_due=self._due.set, on_notice=self.watchers.tell)

    # --- running ------------------------------------------------------------------------------------

    async def run(
        self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None, actor_id: str | None = None
    ) -> Out:
        """Run a workflow to its end, also when the caller goes away. Background steps are run here.

        Args:
            transaction_id: Names the run; the same one again gives the result of the first.
        Raises:
            MedusaError: What the workflow raised; then nothing of it remains.
            Conflict: It waits for something, for half a minute already; :meth:`start` does not wait.
        """
        made = Execution(self, workflow, data, transaction_id=transaction_id, actor_id=actor_id)
        try:
            result: Out = await asyncio.shield(self._begin(made.run()))
        except AlreadyThere as other:
            return await self.wait_for(other.record.id, workflow)
        except Suspended:
            return await self.wait_for(made.id, workflow)
        return result

    async def start(
        self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None, actor_id: str | None = None
    ) -> Started[Out]:
        """Run a workflow until it ends, or goes on in the background.

        Args:
            transaction_id: Names the run; the same one again does not run twice.
        Raises:
            MedusaError: What the workflow raised before it came to the background; then nothing of it remains.
        """
        mode = Mode.UNTIL_BACKGROUND
        made = Execution(self, workflow, data, mode=mode, transaction_id=transaction_id, actor_id=actor_id)
        try:
            result: Out = await asyncio.shield(self._begin(made.run()))
        except AlreadyThere as other:
            return started(other.record, workflow)
        except Suspended:
            return Started(workflow.id, made.transaction_id, has_finished=False)
        return Started(workflow.id, made.transaction_id, has_finished=True, result=result)

    async def enqueue(
        self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None, actor_id: str | None = None
    ) -> str:
        """Let a worker run a workflow as a whole; its transaction id. The same one again does nothing.

        Where one is under way for the same thing (``idempotent_by``), it is that one's.
        """
        made = Execution(self, workflow, data, transaction_id=transaction_id, actor_id=actor_id)
        return await self._queue(made)

    async def _queue(self, made: Execution, *, kept: timedelta = timedelta()) -> str:
        """Write an execution down, to be kept for so long at least; its transaction id, or that of one for the same thing."""
        new = made.as_new(None, 0)
        new = replace(new, retention_seconds=max(new.retention_seconds, int(kept.total_seconds())))
        async with self.database.session() as session:
            await made.lock(session)
            if (other := await made.under_way(session)) is not None:
                return other.transaction_id
            await self.journal.add(session, new)
        self._due.set()
        return made.transaction_id

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Work that :meth:`stop` waits for."""
        task = asyncio.create_task(_quiet(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    @property
    def is_idle(self) -> bool:
        """Whether nothing is running in this process, and nothing is kept alive by it."""
        return not self._running and not self._owned

    def own(self, execution: Execution) -> None:
        """This process keeps the execution alive from now on."""
        self._owned[execution.id] = execution

    def disown(self, execution: Execution) -> None:
        """The execution has ended, or is left to others."""
        if self._owned.get(execution.id) is execution:
            del self._owned[execution.id]

    async def wait_for(self, execution_id: str, workflow: Workflow[Any, Out], timeout: float = 30.0) -> Out:
        """The result of an execution that is under way elsewhere.

        Raises:
            Conflict: It did not end in time.
            MedusaError: It failed.
        """
        clock = asyncio.get_running_loop()
        pause, ends_at = SHORTEST_PAUSE, clock.time() + timeout
        with self.watchers.ending(execution_id) as ended:
            while (left := ends_at - clock.time()) > 0:
                record = await self.journal.find(id=execution_id)
                if record is None or record.state in ("reverted", "failed"):
                    raise error_of(record)
                if record.state == "done":
                    result: Out = decode(record.result, workflow.output_type())
                    return result
                ended.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(pause, left)):
                        await ended.wait()
                pause = min(pause * 1.3, self._longest_pause)
        raise Conflict(f"{workflow.id} is already under way: try again")

    # --- answers from outside -----------------------------------------------------------------------

    async def set_step_success(
        self, workflow: Workflow[Any, Any] | str, transaction_id: str, step: Step[Any, Out] | str, response: Any = None
    ) -> None:
        """Answer a step that waits: its execution goes on with this result.

        Args:
            step: The step, its name or its idempotency key.
            response: What the step gives; of the type it declares.
        Raises:
            NotFound: The execution is not under way, or has not come to this step.
            NotAllowed: The step does not wait.
            InvalidData: The response is not of the step's type.
        """

        def typed(name: str) -> str:
            try:
                known = steps_by_name.get(name)  # the code may have changed since it asked
                kind = known.output_type if known else Any
                return encode(msgspec.convert(msgspec.to_builtins(response), kind, strict=False))
            except msgspec.ValidationError as error:
                raise InvalidData(f"The response of {name}: {error}") from error

        await self._answer(workflow, transaction_id, step, typed, None)

    async def set_step_failure(
        self, workflow: Workflow[Any, Any] | str, transaction_id: str, step: Step[Any, Any] | str, response: Any = None
    ) -> None:
        """Say that what a step waits for has failed: it raises :class:`StepFailed`.

        Args:
            response: Why: a text, or anything that JSON can hold.
        Raises:
            NotFound, NotAllowed: As :meth:`set_step_success`.
        """
        reason = response if isinstance(response, str) else encode(response)
        await self._answer(workflow, transaction_id, step, None, Failure.from_error(StepFailed(reason)))

    async def _answer(
        self,
        workflow: Workflow[Any, Any] | str,
        transaction_id: str,
        step: Step[Any, Any] | str,
        output: Callable[[str], str] | None,
        failure: Failure | None,
    ) -> None:
        name = step.name if isinstance(step, Step) else step
        await self.journal.answer(_id(workflow), transaction_id, name, output, failure)
        self._due.set()

    # --- going on -----------------------------------------------------------------------------------

    def start_serving(self, *, abandoned_only: bool = False) -> None:
        """Begin to keep executions alive and to carry on those that are due.

        Args:
            abandoned_only: Only those whose process died: what sleeps is carried on by workers.
        """
        self._abandoned_only = abandoned_only
        self._loop = asyncio.create_task(self._serve(), name="workflows")
        self._beating = asyncio.create_task(self._beat(), name="workflows-beat")

    async def listen(self, notifications: Notifications) -> None:
        """Hear at once of what other processes do."""
        await self.journal.listen(notifications)
        self._longest_pause = LONGEST_PAUSE_OF_ONE_THAT_HEARS

    async def stop(self) -> None:
        """Finish what is under way, then stop; what takes too long is left to other processes."""
        self.watchers.end()
        if self._loop is not None:
            await end(self._loop)
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        if self._beating is not None:
            await end(self._beating)

    async def _beat(self) -> None:
        """A task of its own: what else there is to do may have to wait for a connection."""
        while True:
            await asyncio.sleep(self.lease / 3)
            if self._owned:
                with contextlib.suppress(Exception):  # the database is away: the next one tries again
                    await self.journal.beat(self.owner, self.lease, list(self._owned))

    async def _serve(self) -> None:
        ticks = Ticks(() if self._abandoned_only else registry.values(), datetime.now(UTC))
        is_away = False
        loop = asyncio.get_running_loop()
        sweeps_at = loop.time()
        while True:
            self._due.clear()
            pause = self.lease / 3
            try:
                if not self._abandoned_only and loop.time() >= sweeps_at:
                    sweeps_at = loop.time() + SWEEP_SECONDS
                    while await self.journal.sweep() >= SWEPT_AT_ONCE:
                        pass
                await self._tick(ticks)
                await self.carry_on()
                pause = await self._pause(ticks)
                if is_away:
                    log.warning("workflow.recovery_resumed")
                is_away = False
            except Exception as error:  # the database may be away for a while: the next round tries again
                if not is_away:
                    log.warning("workflow.recovery_postponed", error=text_of(error))
                is_away = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._due.wait()

    async def _pause(self, ticks: Ticks) -> float:
        """Seconds until something is to be done."""
        soon = [self.lease / 3, ticks.seconds(datetime.now(UTC))]
        if len(self._resumed) < self.concurrency:
            soon.append(await self.journal.next_due(abandoned_only=self._abandoned_only))
        return max(0.01, min(seconds for seconds in soon if seconds is not None))

    async def _tick(self, ticks: Ticks) -> None:
        """Queue the scheduled workflows whose time has come: each process tries, the transaction id lets one succeed."""
        for workflow, transaction_id in ticks.take(datetime.now(UTC)):
            # Kept until no process makes up for this time any more: it would run again.
            await self._queue(Execution(self, workflow, None, transaction_id=transaction_id), kept=2 * LATE)

    async def carry_on(self) -> list[asyncio.Task[Any]]:
        """Take executions that are due and begin to carry them on; the tasks that do it."""
        free = self.concurrency - len(self._resumed)
        if free <= 0:
            return []
        records = await self.journal.claim(
            self.owner, self.lease, free, abandoned_only=self._abandoned_only, but=list(self._owned)
        )
        tasks = [self._begin(self._resume(record)) for record in records]
        for task in tasks:
            self._resumed.add(task)
            task.add_done_callback(self._has_resumed)
        if len(tasks) == free:
            self._due.set()
        return tasks

    def _has_resumed(self, task: asyncio.Task[Any]) -> None:
        self._resumed.discard(task)
        self._due.set()

    async def run_until_idle(self) -> None:
        """Carry on every execution that is due now, until none is (for tests and scripts)."""
        while tasks := await self.carry_on():
            await asyncio.wait(tasks)

    async def _resume(self, record: ExecutionRecord) -> None:
        try:
            await self._carry_on(record)
        except Exception as error:  # another version of the code wrote it, or the database is away: try again later
            log.exception("workflow.resume_failed", workflow_id=record.workflow_id, execution_id=record.id)
            with contextlib.suppress(MedusaError):
                await self.journal.postpone(record.run, Failure.from_error(error))

    async def _carry_on(self, record: ExecutionRecord) -> None:
        workflow = registry.get(record.workflow_id)
        if workflow is None:
            raise WorkflowDefinitionError(f"This version of the application has no workflow {record.workflow_id!r}")
        steps = await self.journal.steps(record.id)
        execution = Execution(
            self,
            workflow,
            decode(record.input, workflow.input_type()),
            mode=Mode.UNATTENDED,
            actor_id=record.actor_id,
            record=record,
            steps=steps,
        )
        self.own(execution)
        log.info("workflow.carried_on", workflow_id=workflow.id, execution_id=record.id, state=record.state)
        try:
            if record.state == "compensating":
                await undo(execution, WorkflowContext(self.app, execution, workflow), steps)
            else:
                await execution.run()
        except Suspended:
            pass
        except TakenOver:
            log.info("workflow.taken_over_elsewhere", workflow_id=workflow.id, execution_id=record.id)
        except Exception as error:
            log.warning("workflow.ended", workflow_id=workflow.id, execution_id=record.id, error=text_of(error))
        finally:
            self.disown(execution)


async def _quiet(work: Coroutine[Any, Any, Any]) -> Any:
    return await work


def _id(workflow: Workflow[Any, Any] | str) -> str:
    return workflow if isinstance(workflow, str) else workflow.id
