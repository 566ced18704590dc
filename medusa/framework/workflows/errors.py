"""How workflows fail, beside what their steps raise."""

from __future__ import annotations

from medusa.framework.errors import ErrorType, MedusaError


class WorkflowDefinitionError(Exception):
    """A workflow is written such that it could end half done; found the first time it gets there."""


class StepFailed(MedusaError):
    """Somebody outside has said that a step which waited for an answer has failed."""

    type, code = ErrorType.NOT_ALLOWED, "step_failed"


class StepTimedOut(MedusaError):
    """Nobody has answered a step that waits in time."""

    type, code = ErrorType.NOT_ALLOWED, "step_timed_out"


class WorkflowTimedOut(MedusaError):
    """The workflow has taken longer than its ``timeout``: what it did is undone."""

    type, code = ErrorType.NOT_ALLOWED, "workflow_timed_out"


class Suspended(BaseException):
    """Unwinds a run that sleeps or waits: its execution is replayed from the journal when it goes on."""
