"""Orders: their rows and locks; what spans modules (stock, money, parcels) is in the order workflows."""

from __future__ import annotations

from medusa.framework.db import Session
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.order import models
from medusa.modules.order.errors import OrderUnknown


class OrderService(ModuleService):
    """What was ordered."""

    orders = Crud(models.Order)
    addresses = Crud(models.OrderAddress)
    line_items = Crud(models.OrderLineItem)
    order_items = Crud(models.OrderItem)
    order_changes = Crud(models.OrderChange)
    order_change_actions = Crud(models.OrderChangeAction)
    order_summaries = Crud(models.OrderSummary)
    order_transactions = Crud(models.OrderTransaction)
    order_credit_lines = Crud(models.OrderCreditLine)
    return_reasons = Crud(models.ReturnReason)

    async def lock(self, session: Session, id: str) -> None:
        """Hold an order until the transaction ends, so that its versions follow one another.

        Raises:
            OrderUnknown: There is no such order.
        """
        found = await session.fetch_value('SELECT id FROM "order" WHERE id = $1 AND deleted_at IS NULL FOR UPDATE', id)
        if found is None:
            raise OrderUnknown(id)
