"""Executions as the contract shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Base, Json, Model, relation
from medusa.framework.query import computed, computed_batch, searchable
from medusa.framework.query.registry import SqlBuild
from medusa.framework.workflows.step import Step, registry
from medusa.framework.workflows.workflow import registry as workflows

ROOT = "_root"
_OK = {"state": "done", "status": "ok"}
_DORMANT = {"state": "dormant", "status": "idle"}
_AT_WORK = {"state": "invoking", "status": "waiting_response"}
_FAILED = {"state": "failed", "status": "permanent_failure"}
_SHOWN = {
    "queued": (_AT_WORK, _DORMANT),
    "started": (_AT_WORK, _DORMANT),
    "waiting": (_AT_WORK, _DORMANT),
    "done": (_OK, _DORMANT),
    "timed_out": ({"state": "timeout", "status": "permanent_failure"}, _DORMANT),
    "undone": (_OK, {"state": "reverted", "status": "ok"}),
    "undo_failed": (_OK, {"state": "failed", "status": "temp_failure"}),
}
_EXECUTION = (
    "workflow_id,transaction_id,state,run_id,began_ms,late_ms,retention_time,steps.position,steps.name,steps.state,"
    "steps.failure,steps.attempts,steps.failures,steps.began_ms"
)
_CONTEXT = "workflow_id,input,error,steps.position,steps.name,steps.state,steps.failure,steps.error,steps.output,steps.undo_input"


class WorkflowStep(Base):
    """One step of an execution; the journal writes it."""

    __tablename__ = "workflow_step"

    execution_id: Mapped[str] = mapped_column(ForeignKey("workflow_execution.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str]
    output: Mapped[Any | None]
    undo_input: Mapped[Any | None]
    failure: Mapped[Json | None]
    error: Mapped[str | None]
    attempts: Mapped[int]
    failures: Mapped[int]
    started_at: Mapped[datetime]

    @classmethod
    def module_name(cls) -> str:
        """The framework makes the table, no migration."""
        return "framework"


class WorkflowExecution(Model):
    """One execution of a workflow; the journal writes it."""

    __tablename__ = "workflow_execution"
    __prefix__ = "wf_exec"

    workflow_id: Mapped[str]
    transaction_id: Mapped[str]
    state: Mapped[str]
    input: Mapped[Any | None]
    result: Mapped[Any | None]
    error: Mapped[Json | None]
    retention_time: Mapped[int | None]
    expires_at: Mapped[datetime | None]

    steps: Mapped[list[WorkflowStep]] = relation(order_by="WorkflowStep.position")

    @classmethod
    def module_name(cls) -> str:
        """The framework makes the table, no migration."""
        return "framework"


searchable(WorkflowExecution, "transaction_id", "workflow_id", "state")


@computed(WorkflowExecution, "run_id")
def run_id(build: SqlBuild, row: str) -> str:
    """The execution's id without its prefix."""
    return f"replace({row}.id, 'wf_exec_', '')"


@computed(WorkflowExecution, "began_ms")
def began_ms(build: SqlBuild, row: str) -> str:
    """When it began, in milliseconds."""
    return _milliseconds(f"{row}.created_at")


@computed(WorkflowExecution, "late_ms")
def late_ms(build: SqlBuild, row: str) -> str:
    """When it had taken too long; null where it has not."""
    return f"CASE WHEN {row}.error->>'of' LIKE '%:WorkflowTimedOut' THEN {_milliseconds(f'{row}.expires_at')} END"


@computed(WorkflowStep, "began_ms")
def step_began_ms(build: SqlBuild, row: str) -> str:
    """When it began, in milliseconds."""
    return _milliseconds(f"{row}.started_at")


def _milliseconds(column: str) -> str:
    return f"(extract(epoch FROM {column}) * 1000)::bigint"


@computed_batch(WorkflowExecution, ["execution"], requires=_EXECUTION)
def add_execution(rows: Iterable[dict[str, Any]]) -> None:
    """How far it has come."""
    for row in rows:
        row["execution"] = _execution(row)


@computed_batch(WorkflowExecution, ["context"], requires=_CONTEXT)
def add_context(rows: Iterable[dict[str, Any]]) -> None:
    """With what: its input, what its steps gave, what went wrong."""
    for row in rows:
        row["context"] = _context(row)


def _execution(given: Mapping[str, Any]) -> dict[str, Any]:
    steps: dict[str, dict[str, Any]] = {ROOT: {"id": ROOT, "next": []}}
    is_back = given["state"] in ("compensating", "reverted", "failed")
    path = ROOT
    for depth, step in enumerate(given["steps"], 1):
        before, path = path, f"{path}.{step['name']}"
        steps[before]["next"] = [path]
        steps[path] = _step(path, depth, step, is_back=is_back)
    states = {step["state"] for step in given["steps"]}
    kinds = [known for step in given["steps"] if (known := registry.get(step["name"]))]
    return {
        "_v": 0,
        "runId": given["run_id"],
        "state": given["state"],
        "steps": steps,
        "modelId": given["workflow_id"],
        "options": _options(given),
        "startedAt": given["began_ms"],
        "timedOutAt": given["late_ms"],
        "transactionId": given["transaction_id"],
        "hasAsyncSteps": any(kind.background or kind.waits for kind in kinds),
        "hasFailedSteps": any(step["failure"] is not None for step in given["steps"]),
        "hasSkippedSteps": False,
        "hasWaitingSteps": bool(states & {"queued", "started", "waiting"}),
        "hasRevertedSteps": "undone" in states,
        "hasSkippedOnFailureSteps": False,
    }


def _options(row: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {"name": row["workflow_id"], "store": True, "retentionTime": row["retention_time"]}
    known = workflows.get(row["workflow_id"])
    if known is not None and known.timeout is not None:
        options["timeout"] = known.timeout.total_seconds()
    return options


def _step(id: str, depth: int, step: Mapping[str, Any], *, is_back: bool) -> dict[str, Any]:
    invoke, compensate = _SHOWN[step["state"]]
    if step["failure"] is not None and step["state"] == "undone":
        invoke, compensate = _FAILED, {"state": "reverted", "status": "idle"}
    elif is_back and step["state"] == "done":
        compensate = {"state": "reverted", "status": "idle"}  # there is nothing to undo
    return {
        "_v": 0,
        "id": id,
        "next": [],
        "uuid": id,
        "depth": depth,
        "invoke": invoke,
        "compensate": compensate,
        "attempts": step["attempts"],
        "failures": step["failures"],
        "startedAt": step["began_ms"],
        "lastAttempt": step["began_ms"],
        "definition": _definition(step["name"], registry.get(step["name"])),
        "stepFailed": is_back or step["failure"] is not None,
        "saveResponse": True,
    }


def _definition(name: str, step: Step[Any, Any] | None) -> dict[str, Any]:
    if step is None:  # the code has changed since
        return {"action": name}
    made: dict[str, Any] = {
        "uuid": name,
        "action": name,
        "async": step.background or step.waits,
        "backgroundExecution": step.background,
        "noCompensation": step.undo is None,
        "store": True,
    }
    if step.retry.times:
        made |= {"maxRetries": step.retry.times, "retryInterval": step.retry.delay.total_seconds()}
    if step.timeout is not None:
        made["timeout"] = step.timeout.total_seconds()
    return made


def _context(row: Mapping[str, Any]) -> dict[str, Any]:
    invoked = {
        step["name"]: {"output": {"output": step["output"], "compensateInput": step["undo_input"]}}
        for step in row["steps"]
        if step["state"] not in ("queued", "started", "waiting") and step["failure"] is None
    }
    undone: dict[str, Any] = {
        step["name"]: {} for step in row["steps"] if step["state"] == "undone" and step["failure"] is None
    }
    return {
        "data": {"invoke": invoked, "payload": row["input"], "compensate": undone},
        "compensate": undone,
        "errors": errors_of(row),
    }


def errors_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What went wrong, step by step; of the workflow itself where no step is to blame."""
    found = [
        _error(step["name"], "invoke", step["failure"]["type"], step["failure"]["message"])
        for step in row["steps"]
        if step["failure"] is not None
    ]
    found += [
        _error(step["name"], "compensate", "error", step["error"])
        for step in row["steps"]
        if step["state"] == "undo_failed"
    ]
    if row["error"] is not None and not found:
        found.append(_error(row["workflow_id"], "invoke", row["error"]["type"], row["error"]["message"]))
    return found


def _error(action: str, handler: str, name: str, message: str) -> dict[str, Any]:
    return {"action": action, "handlerType": handler, "error": {"name": name, "message": message}}
