"""Workflows: all or nothing, also when the process dies."""

from medusa.framework.workflows.context import WorkflowContext
from medusa.framework.workflows.engine import WorkflowEngine
from medusa.framework.workflows.execution import WorkflowDefinitionError
from medusa.framework.workflows.step import Retry, Step, Undoable, step
from medusa.framework.workflows.workflow import Workflow, workflow

__all__ = [
    "Retry",
    "Step",
    "Undoable",
    "Workflow",
    "WorkflowContext",
    "WorkflowDefinitionError",
    "WorkflowEngine",
    "step",
    "workflow",
]
