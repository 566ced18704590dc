"""Executions of workflows: what is refused, what is not there, and the parameters of lists."""


def run(c):
    path = "/workflows-executions"
    mine = {"transaction_id": f"mine-{c.uid}", "fields": "transaction_id,state"}

    def listed(name, **params):
        c.admin.get(path, {**mine, **params}, name=f"list: {name}")

    c.admin.get(path, {"q": f"mine-{c.uid}", "fields": "transaction_id"}, name="list: search without a hit")
    listed("state", state="done")
    listed("state[]", **{"state[]": ["done", "reverted"]})
    listed("unknown state", state="nonsense")
    listed("workflow", workflow_id="complete-cart")
    listed("workflow[]", **{"workflow_id[]": ["complete-cart", "none"]})
    listed("transaction", transaction_id="none")
    listed("created after", **{"created_at[$gte]": "2020-01-01"})
    listed("page", limit=3, offset=2)
    listed("order", order="-created_at")
    listed("with deleted", with_deleted="true")
    listed("unknown field", fields="id,nothing")
    listed("unknown order", order="nothing")
    listed("unknown parameter", unknown=1)
    listed("no id", id="x")
    listed("no updated_at", **{"updated_at[$gte]": "2020-01-01"})
    listed("no $and", **{"$and[0][state]": "done"})
    listed("bad limit", limit="x")
    listed("negative limit", limit=-1)

    c.admin.get(f"{path}/none", name="no such execution")
    c.admin.get(f"{path}/none/none", name="no such workflow and transaction")
    c.admin.get(f"{path}/none", {"unknown": 1}, name="detail: unknown parameter")

    c.admin.post(f"{path}/none/run", {}, name="run: no such workflow")
    c.admin.post(f"{path}/none/run", {"input": 1, "transaction_id": 5}, name="run: transaction id is no text")
    c.admin.post(f"{path}/none/run", {"input": {}, "unknown": 5}, name="run: unknown field")

    for side in ("success", "failure"):
        answer = f"{path}/complete-cart/steps/{side}"
        c.admin.post(answer, {}, name=f"{side}: nothing given")
        c.admin.post(answer, {"transaction_id": "none", "step_id": "none"}, name=f"{side}: no such transaction")
        known = {"transaction_id": "none", "step_id": "validate", "response": {"a": 1}, "compensate_input": {}}
        c.admin.post(answer, known, name=f"{side}: all fields")
        c.admin.post(answer, {**known, "action": "invoke"}, name=f"{side}: action")
        c.admin.post(answer, {**known, "action": "dance"}, name=f"{side}: unknown action")
        c.admin.post(answer, {**known, "step_id": 5}, name=f"{side}: step is no text")
        c.admin.post(answer, {**known, "unknown": 1}, name=f"{side}: unknown field")
