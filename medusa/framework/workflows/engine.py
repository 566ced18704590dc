"""Runs workflows, keeps those that are under way alive, and takes over those whose process died."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import structlog

from medusa.framework.db import Database
from medusa.framework.errors import Conflict, ErrorType, MedusaError
from medusa.framework.ids import ulid
from medusa.framework.workflows import journal
from medusa.framework.workflows.context import Services, WorkflowContext
from medusa.framework.workflows.execution import Execution
from medusa.framework.workflows.journal import TakenOver
from medusa.framework.workflows.undoing import undo
from medusa.framework.workflows.workflow import Workflow, registry

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

log = structlog.get_logger()
In = TypeVar("In")
Out = TypeVar("Out")


class WorkflowEngine:
    """The workflows of one process.

    Args:
        lease: Seconds without a sign of life after which another process takes an execution over.
    """

    def __init__(self, app: Services, database: Database, *, lease: float = 6.0) -> None:
        self.app = app
        self.database = database
        self.lease = lease
        self.owner = ulid()
        self._owned: dict[str, Execution] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._recovery: asyncio.Task[None] | None = None

    async def run(self, workflow: Workflow[In, Out], data: In, *, actor_id: str | None = None) -> Out:
        """Run a workflow to its end, also when the caller goes away.

        Raises:
            MedusaError: What the workflow raised; then nothing of it remains.
        """
        result: Out = await asyncio.shield(self._begin(Execution(self, workflow, data, actor_id=actor_id).run()))
        return result

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Work that :meth:`stop` waits for."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def own(self, execution: Execution) -> None:
        """This process keeps the execution alive from now on."""
        self._owned[execution.id] = execution

    def disown(self, execution: Execution) -> None:
        """The execution has ended, or is left to recovery."""
        if self._owned.get(execution.id) is execution:
            del self._owned[execution.id]

    async def wait_for(self, execution_id: str, workflow: Workflow[Any, Any], timeout: float = 30.0) -> Any:
        """The result of an execution that is under way elsewhere.

        Raises:
            Conflict: It did not end in time.
            MedusaError: It failed.
        """
        for _ in range(int(timeout / 0.05)):
            await asyncio.sleep(0.05)
            async with self.database.reader() as session:
                row = await session.fetch_row(
                    "SELECT state, result::text AS result, error::text AS error FROM workflow_execution WHERE id = $1",
                    execution_id,
                )
            if row is None or row["state"] in ("reverted", "failed"):
                raise _recorded_error(row["error"] if row else None)
            if row["state"] == "done":
                return journal.decode(row["result"], workflow.output_type())
        raise Conflict(f"{workflow.id} is already under way: try again")

    # --- recovery -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to keep executions alive and to take over abandoned ones."""
        self._recovery = asyncio.create_task(self._recover_for_ever(), name="workflow-recovery")

    async def stop(self) -> None:
        """Finish what is under way, then stop."""
        if self._running:
            await asyncio.wait(self._running)
        if self._recovery is not None:
            self._recovery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._recovery

    async def _recover_for_ever(self) -> None:
        while True:
            try:
                await self._beat()
                await self.recover()
            except Exception as error:  # the database may be away for a while: the next round tries again
                log.warning("workflow.recovery_postponed", error=str(error))
            await asyncio.sleep(self.lease / 3)

    async def _beat(self) -> None:
        if self._owned:
            async with self.database.session() as session:
                await journal.beat(session, self.owner, list(self._owned))

    async def recover(self) -> int:
        """Take over abandoned executions and bring them to their end; how many there were."""
        async with self.database.session() as session:
            rows = await journal.claim_abandoned(session, self.owner, self.lease)
        for row in rows:
            self._begin(self._resume(row))
        return len(rows)

    async def _resume(self, row: Any) -> None:
        try:
            await self._carry_on(row)
        except Exception as error:  # another version of the code wrote it, or the database is away: try again later
            log.exception("workflow.resume_failed", workflow_id=row["workflow_id"], execution_id=row["id"])
            described = journal.encode({"type": type(error).__name__, "message": str(error)})
            async with self.database.session() as session:
                await journal.postpone(session, row["id"], row["attempts"], described)

    async def _carry_on(self, row: Any) -> None:
        workflow = registry[row["workflow_id"]]
        async with self.database.reader() as session:
            records = await journal.load_steps(session, row["id"])
        data = journal.decode(row["input"], workflow.input_type())
        execution = Execution(
            self, workflow, data, id=row["id"], attempt=row["attempts"], actor_id=row["actor_id"], recorded=records
        )
        self.own(execution)
        log.warning("workflow.taken_over", workflow_id=workflow.id, execution_id=row["id"], state=row["state"])
        try:
            if row["state"] == "compensating":
                await undo(execution, WorkflowContext(self.app, execution, workflow), records)
            else:
                await execution.run()
        except TakenOver:
            log.info("workflow.taken_over_elsewhere", workflow_id=workflow.id, execution_id=row["id"])
        except Exception as error:
            log.warning("workflow.recovery_ended", workflow_id=workflow.id, execution_id=row["id"], error=str(error))
        finally:
            self.disown(execution)


def _recorded_error(text: str | None) -> MedusaError:
    if text is None:
        return MedusaError("The workflow failed", type=ErrorType.UNEXPECTED)
    recorded = msgspec.json.decode(text, type=dict[str, str])
    kinds: Iterable[str] = [kind.value for kind in ErrorType]
    kind = ErrorType(recorded["type"]) if recorded["type"] in kinds else ErrorType.UNEXPECTED
    return MedusaError(recorded["message"], type=kind)
