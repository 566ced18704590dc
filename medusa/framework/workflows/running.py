"""Steps that the journal knows before they are done: external ones, those of the background, those that wait."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import structlog

from medusa.framework.errors import MedusaError, text_of
from medusa.framework.workflows import undoing
from medusa.framework.workflows.calls import Call, Finished, call, recorded, result_in, result_of
from medusa.framework.workflows.errors import StepTimedOut, WorkflowDefinitionError
from medusa.framework.workflows.journal import Failure, StepRecord, TakenOver
from medusa.framework.workflows.step import Step, Waiting

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext
    from medusa.framework.workflows.execution import Execution

log = structlog.get_logger()
HELD_UP: Final = object()
"""What a step gives that waits: the run cannot go beyond it."""
_WORTH_LEAVING_SECONDS = {True: 1.0, False: 10.0}
"""Longer pauses are not spent in memory, by whether nobody waits for the run."""


async def run_external(execution: Execution, ctx: WorkflowContext, it: Call) -> Any:
    """Commit what was before, ask outside, record the answer; what the step returned.

    A clear no is recorded too, and the workflow may catch it and go on. After any other error it cannot.
    """
    attempt = execution.attempt
    try:
        if it.record is None and it.step.background:
            it = await _queue(execution, it)
        execution.segment.refuse_what_cannot_be_undone(it.step)
        started = _record(it, "started")
        await execution.segment.write(started)
        await execution.segment.commit(it.step.name)
        if it.step.undo is None:
            execution.final.add(it.position)
        outcome = await _ask(execution, ctx, it, started)
        refusal = outcome if isinstance(outcome, MedusaError) else None
        if refusal is not None:
            execution.final.discard(it.position)
            refused = replace(started, state="undone", failure=Failure.from_error(refusal), is_begun=True)
            await execution.segment.record_outside(refused)
        else:
            execution.boundary(f"{it.step.name}:called")
            # At once: whoever takes over from here on need not ask again.
            await execution.segment.record_outcome(Finished(it, outcome))
            execution.boundary(f"{it.step.name}:recorded")
    except Exception as error:
        execution.lose(error)
        raise
    await execution.come_back(attempt)
    if refusal is not None:
        raise refusal
    return outcome


async def _ask(execution: Execution, ctx: WorkflowContext, it: Call, started: StepRecord) -> Any:
    """What the step returned, or the error with which it refused."""
    failures, pause, attempt = started.failures, 0.0, execution.attempt
    while True:
        try:
            async with execution.turns.outside():
                if pause:
                    await asyncio.sleep(pause)
                    await execution.segment.make_sure()  # meanwhile somebody may have thought this process dead
                async with asyncio.timeout(it.step.seconds_for_a_try):
                    return await call(it.step, ctx, it.data)
        except Exception as error:
            if undoing.is_refusal(error):
                return error
            failures += 1
            if not _may_try_again(it, error, failures):
                raise
            execution.segment.forget_events(it.position)
            pause = _pause(execution, it, error, failures)
            if _is_worth_leaving(execution, pause):
                await execution.come_back(attempt)
                execution.segment.refuse_what_cannot_be_undone(it.step)
                await _note(execution, replace(started, failures=failures, is_begun=True), error)
                await execution.suspend(pause)


async def _note(execution: Execution, record: StepRecord, error: Exception) -> None:
    """Write in the open transaction why a step is to be tried again."""
    await execution.segment.write(record)
    session = await execution.segment.opened()
    await execution.engine.journal.mark(session, execution.it, record.position, None, text_of(error))


async def run_background(execution: Execution, ctx: WorkflowContext, it: Call) -> Any:
    """Work in the database that begins when its place in the workflow is committed; the step's result."""
    step = it.step
    if it.record is None:
        it = await _queue(execution, it)
    failures = it.record.failures if it.record else 0
    while True:
        session = await execution.segment.opened()
        try:
            async with asyncio.timeout(step.seconds_for_a_try), session.savepoint():
                outcome = await call(step, ctx, it.data)
        except Exception as error:
            failures += 1
            if not _may_try_again(it, error, failures):
                raise
            execution.segment.forget_events(it.position)
            pause = _pause(execution, it, error, failures)
            await _note(execution, replace(_record(it, "queued"), failures=failures, is_begun=True), error)
            if _is_worth_leaving(execution, pause):
                await execution.suspend(pause)
            await execution.segment.commit(f"{step.name}:try")
        else:
            break
        await asyncio.sleep(pause)
    execution.segment.finished(it, outcome)
    execution.boundary(f"{step.name}:done-in-transaction")
    return result_of(outcome)


async def _queue(execution: Execution, it: Call) -> Call:
    """Commit the place of a background step; who waits until then is let go, and another run begins there."""
    if execution.mode is execution.mode.UNTIL_BACKGROUND:
        await execution.come_back(execution.attempt)
    execution.segment.refuse_what_cannot_be_undone(it.step)
    queued = _record(it, "queued")
    await execution.segment.write(queued)
    if execution.mode is execution.mode.UNTIL_BACKGROUND:
        await execution.suspend(0)
    await execution.segment.commit(f"{it.step.name}:queued")
    return it._replace(record=queued)


async def run_waiting(execution: Execution, ctx: WorkflowContext, it: Call) -> Any:
    """Ask, and take the answer that has come from outside; :data:`HELD_UP` while there is none."""
    step, record = it.step, it.record
    if record is not None and record.state == "waiting":
        if record.is_due and not await execution.segment.is_answered(it.position):
            late = StepTimedOut(f"Nobody has answered {step.name!r} within {step.timeout}")
            execution.segment.finished(it, Failure.from_error(late))
            raise late
        execution.hold_up(it.position)
        return HELD_UP
    execution.segment.refuse_what_cannot_be_undone(step)
    if step.external:
        return await _ask_and_wait(execution, ctx, it)
    await execution.segment.opened()
    execution.segment.finished(it, _waiting(step, await call(step, ctx, it.data)))
    await execution.segment.write()
    await execution.segment.commit(step.name)
    execution.hold_up(it.position)
    return HELD_UP


async def _ask_and_wait(execution: Execution, ctx: WorkflowContext, it: Call) -> Any:
    _waiting(it.step, await run_external(execution, ctx, it))
    # The answer may have been quicker than the question's.
    session = await execution.segment.opened()
    known = await execution.engine.journal.step(session, execution.id, it.position)
    if known.failure is not None:
        raise known.failure.error()
    if known.state == "done":
        return result_in(known, it.step)
    execution.hold_up(it.position)
    return HELD_UP


def _waiting(step: Step[Any, Any], outcome: Any) -> Any:
    if not isinstance(outcome, Waiting):
        raise WorkflowDefinitionError(f"The step {step.name!r} waits: return Waiting(undo=...)")
    return cast("Any", outcome)


def _record(it: Call, state: str) -> StepRecord:
    known = it.record
    return StepRecord(
        it.position, it.path, it.step.name, it.step.external, state, input=recorded(it.step, "got", it.data),
        failures=known.failures if known else 0, is_begun=known is not None,
    )  # fmt: skip


def _is_worth_leaving(execution: Execution, pause: float) -> bool:
    return pause >= _WORTH_LEAVING_SECONDS[execution.mode is execution.mode.UNATTENDED]


def _may_try_again(it: Call, error: Exception, failures: int) -> bool:
    is_mistake = undoing.is_refusal(error) or isinstance(error, WorkflowDefinitionError | TakenOver)
    return failures <= it.step.retry.times and not is_mistake


def _pause(execution: Execution, it: Call, error: Exception, failures: int) -> float:
    seconds = it.step.retry.pause(failures)
    log.warning(
        "workflow.step_retried", step=it.step.name, execution_id=execution.id, error=text_of(error), seconds=seconds
    )
    return seconds
