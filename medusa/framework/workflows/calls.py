"""Steps that a workflow has come to, and what became of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from medusa.framework.errors import Unavailable
from medusa.framework.tasks import is_cancelled
from medusa.framework.workflows.errors import WorkflowDefinitionError
from medusa.framework.workflows.journal import decode, encode
from medusa.framework.workflows.step import Step, Undoable

if TYPE_CHECKING:
    from medusa.framework.workflows.context import WorkflowContext
    from medusa.framework.workflows.journal import StepRecord


class Call(NamedTuple):
    """A step that the workflow has come to, and what the journal knows of it."""

    step: Step[Any, Any]
    position: int
    path: str
    data: Any
    record: StepRecord | None


class Finished(NamedTuple):
    """A step that has come to its end, and what it returned (a ``Failure``: how it failed)."""

    call: Call
    outcome: Any


def recorded(step: Step[Any, Any], verb: str, value: Any) -> bytes:
    """What a step got or gave, as JSON.

    Raises:
        WorkflowDefinitionError: It is not made of Structs, dataclasses and plain data.
    """
    try:
        return encode(value).encode()
    except Exception as error:
        raise WorkflowDefinitionError(f"The step {step.name!r} {verb} what cannot be recorded: {error}") from error


async def call(step: Step[Any, Any], ctx: WorkflowContext, data: Any) -> Any:
    """Run a step's function.

    Raises:
        Unavailable: Something that it waited for was cancelled, not it.
    """
    try:
        return await step.run(ctx, data)
    except asyncio.CancelledError as error:
        if is_cancelled(error):
            raise
        raise Unavailable(f"Something that the step {step.name!r} waited for was cancelled") from error


def result_in(record: StepRecord, step: Step[Any, Any]) -> Any:
    """The result of a step that was done before, as the type that the step declares now.

    Raises:
        WorkflowDefinitionError: The step declares another type since.
    """
    try:
        return decode(record.output, step.output_type)
    except msgspec.ValidationError as error:
        raise WorkflowDefinitionError(f"The step {step.name!r} cannot read what it recorded: {error}") from error


def result_of(outcome: Any) -> Any:
    """The result in what a step returned."""
    given: Any = outcome  # the same, for type checkers that lose the result's type in the test
    return given.result if isinstance(outcome, Undoable) else outcome
