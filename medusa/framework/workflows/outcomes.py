"""How executions ended, for those that asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from medusa.framework.errors import ErrorType, MedusaError
from medusa.framework.workflows.journal import ExecutionRecord, decode
from medusa.framework.workflows.workflow import Workflow

Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Started(Generic[Out]):
    """A workflow that has ended, or is under way in the background."""

    workflow_id: str
    transaction_id: str
    has_finished: bool
    has_failed: bool = False
    result: Out | None = None


def started(record: ExecutionRecord, workflow: Workflow[Any, Out]) -> Started[Out]:
    """What has become of an execution that somebody else began."""
    result = decode(record.result, workflow.output_type()) if record.state == "done" else None
    has_failed = record.state in ("reverted", "failed")
    return Started(workflow.id, record.transaction_id, not record.is_under_way, has_failed, result)


def error_of(record: ExecutionRecord | None) -> MedusaError:
    """Why an execution failed."""
    if record is None or record.error is None:
        return MedusaError("The workflow failed", type=ErrorType.UNEXPECTED)
    return record.error.error()
