"""Return reasons, refund reasons, price preferences."""

from __future__ import annotations

from medusa.framework.testing.clients import Client


async def test_return_reason_has_parent_and_children(admin: Client, store: Client) -> None:
    size = (await admin.post("/return-reasons", {"value": "size", "label": "Wrong size"}))["return_reason"]
    body = {"value": "small", "label": "Too small", "parent_return_reason_id": size["id"]}
    small = (await admin.post("/return-reasons", body))["return_reason"]
    assert small["parent_return_reason"]["value"] == "size"
    path = f"/return-reasons/{size['id']}"
    await admin.post(path, {"value": "size", "label": "Size", "metadata": {"m": 1}})
    shown = (await store.get(path))["return_reason"]
    assert (shown["label"], [child["value"] for child in shown["return_reason_children"]]) == ("Size", ["small"])
    listed = (await store.get("/return-reasons"))["return_reasons"]
    assert {reason["value"]: len(reason["return_reason_children"]) for reason in listed} == {"size": 1, "small": 0}
    body = {**body, "value": "odd", "parent_return_reason_id": "none"}
    answer = await admin.post("/return-reasons", body, expect=404)
    assert answer["message"] == (
        "You tried to set relationship parent_return_reason_id: none, but such entity does not exist"
    )
    for id in (small["id"], size["id"]):
        await admin.delete(f"/return-reasons/{id}")
    answer = await admin.get(path, expect=404)
    assert answer["message"] == f"Return reason with id: {size['id']} was not found"


async def test_refund_reason_is_created_changed_and_deleted(admin: Client) -> None:
    made = (await admin.post("/refund-reasons", {"label": "Late", "code": "late"}))["refund_reason"]
    path = f"/refund-reasons/{made['id']}"
    changed = (await admin.post(path, {"label": "Very late"}))["refund_reason"]
    assert (changed["label"], changed["code"]) == ("Very late", "late")
    await admin.delete(path)
    assert await admin.get(path) == {}
    answer = await admin.post(path, {"label": "x"}, expect=404)
    assert answer["message"] == f'RefundReason with id "{made["id"]}" not found'


async def test_price_preference_exists_once_for_a_value(admin: Client) -> None:
    body = {"attribute": "custom", "value": "one", "is_tax_inclusive": True}
    made = (await admin.post("/price-preferences", body))["price_preference"]
    answer = await admin.post("/price-preferences", body, expect=400)
    assert answer["message"] == "Price preference with attribute: custom, value: one, already exists."
    path = f"/price-preferences/{made['id']}"
    assert (await admin.post(path, {"is_tax_inclusive": False}))["price_preference"]["is_tax_inclusive"] is False
    await admin.delete(path)
    assert await admin.get(path) == {}


async def test_lists_are_one_statement(admin: Client, statements: list[str]) -> None:
    for path in ("/return-reasons", "/refund-reasons", "/price-preferences"):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
