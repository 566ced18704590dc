"""Reading an order that a workflow is about to change."""

from __future__ import annotations

from typing import TypeVar

from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext
from medusa.modules.order import OrderService
from medusa.modules.order.errors import OrderUnknown
from medusa.modules.order.state import STATE_FIELDS, OrderState

State = TypeVar("State", bound=OrderState)


async def load_order(ctx: WorkflowContext, id: str) -> OrderState:
    """Lock an order and read it: two statements, so that what is read is what the one before left.

    Raises:
        OrderUnknown: There is no such order.
    """
    return await load_order_with(ctx, id, "", OrderState)


async def load_order_with(ctx: WorkflowContext, id: str, fields: str, into: type[State]) -> State:
    """``load_order`` with more fields, e.g. of other modules."""
    await ctx.service(OrderService).lock(ctx.session, id)
    wanted = Fields.of(f"{STATE_FIELDS},{fields}" if fields else STATE_FIELDS)
    rows = await ctx.query.graph(ctx.session, "order", fields=wanted, filters={"id": id}, into=into)
    if not rows:
        raise OrderUnknown(id)
    return rows[0]
