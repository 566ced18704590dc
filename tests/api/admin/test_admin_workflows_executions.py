"""Executions in the Admin API: lists, details, runs, answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.errors import NotAllowed
from medusa.framework.testing.clients import Client
from medusa.framework.workflows import Retry, Undoable, Waiting, WorkflowContext, step, workflow

PATH = "/workflows-executions"


class Order(Struct, frozen=True):
    """What the test workflow is given."""

    id: str
    refuse: bool = False


async def put_back(ctx: WorkflowContext, id: str) -> None: ...


@step("api-take", undo=put_back)
async def take(ctx: WorkflowContext, id: str) -> Undoable[str, str]:
    return Undoable(f"taken {id}", undo=id)


@step("api-label", background=True, external=True, no_undo="a label can be thrown away", retry=Retry(times=3))
async def label(ctx: WorkflowContext, id: str) -> str:
    return f"label {id}"


@step("api-await-driver", waits=True, no_undo="nothing was asked", timeout=timedelta(hours=1))
async def await_driver(ctx: WorkflowContext, id: str) -> Waiting[str, None]:
    return Waiting(undo=None)


@workflow("api-ship", timeout=timedelta(days=1), retention=timedelta(hours=2))
async def ship(ctx: WorkflowContext, order: Order) -> str:
    await take(ctx, order.id)
    await label(ctx, order.id)
    driver = await await_driver(ctx, order.id)
    if order.refuse:
        raise NotAllowed("Not this one")
    return driver


@workflow("api-plain")
async def plain(ctx: WorkflowContext, order: Order) -> str:
    if order.refuse:
        raise NotAllowed("Not this one")
    return await take(ctx, order.id)


@pytest.fixture(autouse=True)
async def clean(app: App) -> None:
    async with app.database.session() as session:
        await session.execute("TRUNCATE workflow_execution, workflow_step")


async def run(admin: Client, id: str, **input: Any) -> Any:
    body = {"input": {"id": id, **input}, "transaction_id": id}
    answer = await admin.post(f"{PATH}/api-ship/run", body)
    return answer["acknowledgement"]


async def detail(admin: Client, transaction_id: str, fields: str = "") -> Any:
    answer = await admin.get(f"{PATH}/api-ship/{transaction_id}", {"fields": fields} if fields else None)
    return answer["workflow_execution"]


async def test_a_run_is_acknowledged_shown_answered_and_ends(app: App, admin: Client) -> None:
    acknowledged = {"transactionId": "t1", "workflowId": "api-ship", "hasFinished": False, "hasFailed": False}
    assert await run(admin, "t1") == acknowledged
    assert await run(admin, "t1") == acknowledged
    await app.workflows.run_until_idle()

    shown = await detail(admin, "t1")
    assert set(shown) == {
        "id", "workflow_id", "transaction_id", "context", "execution", "state", "created_at", "updated_at", "deleted_at",
    }  # fmt: skip
    assert shown["state"] == shown["execution"]["state"] == "invoking"
    steps = shown["execution"]["steps"]
    path = "_root.api-take.api-label.api-await-driver"
    assert list(steps) == ["_root", "_root.api-take", "_root.api-take.api-label", path]
    assert steps["_root"] == {"id": "_root", "next": ["_root.api-take"]}
    waiting = steps[path]
    assert (waiting["depth"], waiting["invoke"]) == (3, {"state": "invoking", "status": "waiting_response"})
    assert waiting["definition"] == {
        "uuid": "api-await-driver", "action": "api-await-driver", "async": True, "backgroundExecution": False,
        "noCompensation": True, "store": True, "timeout": 3600,
    }  # fmt: skip
    assert steps["_root.api-take.api-label"]["definition"]["maxRetries"] == 3
    assert shown["execution"]["hasWaitingSteps"] is shown["execution"]["hasAsyncSteps"] is True
    assert shown["context"] == {
        "data": {
            "invoke": {
                "api-take": {"output": {"output": "taken t1", "compensateInput": "t1"}},
                "api-label": {"output": {"output": "label t1", "compensateInput": None}},
            },
            "payload": {"id": "t1", "refuse": False},
            "compensate": {},
        },
        "compensate": {},
        "errors": [],
    }

    body = {"transaction_id": "t1", "step_id": path, "response": "Ann"}
    assert await admin.post(f"{PATH}/api-ship/steps/success", body) == {"success": True}
    await app.workflows.run_until_idle()
    assert await run(admin, "t1") == {**acknowledged, "hasFinished": True}
    shown = await detail(admin, "t1", "id,state,retention_time,run_id,transaction_id")
    assert shown == {
        "id": shown["id"], "state": "done", "retention_time": 7200, "run_id": shown["id"].removeprefix("wf_exec_"),
        "transaction_id": "t1",
    }  # fmt: skip


async def test_a_failure_from_outside_is_shown_with_its_reason(app: App, admin: Client) -> None:
    await run(admin, "t1")
    await app.workflows.run_until_idle()
    body = {"transaction_id": "t1", "step_id": "api-await-driver", "response": "no driver"}
    assert await admin.post(f"{PATH}/api-ship/steps/failure", body) == {"success": True}
    await app.workflows.run_until_idle()
    shown = await detail(admin, "t1")
    assert shown["state"] == "failed"  # the label is made, and has no way back
    assert shown["context"]["errors"] == [
        {
            "action": "api-await-driver",
            "handlerType": "invoke",
            "error": {"name": "not_allowed", "message": "no driver"},
        }
    ]
    states = {
        step["definition"]["action"]: (step["invoke"]["state"], step["compensate"]["state"])
        for step in shown["execution"]["steps"].values()
        if step["id"] != "_root"
    }
    assert states == {
        "api-take": ("done", "reverted"),
        "api-label": ("done", "reverted"),
        "api-await-driver": ("failed", "reverted"),
    }
    assert await run(admin, "t1") == {
        "transactionId": "t1",
        "workflowId": "api-ship",
        "hasFinished": True,
        "hasFailed": True,
    }


async def test_lists_are_filtered_searched_ordered_and_paged(app: App, admin: Client) -> None:
    for id in ("t1", "t2", "other"):
        await run(admin, id)
    await app.workflows.run_until_idle()
    await admin.post(
        f"{PATH}/api-ship/steps/success", {"transaction_id": "t2", "step_id": "api-await-driver", "response": "Bo"}
    )
    await app.workflows.run_until_idle()

    async def found(**params: Any) -> list[str]:
        answer = await admin.get(PATH, {"fields": "transaction_id", "order": "created_at", **params})
        return [row["transaction_id"] for row in answer["workflow_executions"]]

    assert await found() == ["t1", "t2", "other"]
    assert await found(state="done") == ["t2"]
    assert await found(**{"state[]": ["done", "invoking"]}) == ["t1", "t2", "other"]
    assert await found(state="nonsense") == []
    assert await found(q="oth") == ["other"]
    assert await found(transaction_id="t1", workflow_id="api-ship") == ["t1"]
    assert await found(workflow_id="nope") == []
    assert await found(order="-created_at", limit=1, offset=1) == ["t2"]
    answer = await admin.get(PATH, {"limit": 1})
    assert (answer["count"], answer["offset"], answer["limit"]) == (3, 0, 1)
    assert set(answer["workflow_executions"][0]) == {
        "id", "workflow_id", "transaction_id", "state", "execution", "created_at", "updated_at", "deleted_at",
    }  # fmt: skip


async def test_what_does_not_exist(admin: Client) -> None:
    assert await admin.get(f"{PATH}/nope") == {}
    assert await admin.get(f"{PATH}/api-ship/nope") == {}
    assert await admin.post(f"{PATH}/nope/run", {}, expect=404) == {
        "type": "not_found",
        "message": 'Workflow with id "nope" not found.',
    }
    body = {"transaction_id": "nope", "step_id": "api-await-driver"}
    assert await admin.post(f"{PATH}/api-ship/steps/success", body, expect=404) == {
        "type": "not_found",
        "message": "Transaction nope could not be found.",
    }
    assert (await admin.get(f"{PATH}?$and[0][state]=done", expect=400))["type"] == "invalid_data"


async def test_what_a_step_cannot_be_answered(app: App, admin: Client) -> None:
    await run(admin, "t1")
    await app.workflows.run_until_idle()

    async def refused(expect: int = 400, **body: Any) -> str:
        given = {"transaction_id": "t1", "step_id": "api-await-driver", **body}
        return str((await admin.post(f"{PATH}/api-ship/steps/success", given, expect=expect))["message"])

    assert await refused(step_id="api-take") == "Cannot set step success when status is ok"
    assert await refused(404, step_id="nope") == "The execution has come to no step 'nope'"
    assert await refused(response=5) == "The response of api-await-driver: Expected `str`, got `int`"
    assert "only the action invoke" in await refused(action="compensate")
    assert await refused(action="dance") == (
        "Invalid request: Expected: 'invoke, compensate' for field 'action', but got: 'dance'"
    )
    assert await admin.post(f"{PATH}/api-ship/steps/failure", {}, expect=400) == {
        "type": "invalid_data",
        "message": "Invalid request: Field 'transaction_id' is required; Field 'step_id' is required",
    }


async def test_a_workflow_that_fails_at_once_answers_its_error(admin: Client) -> None:
    body = {"input": {"id": "a", "refuse": True}}
    assert await admin.post(f"{PATH}/api-plain/run", body, expect=400) == {
        "type": "not_allowed",
        "message": "Not this one",
    }
    answer = await admin.post(f"{PATH}/api-plain/run", {"input": {}}, expect=400)
    assert answer["message"] == "The input of api-plain: Object missing required field `id`"
    acknowledgement = (await admin.post(f"{PATH}/api-plain/run", {"input": {"id": "a"}}))["acknowledgement"]
    assert (acknowledgement["hasFinished"], acknowledgement["transactionId"][:5]) == (True, "auto-")


async def test_nobody_else_may_look(visitor: Client) -> None:
    for path in (PATH, f"{PATH}/x", f"{PATH}/x/y", f"{PATH}/x/subscribe", f"{PATH}/x/y/subscribe"):
        await visitor.get(f"/admin{path}", expect=401)
    for path in ("run", "steps/success", "steps/failure"):
        await visitor.post(f"/admin{PATH}/api-ship/{path}", {}, expect=401)
