"""What happens after a failure: leave the execution to recovery, or take back what is committed, last step first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from medusa.framework.errors import ErrorType, MedusaError
from medusa.framework.workflows import journal
from medusa.framework.workflows.journal import StepRecord, TakenOver
from medusa.framework.workflows.step import Step, registry

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext
    from medusa.framework.workflows.execution import Execution

log = structlog.get_logger()


def is_refusal(error: BaseException) -> bool:
    """Whether the answer is a clear no; after anything else nobody knows what the other side did."""
    return isinstance(error, MedusaError) and error.type not in (ErrorType.UNAVAILABLE, ErrorType.CONFLICT)


def is_final(step: Step[Any, Any], state: str) -> bool:
    """Whether a recorded step is one that has been asked for outside and has no way back."""
    return step.external and step.undo is None and state in ("started", "done")


async def leave_or_undo(execution: Execution, ctx: WorkflowContext, error: Exception) -> bool:
    """Deal with the failure of an execution that has something committed.

    Returns:
        Whether the error is what the caller gets; otherwise the execution has another outcome, to be waited for.
    """
    try:
        if execution.cannot_go_back and not is_refusal(error):
            await _leave(execution, error)
            return True
        async with execution.engine.database.session() as session:
            described = journal.encode(_described(error))
            await journal.close_execution(session, execution.id, execution.attempt, "compensating", error=described)
            records = await journal.load_steps(session, execution.id)
        execution.boundary("undo:begun")
        await undo(execution, ctx, records)
    except TakenOver:  # also: the last commit has arrived, only its answer was lost
        async with execution.engine.database.reader() as session:
            known = "SELECT true FROM workflow_execution WHERE id = $1"
            return await session.fetch_value(known, execution.id) is None
    except Exception as failure:  # the database is away: the lease runs out, and recovery goes on from the journal
        log.error("workflow.left_to_recovery", execution_id=execution.id, error=str(failure))
    return True


async def _leave(execution: Execution, error: Exception) -> None:
    """Recovery goes on, forward: what was asked for outside cannot be taken back."""
    log.error("workflow.left_to_recovery", execution_id=execution.id, error=str(error))
    async with execution.engine.database.session() as session:
        await journal.postpone(session, execution.id, execution.attempt, journal.encode(_described(error)))


async def undo(execution: Execution, ctx: WorkflowContext, records: list[StepRecord]) -> None:
    """Undo recorded steps; stops at the first that fails, to be tried again by recovery."""
    final = False
    for record in reversed(records):
        step = registry[record.name]
        final |= is_final(step, record.state)
        if step.undo is None or record.state == "undone" or (record.state == "started" and not step.external):
            continue
        try:
            known = await _settle(execution, ctx, step, record) if record.state == "started" else record
            if known is not None:
                await execution.undo_step(ctx, step, known)
        except TakenOver:
            raise
        except Exception as error:
            log.error("workflow.undo_failed", step=step.name, execution_id=execution.id, error=str(error))
            async with execution.engine.database.session() as session:
                state = None if record.state == "started" else "undo_failed"
                await journal.mark_step(session, execution.id, record.position, state, str(error))
                await journal.postpone(session, execution.id, execution.attempt)
            return
    async with execution.engine.database.session() as session:
        ended = "failed" if final else "reverted"
        await journal.close_execution(session, execution.id, execution.attempt, ended)
    execution.boundary("undo:ended")


async def _settle(
    execution: Execution, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord
) -> StepRecord | None:
    """Learn what became of a step whose answer was lost: ask again with the same key. None where it had no effect."""
    data = journal.decode(record.input, step.input_type)
    try:
        outcome = await execution.ask_again(ctx, step, record.position, data)
    except MedusaError as error:
        if not is_refusal(error):
            raise
        await execution.record_outside(replace(record, state="undone"), str(error))
        return None
    known = execution.record_of((step, record.position, outcome))
    await execution.record_outside(known)
    execution.boundary(f"{step.name}:settled")
    return known


def _described(error: BaseException) -> dict[str, str]:
    kind = str(error.type) if isinstance(error, MedusaError) else type(error).__name__
    return {"type": kind, "message": str(error)}
