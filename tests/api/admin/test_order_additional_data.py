"""What a client sends along with steps of an order reaches the hooks of its workflow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop
from medusa.framework.workflows import Workflow, WorkflowContext
from medusa.workflows.order.changes import complete_orders
from medusa.workflows.order.fulfillments import create_order_fulfillment
from medusa.workflows.order.shipments import cancel_order_fulfillment, create_order_shipment
from tests.api.admin.test_admin_orders import place

HOOKS: dict[str, Workflow[Any, Any]] = {
    "fulfillment_created": create_order_fulfillment,
    "shipment_created": create_order_shipment,
    "order_fulfillment_canceled": cancel_order_fulfillment,
    "orders_completed": complete_orders,
}
Heard = list[tuple[str, Any]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What the hooks were given, in order."""
    given: Heard = []

    def listen(name: str) -> Any:
        async def note(ctx: WorkflowContext, *, additional_data: dict[str, Any] | None, **rest: Any) -> None:
            given.append((name, additional_data))

        return note

    added = {name: listen(name) for name in HOOKS}
    for name, workflow in HOOKS.items():
        workflow.hook(name)(added[name])
    yield given
    for name, workflow in HOOKS.items():
        workflow.handlers[name].remove(added[name])


async def test_each_step_passes_on_what_came_with_it(admin: Client, store: Client, heard: Heard) -> None:
    placed = await place(await make_shop(admin, store))
    one = {"items": [{"id": placed.lines[0], "quantity": 1}]}

    async def pack(note: str) -> str:
        body = {**one, "location_id": placed.shop.location_id, "additional_data": {"note": note}}
        order = (await admin.post(f"{placed.path}/fulfillments", body, {"fields": "*fulfillments"}))["order"]
        [id] = [each["id"] for each in order["fulfillments"] if not (each["canceled_at"] or each["shipped_at"])]
        return f"{placed.path}/fulfillments/{id}"

    await admin.post(f"{await pack('first')}/cancel", {"additional_data": {"note": "back"}})
    parcel = await pack("second")
    await admin.post(f"{parcel}/shipments", {**one, "additional_data": {"note": "gone"}})
    await admin.post(f"{parcel}/mark-as-delivered", {"additional_data": {"note": "there"}}, expect=400)
    await admin.post(f"{placed.path}/complete", {"additional_data": {"note": "done"}})
    assert heard == [
        ("fulfillment_created", {"note": "first"}),
        ("order_fulfillment_canceled", {"note": "back"}),
        ("fulfillment_created", {"note": "second"}),
        ("shipment_created", {"note": "gone"}),
        ("orders_completed", {"note": "done"}),
    ]
