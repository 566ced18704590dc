"""Orders that shall go to another customer: asked for by a change that waits for an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from medusa.framework.db import Change, Insert, Session, SoftDelete
from medusa.framework.errors import InvalidData
from medusa.framework.ids import generate_id
from medusa.modules.order import models
from medusa.modules.order.state import OrderState


class ChangePending(InvalidData):
    """One change after the other."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} already has an existing active order change")


class NoChangePending(InvalidData):
    """Nothing was asked for."""

    def __init__(self) -> None:
        super().__init__("An active Order Change is required to proceed")


async def active_change(session: Session, order_id: str) -> tuple[str, str | None] | None:
    """The change of an order that waits for an answer, and its type."""
    row = await session.fetch_row(
        "SELECT id, change_type FROM order_change WHERE order_id = $1 AND status IN ('pending', 'requested') "
        "AND deleted_at IS NULL ORDER BY version DESC LIMIT 1",
        order_id,
    )
    return (row["id"], row["change_type"]) if row is not None else None


def transfer_request(
    order: OrderState, customer_id: str, by: str | None, *, description: str | None, internal_note: str | None
) -> tuple[str, list[Change]]:
    """The change that asks for a transfer, and its id; the token lets the present owner agree."""
    id, version = generate_id(models.OrderChange.__prefix__), order.version + 1
    change = {
        "id": id,
        "order_id": order.id,
        "version": version,
        "status": "requested",
        "change_type": "transfer",
        "created_by": by,
        "requested_by": by,
        "requested_at": datetime.now(UTC),
        "description": description,
        "internal_note": internal_note,
    }
    action = {
        "order_id": order.id,
        "order_change_id": id,
        "version": version,
        "action": "TRANSFER_CUSTOMER",
        "reference": "customer",
        "reference_id": customer_id,
        "details": {"token": str(uuid4()), "original_email": order.email},
    }
    return id, [Insert(models.OrderChange, [change]), Insert(models.OrderChangeAction, [action])]


def withdrawal(change_id: str) -> list[Change]:
    """Forget a change that was asked for."""
    return [
        SoftDelete(models.OrderChange, [change_id]),
        SoftDelete(models.OrderChangeAction, [change_id], "order_change_id"),
    ]
