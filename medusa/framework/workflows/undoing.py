"""What happens after a failure: leave the execution to recovery, or take back what is committed, last step first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from medusa.framework.errors import ErrorType, MedusaError, text_of
from medusa.framework.workflows.calls import Call, Finished, call
from medusa.framework.workflows.errors import WorkflowDefinitionError
from medusa.framework.workflows.journal import Failure, StepRecord, TakenOver, decode
from medusa.framework.workflows.step import Step, registry

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext
    from medusa.framework.workflows.execution import Execution

log = structlog.get_logger()


def is_refusal(error: BaseException) -> bool:
    """Whether the answer is a clear no; after anything else nobody knows what the other side did."""
    return isinstance(error, MedusaError) and error.type not in (ErrorType.UNAVAILABLE, ErrorType.CONFLICT)


def is_final(record: StepRecord) -> bool:
    """Whether a recorded step is one that has been asked for outside and has no way back."""
    step = registry.get(record.name)
    is_asked = record.external and record.state in ("started", "waiting", "done", "timed_out")
    return is_asked and step is not None and step.undo is None


async def leave_or_undo(execution: Execution, ctx: WorkflowContext, error: Exception) -> bool:
    """Deal with the failure of an execution that has something committed.

    Returns:
        Whether the error is what the caller gets; otherwise the execution has another outcome, to be waited for.
    """
    journal = execution.engine.journal
    try:
        if execution.cannot_go_back and not is_refusal(error):
            log.error("workflow.left_to_recovery", execution_id=execution.id, error=text_of(error))
            await journal.postpone(execution.it, Failure.from_error(error))  # forward: there is no way back
            return True
        async with execution.engine.database.session() as session:
            await journal.compensate(session, execution.it, Failure.from_error(error), execution.engine.lease)
        records = await journal.steps(execution.id)
        execution.boundary("undo:begun")
        await undo(execution, ctx, records)
    except TakenOver:  # also: the last commit has arrived, only its answer was lost
        return await journal.find(id=execution.id) is None
    except Exception as failure:  # the database is away: the lease runs out, and recovery goes on from the journal
        log.error("workflow.left_to_recovery", execution_id=execution.id, error=text_of(failure))
    return True


async def undo(execution: Execution, ctx: WorkflowContext, records: list[StepRecord]) -> None:
    """Undo recorded steps; stops at the first that fails, to be tried again by recovery."""
    journal = execution.engine.journal
    final = False
    for record in reversed(records):
        final |= is_final(record)
        if record.state in ("undone", "queued") or (record.state == "started" and not record.external):
            continue
        try:
            await _undo_one(execution, ctx, record)
        except TakenOver:
            raise
        except Exception as error:
            text = text_of(error)
            log.error("workflow.undo_failed", step=record.name, execution_id=execution.id, error=text)
            async with execution.engine.database.session() as session:
                state = None if record.state == "started" else "undo_failed"
                await journal.mark(session, execution.it, record.position, state, text)
            await journal.postpone(execution.it)
            return
    async with execution.engine.database.session() as session:
        await journal.end(session, execution.it, "failed" if final else "reverted")
    execution.boundary("undo:ended")


async def _undo_one(execution: Execution, ctx: WorkflowContext, record: StepRecord) -> None:
    step = registry.get(record.name)
    if step is None:
        raise WorkflowDefinitionError(f"This version of the application has no step {record.name!r}")
    if step.undo is None:
        return
    is_lost = record.state == "started" and record.undo_input is None
    known = await _settle(execution, ctx, step, record) if is_lost else record
    if known is not None:
        await _take_back(execution, ctx, step, known)


async def _take_back(execution: Execution, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord) -> None:
    """Undo a step, and record that it is undone: together, where it is work in the database."""
    assert step.undo is not None
    segment, payload = execution.segment, decode(record.undo_input, step.undo_type)
    segment.forget_all_events()
    try:
        with execution.inside(step, record.position):
            execution.boundary(f"{step.name}:to-undo")
            if step.external:
                async with asyncio.timeout(step.seconds_for_a_try):
                    await step.undo(ctx, payload)
                execution.boundary(f"{step.name}:undo-called")
            session = await segment.begin()
            if not step.external:
                await step.undo(ctx, payload)
            await execution.engine.journal.mark(session, execution.it, record.position, "undone")
            await segment.send_events()
            await segment.commit(f"{step.name}:undo")
    except BaseException as error:
        await segment.rollback(error)
        raise


async def _settle(
    execution: Execution, ctx: WorkflowContext, step: Step[Any, Any], record: StepRecord
) -> StepRecord | None:
    """Learn what became of a step whose answer was lost: ask again with the same key. None where it had no effect."""
    data = decode(record.input, step.input_type)
    try:
        with execution.inside(step, record.position):
            async with asyncio.timeout(step.seconds_for_a_try):
                outcome = await call(step, ctx, data)
    except MedusaError as error:
        if not is_refusal(error):
            raise
        refused = replace(record, state="undone", failure=Failure.from_error(error), is_begun=True)
        await execution.segment.record_outside(refused)
        return None
    known = await execution.segment.record_outcome(
        Finished(Call(step, record.position, record.path, data, record), outcome)
    )
    execution.boundary(f"{step.name}:settled")
    return known
