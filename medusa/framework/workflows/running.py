"""Steps that the journal knows before they are done: external ones, those of the background, those that wait."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from medusa.framework.errors import text_of
from medusa.framework.workflows import undoing
from medusa.framework.workflows.calls import Call, Finished, recorded, result_of
from medusa.framework.workflows.errors import StepTimedOut, WorkflowDefinitionError
from medusa.framework.workflows.journal import Failure, StepRecord, TakenOver, decode
from medusa.framework.workflows.step import Waiting

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext
    from medusa.framework.workflows.execution import Execution

log = structlog.get_logger()
HELD_UP: Final = object()
"""What a step gives that waits: the run cannot go beyond it."""
_WORTH_LEAVING_SECONDS = {True: 1.0, False: 10.0}
"""Longer pauses are not spent in memory, by whether nobody waits for the run."""


async def run_external(execution: Execution, ctx: WorkflowContext, call: Call) -> Any:
    """Commit what was before, ask outside, record the answer; what the step returned."""
    step = call.step
    if call.record is None and step.background:
        call = await _queue(execution, call)
    execution.segment.refuse_what_cannot_be_undone(step)
    started = _record(call, "started")
    await execution.segment.write(started)
    await execution.segment.commit(step.name)
    before = execution.cannot_go_back
    execution.cannot_go_back |= step.undo is None
    try:
        outcome = await _ask(execution, ctx, call, started)
    except Exception as error:
        if undoing.is_refusal(error):
            execution.cannot_go_back = before
            refused = replace(started, state="undone", failure=Failure.from_error(error), is_begun=True)
            await execution.segment.record_outside(refused)
            await execution.segment.begin()  # the workflow may catch the error and go on
        raise
    execution.boundary(f"{step.name}:called")
    # At once: whoever takes over from here on need not ask again.
    await execution.segment.record_outcome(Finished(call, outcome))
    execution.boundary(f"{step.name}:recorded")
    if not step.waits:
        await execution.segment.begin()
    return outcome


async def _ask(execution: Execution, ctx: WorkflowContext, call: Call, started: StepRecord) -> Any:
    failures = started.failures
    while True:
        try:
            if failures > started.failures:  # it has taken a while: somebody may have thought this process dead
                await execution.segment.make_sure()
            async with asyncio.timeout(call.step.seconds_for_a_try):
                return await call.step.run(ctx, call.data)
        except Exception as error:
            failures += 1
            if not _may_try_again(call, error, failures):
                raise
            execution.segment.forget_events(call.position)
            pause = _pause(execution, call, error, failures)
            if pause >= _WORTH_LEAVING_SECONDS[execution.mode is execution.mode.UNATTENDED]:
                await execution.segment.record_outside(
                    replace(started, failures=failures, is_begun=True), text_of(error)
                )
                await execution.suspend(pause)
        await asyncio.sleep(pause)


async def run_background(execution: Execution, ctx: WorkflowContext, call: Call) -> Any:
    """Work in the database that begins when its place in the workflow is committed; the step's result."""
    step = call.step
    if call.record is None:
        call = await _queue(execution, call)
    failures = call.record.failures if call.record else 0
    while True:
        session = execution.open_session()
        try:
            async with asyncio.timeout(step.seconds_for_a_try), session.savepoint():
                outcome = await step.run(ctx, call.data)
        except Exception as error:
            failures += 1
            if not _may_try_again(call, error, failures):
                raise
            execution.segment.forget_events(call.position)
            pause = _pause(execution, call, error, failures)
            await execution.segment.write(replace(_record(call, "queued"), failures=failures, is_begun=True))
            if pause >= _WORTH_LEAVING_SECONDS[execution.mode is execution.mode.UNATTENDED]:
                await execution.suspend(pause)
            await execution.segment.commit(f"{step.name}:try")
        else:
            break
        await asyncio.sleep(pause)
        await execution.segment.begin()
    execution.segment.finished(call, outcome)
    execution.boundary(f"{step.name}:done-in-transaction")
    return result_of(outcome)


async def _queue(execution: Execution, call: Call) -> Call:
    """Commit the place of a background step; who waits until then is let go, and another run begins there."""
    execution.segment.refuse_what_cannot_be_undone(call.step)
    queued = _record(call, "queued")
    await execution.segment.write(queued)
    if execution.mode is execution.mode.UNTIL_BACKGROUND:
        await execution.suspend(0)
    await execution.segment.commit(f"{call.step.name}:queued")
    await execution.segment.begin()
    return call._replace(record=queued)


async def run_waiting(execution: Execution, ctx: WorkflowContext, call: Call) -> Any:
    """Ask, and take the answer that has come from outside; :data:`HELD_UP` while there is none."""
    step, record = call.step, call.record
    if record is not None and record.state == "waiting":
        if record.is_due and not await execution.segment.is_answered(call.position):
            late = StepTimedOut(f"Nobody has answered {step.name!r} within {step.timeout}")
            execution.segment.finished(call, Failure.from_error(late))
            raise late
        execution.hold_up(call.position)
        return HELD_UP
    execution.segment.refuse_what_cannot_be_undone(step)
    outcome = await run_external(execution, ctx, call) if step.external else await step.run(ctx, call.data)
    if not isinstance(outcome, Waiting):
        raise WorkflowDefinitionError(f"The step {step.name!r} waits: return Waiting(undo=...)")
    if step.external:  # the answer may have been quicker than the question's
        [known] = [it for it in await execution.engine.journal.steps(execution.id) if it.position == call.position]
        await execution.segment.begin()
        if known.failure is not None:
            raise known.failure.error()
        if known.state == "done":
            return decode(known.output, step.output_type)
    else:
        execution.segment.finished(call, outcome)
        await execution.segment.write()
        await execution.segment.commit(step.name)
    execution.hold_up(call.position)
    return HELD_UP


def _record(call: Call, state: str) -> StepRecord:
    known = call.record
    return StepRecord(
        call.position, call.path, call.step.name, call.step.external, state, input=recorded(call.step, "got", call.data),
        failures=known.failures if known else 0, is_begun=known is not None,
    )  # fmt: skip


def _may_try_again(call: Call, error: Exception, failures: int) -> bool:
    is_mistake = undoing.is_refusal(error) or isinstance(error, WorkflowDefinitionError | TakenOver)
    return failures <= call.step.retry.times and not is_mistake


def _pause(execution: Execution, call: Call, error: Exception, failures: int) -> float:
    seconds = call.step.retry.pause(failures)
    log.warning(
        "workflow.step_retried", step=call.step.name, execution_id=execution.id, error=text_of(error), seconds=seconds
    )
    return seconds
