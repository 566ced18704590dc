"""Workflows: all or nothing, also when the process dies."""

from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.engine import WorkflowEngine
from medusa.framework.workflows.errors import StepFailed, StepTimedOut, WorkflowDefinitionError, WorkflowTimedOut
from medusa.framework.workflows.outcomes import Started
from medusa.framework.workflows.step import Retry, Step, Undoable, Waiting, step
from medusa.framework.workflows.workflow import Workflow, workflow

__all__ = [
    "Retry",
    "Started",
    "Step",
    "StepFailed",
    "StepTimedOut",
    "Undoable",
    "Waiting",
    "Workflow",
    "WorkflowContext",
    "WorkflowDefinitionError",
    "WorkflowEngine",
    "WorkflowTimedOut",
    "step",
    "workflow",
]
