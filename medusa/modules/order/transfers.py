"""Orders that shall go to another customer: asked for by a change that waits for an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from hmac import compare_digest
from uuid import uuid4

from msgspec import Struct

from medusa.framework.db import Change, Insert, Session, SoftDelete, Update
from medusa.framework.errors import InvalidData, NotAllowed
from medusa.framework.ids import generate_id
from medusa.modules.order import models
from medusa.modules.order.state import OrderState
from medusa.modules.order.versions import Action, OrderEdit, confirmed_change, version_rows


class ChangePending(InvalidData):
    """One change after the other."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order ({order_id}) already has an existing active order change")


class NoChangePending(InvalidData):
    """Nothing was asked for."""

    def __init__(self) -> None:
        super().__init__("An active Order Change is required to proceed")


class NoTransferPending(InvalidData):
    """Nobody has asked for the order."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} does not have an order transfer request.")


class WrongToken(NotAllowed):
    """Who answers does not hold the token that the owner was sent."""

    def __init__(self) -> None:
        super().__init__("Invalid token.")


class ActiveChange(Struct, frozen=True, kw_only=True):
    """A change that waits for an answer; of a transfer: to whom, and the token that lets the owner agree."""

    id: str
    change_type: str | None
    created_by: str | None
    action_id: str | None
    customer_id: str | None
    token: str | None
    new_email: str | None


async def active_change(session: Session, order_id: str) -> ActiveChange | None:
    """The change of an order that waits for an answer."""
    row = await session.fetch_row(
        "SELECT c.id, c.change_type, c.created_by, a.id AS action_id, a.reference_id AS customer_id, "
        "a.details->>'token' AS token, a.details->>'new_email' AS new_email FROM order_change AS c "
        "LEFT JOIN order_change_action AS a ON a.order_change_id = c.id AND a.action = 'TRANSFER_CUSTOMER' "
        "AND a.deleted_at IS NULL WHERE c.order_id = $1 AND c.status IN ('pending', 'requested') "
        "AND c.deleted_at IS NULL ORDER BY c.version DESC LIMIT 1",
        order_id,
    )
    return ActiveChange(**dict(row)) if row is not None else None


async def requested_transfer(session: Session, order_id: str, token: str) -> ActiveChange | None:
    """The transfer that an owner answers; None where none was asked for.

    Raises:
        WrongToken: The token is another one.
    """
    change = await active_change(session, order_id)
    if change is None or change.change_type != "transfer":
        return None
    if change.token is None or not compare_digest(change.token.encode(), token.encode()):
        raise WrongToken
    return change


class Transfer(Struct, frozen=True, kw_only=True):
    """Who shall have an order; ``email`` where the order's address changes too."""

    customer_id: str
    by: str | None
    email: str | None = None
    description: str | None = None
    internal_note: str | None = None


def transfer_request(order: OrderState, transfer: Transfer) -> tuple[str, list[Change]]:
    """The change that asks for a transfer, and its id."""
    id, version = generate_id(models.OrderChange.__prefix__), order.version + 1
    change = {
        "id": id,
        "order_id": order.id,
        "version": version,
        "status": "requested",
        "change_type": "transfer",
        "created_by": transfer.by,
        "requested_by": transfer.by,
        "requested_at": datetime.now(UTC),
        "description": transfer.description,
        "internal_note": transfer.internal_note,
    }
    action = {
        "order_id": order.id,
        "order_change_id": id,
        "version": version,
        "action": "TRANSFER_CUSTOMER",
        "reference": "customer",
        "reference_id": transfer.customer_id,
        "details": {"token": str(uuid4()), **_emails(order, transfer.email)},
    }
    return id, [Insert(models.OrderChange, [change]), Insert(models.OrderChangeAction, [action])]


def _emails(order: OrderState, new: str | None) -> dict[str, str | None]:
    return {"original_email": order.email, **({"new_email": new} if new is not None else {})}


def withdrawal(change_id: str) -> list[Change]:
    """Forget a change that was asked for."""
    return [
        SoftDelete(models.OrderChange, [change_id]),
        SoftDelete(models.OrderChangeAction, [change_id], "order_change_id"),
    ]


def acceptance(order: OrderState, change: ActiveChange) -> list[Change]:
    """The order's next version, which the other customer has."""
    columns = {"customer_id": change.customer_id, **({"email": change.new_email} if change.new_email else {})}
    row = {"id": change.id, "status": "confirmed", "confirmed_at": datetime.now(UTC)}
    return [
        Update(models.OrderChange, [row]),
        Update(models.OrderChangeAction, [{"id": change.action_id, "applied": True}]),
        *version_rows(order, OrderEdit(actions=[]), **columns),
    ]


def refusal(change: ActiveChange) -> list[Change]:
    """What is written when the owner does not agree."""
    row = {"id": change.id, "status": "declined", "declined_at": datetime.now(UTC)}
    return [Update(models.OrderChange, [row])]


def transfer_at_once(order: OrderState, transfer: Transfer) -> list[Change]:
    """The order's next version, which another customer has without being asked."""
    action = Action(
        action="TRANSFER_CUSTOMER",
        reference="customer",
        reference_id=transfer.customer_id,
        details=_emails(order, transfer.email),
    )
    edit = OrderEdit(
        actions=[action],
        created_by=transfer.by,
        change_type="transfer",
        description=transfer.description,
        internal_note=transfer.internal_note,
    )
    change = confirmed_change(order, edit, version=order.version + 1, confirmed_by=transfer.by)
    columns = {"customer_id": transfer.customer_id, **({"email": transfer.email} if transfer.email else {})}
    return [*change, *version_rows(order, edit, **columns)]
