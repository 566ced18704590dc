"""Executions of workflows: lists, runs, answers for steps that wait, live streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.parameters import refuse_parameters
from medusa.framework.app import App
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    EventStream,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    get,
    post,
)
from medusa.framework.query import Fields
from medusa.framework.workflows.journal import Notice
from medusa.framework.workflows.workflow import Workflow, registry
from medusa.infrastructure.workflow_engine.executions import errors_of

TIMES = "created_at,updated_at,deleted_at"
SHOWN = f"id,workflow_id,transaction_id,context,execution,state,{TIMES}"
MAY_BE_ASKED = f"{SHOWN},retention_time,run_id"
EXECUTIONS = RouteFields(
    "workflow_execution", f"id,workflow_id,transaction_id,state,execution,{TIMES}", allowed=MAY_BE_ASKED
)
EXECUTION = RouteFields("workflow_execution", SHOWN, allowed=MAY_BE_ASKED)
WATCHED = Fields.of("id,workflow_id,execution,error,result,steps.*")
Event = tuple[str, dict[str, Any]]


class ExecutionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of executions."""

    limit: int = 100
    transaction_id: StringOrList | UnsetType = UNSET
    workflow_id: StringOrList | UnsetType = UNSET
    state: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET


class RunBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a workflow is given."""

    input: Any = None
    transaction_id: str | None = None


class Action(StrEnum):
    """Which side of a step is answered."""

    INVOKE = "invoke"
    COMPENSATE = "compensate"


class AnswerBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a step that waits is answered."""

    transaction_id: str
    step_id: str
    response: Any = None
    compensate_input: Any = None
    action: Action = Action.INVOKE


def _workflow(id: str) -> Workflow[Any, Any]:
    if id not in registry:
        raise NotFound(f'Workflow with id "{id}" not found.')
    return registry[id]


@get("/admin/workflows-executions")
async def list_executions(ctx: AdminContext, query: ExecutionsQuery) -> Response:
    """List executions."""
    refuse_parameters(query, "$and", "$or")
    return await ctx.list("workflow_executions", EXECUTIONS, query)


@get("/admin/workflows-executions/{id}")
async def retrieve_execution(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an execution."""
    return await detail_or_nothing(ctx, "workflow_execution", EXECUTION, id, query)


@get("/admin/workflows-executions/{workflow_id}/{transaction_id}")
async def retrieve_execution_of(
    ctx: AdminContext, workflow_id: str, transaction_id: str, query: FieldsQuery
) -> Response:
    """Retrieve the execution of a workflow with this transaction id."""
    record = await ctx.app.workflows.journal.find(workflow_id=workflow_id, transaction_id=transaction_id)
    return await detail_or_nothing(ctx, "workflow_execution", EXECUTION, record.id if record else "", query)


@post("/admin/workflows-executions/{workflow_id}/run")
async def run_workflow(ctx: AdminContext, workflow_id: str, body: RunBody) -> Response:
    """Run a workflow; one with background steps goes on after the answer. A transaction id that was used runs nothing."""
    workflow = _workflow(workflow_id)
    try:
        data = msgspec.convert(body.input, workflow.input_type(), strict=False)
    except msgspec.ValidationError as error:
        raise InvalidData(f"The input of {workflow_id}: {error}") from error
    started = await ctx.start(workflow, data, transaction_id=body.transaction_id)
    acknowledgement = {
        "transactionId": started.transaction_id,
        "workflowId": workflow_id,
        "hasFinished": started.has_finished,
        "hasFailed": started.has_failed,
    }
    return ctx.json({"acknowledgement": acknowledgement})


@post("/admin/workflows-executions/{workflow_id}/steps/success")
async def answer_success(ctx: AdminContext, workflow_id: str, body: AnswerBody) -> Response:
    """Say that what a step waits for has happened."""
    _check(workflow_id, body)
    await ctx.app.workflows.set_step_success(workflow_id, body.transaction_id, _name(body.step_id), body.response)
    return ctx.json({"success": True})


@post("/admin/workflows-executions/{workflow_id}/steps/failure")
async def answer_failure(ctx: AdminContext, workflow_id: str, body: AnswerBody) -> Response:
    """Say that what a step waits for has failed."""
    _check(workflow_id, body)
    await ctx.app.workflows.set_step_failure(workflow_id, body.transaction_id, _name(body.step_id), body.response)
    return ctx.json({"success": True})


def _check(workflow_id: str, body: AnswerBody) -> None:
    _workflow(workflow_id)
    if body.action is Action.COMPENSATE:
        raise InvalidData("An undo waits for nobody: only the action invoke can be answered")


def _name(step_id: str) -> str:
    """Executions show a step as ``_root.first.second``; its name is enough."""
    return step_id.rpartition(".")[2] if step_id.startswith("_root.") else step_id


@get("/admin/workflows-executions/{workflow_id}/subscribe")
async def watch_workflow(ctx: AdminContext, workflow_id: str) -> Response:
    """What happens to the executions of a workflow, as server-sent events."""
    return EventStream(_events(ctx, workflow_id, None))


@get("/admin/workflows-executions/{workflow_id}/{transaction_id}/subscribe")
async def watch_execution(ctx: AdminContext, workflow_id: str, transaction_id: str) -> Response:
    """What happens to one execution, as server-sent events."""
    return EventStream(_events(ctx, workflow_id, transaction_id))


async def _events(ctx: AdminContext, workflow_id: str, transaction_id: str | None) -> AsyncGenerator[Event]:
    describe = partial(_describe, ctx.app)
    with ctx.app.workflows.watchers.watch(workflow_id, transaction_id) as tellings:
        async for telling in tellings:
            for event in await telling.described(describe):
                yield event


async def _describe(app: App, notice: Notice) -> list[Event]:
    """The events of a notice, with the steps as they are now; the connection is given back before anything is sent."""
    async with app.database.reader() as session:
        found = await app.query.one(session, "workflow_execution", notice.execution_id, fields=WATCHED)
    row: dict[str, Any] = msgspec.json.decode(found) if found else {"execution": {"steps": {}}, "steps": []}
    shown = [step for step in row["execution"]["steps"].values() if "invoke" in step]
    by_position = {step["position"]: (step, view) for step, view in zip(row["steps"], shown, strict=True)}
    events: list[Event] = []
    for kind, position in notice.kinds:
        event: dict[str, Any] = {
            "event_type": kind,
            "workflow_id": notice.workflow_id,
            "transaction_id": notice.transaction_id,
        }
        if position in by_position:
            step, event["step"] = by_position[position]
            if kind == "onStepSuccess":
                event["response"] = step["output"]
        if kind == "onFinish" and row.get("id"):
            event["result"] = row["result"]
        if kind in ("onFinish", "onStepFailure", "onCompensateStepFailure") and row.get("id"):
            event["errors"] = errors_of(row)
        events.append((kind, event))
    return events
