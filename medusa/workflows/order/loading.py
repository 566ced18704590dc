"""Reading an order that a workflow is about to change."""

from __future__ import annotations

from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext
from medusa.modules.order import OrderService
from medusa.modules.order.errors import OrderUnknown
from medusa.modules.order.state import STATE_FIELDS, OrderState

_FIELDS = Fields.of(STATE_FIELDS)


async def load_order(ctx: WorkflowContext, id: str) -> OrderState:
    """Lock an order and read it: two statements, so that what is read is what the one before left.

    Raises:
        OrderUnknown: There is no such order.
    """
    await ctx.service(OrderService).lock(ctx.session, id)
    rows = await ctx.query.graph(ctx.session, "order", fields=_FIELDS, filters={"id": id}, into=OrderState)
    if not rows:
        raise OrderUnknown(id)
    return rows[0]
