"""Changes of an order that move no goods: status, properties, credit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.order import OrderService
from medusa.modules.order.errors import check_not_canceled
from medusa.modules.order.properties import property_changes
from medusa.modules.order.state import CreditLine
from medusa.modules.order.versions import Action, OrderEdit, new_version
from medusa.workflows.order.loading import load_order
from medusa.workflows.order.types import AddCreditLine, CompleteOrders, UpdateOrder


@workflow("complete-order-workflow", hooks=("orders_completed",))
async def complete_orders(ctx: WorkflowContext, data: CompleteOrders) -> None:
    """Say that orders are done.

    Raises:
        InvalidData: One is cancelled.
    """
    ids = data.ids
    orders = await _statuses(ctx, ids)
    if canceled := [id for id, status in orders.items() if status == "canceled"]:
        raise InvalidData(f"Orders {', '.join(canceled)} are canceled and cannot be completed")
    await _set_status(ctx, ids, "completed")
    ctx.emit("order.completed", [{"id": id} for id in ids])
    await ctx.hook("orders_completed", order_ids=ids, additional_data=data.additional_data)


@workflow("archive-order-workflow")
async def archive_orders(ctx: WorkflowContext, ids: list[str]) -> None:
    """Put orders away that are over.

    Raises:
        InvalidData: One is still open, or put away already.
    """
    orders = await _statuses(ctx, ids)
    if wrong := [id for id, status in orders.items() if status not in ("completed", "canceled", "draft")]:
        raise InvalidData(f"Orders {', '.join(wrong)} are completed, canceled, or in draft and cannot be archived")
    await _set_status(ctx, ids, "archived")
    ctx.emit("order.archived", [{"id": id} for id in ids])


async def _statuses(ctx: WorkflowContext, ids: Sequence[str]) -> dict[str, str]:
    rows = await ctx.service(OrderService).orders.list(ctx.session, {"id": list(ids)}, for_update=True)
    found = {row.id: row.status for row in rows}
    if unknown := [id for id in ids if id not in found]:
        raise NotFound(f'Order with id "{unknown[0]}" not found')
    return found


async def _set_status(ctx: WorkflowContext, ids: Sequence[str], status: str) -> None:
    await ctx.service(OrderService).orders.update(ctx.session, [{"id": id, "status": status} for id in ids])


@workflow("update-order-workflow")
async def update_order(ctx: WorkflowContext, data: UpdateOrder) -> None:
    """Change the e-mail address, the addresses or the metadata of an order.

    Raises:
        OrderUnknown, OrderCanceled, CountryFixed: It cannot be changed so.
    """
    order = await load_order(ctx, data.id)
    check_not_canceled(order)
    given = {name: value for name, value in row_of(data).items() if name != "id"}
    await ctx.session.write(*property_changes(order, given, ctx.actor_id))
    ctx.emit("order.updated", {"id": order.id})


@workflow("create-order-credit-lines", hooks=["credit_lines_created"])
async def create_credit_line(ctx: WorkflowContext, data: AddCreditLine) -> None:
    """Lower what is to be paid for an order, or (below zero) what is owed to the customer.

    Raises:
        InvalidData: It would go beyond that.
    """
    order = await load_order(ctx, data.order_id)
    check_not_canceled(order)
    _check_credit(order.pending, data.amount)
    line = CreditLine(
        amount=data.amount, reference=data.reference, reference_id=data.reference_id, metadata=data.metadata
    )
    action = Action(
        action="CREDIT_LINE_ADD", reference=data.reference, reference_id=data.reference_id, amount=data.amount
    )
    await ctx.session.write(
        *new_version(order, OrderEdit(actions=[action], credit_lines=[line], change_type="credit_line"))
    )
    await ctx.hook("credit_lines_created", order_id=data.order_id, credit_lines=[line])


def _check_credit(pending: Decimal, amount: Decimal) -> None:
    if pending == 0 and amount != 0:
        raise InvalidData("Can only create credit lines if the order has a pending difference")
    sign = "positive" if pending > 0 else "negative"
    if amount * pending < 0:
        raise InvalidData(f"Can only create {sign} credit lines if the order has a {sign} pending difference")
    if abs(amount) > abs(pending):
        raise InvalidData(f"Cannot create more {sign} credit lines with amount more than the pending difference")
