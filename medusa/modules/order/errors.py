"""What can be wrong with a request about an order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from medusa.framework.errors import InvalidData, NotFound
from medusa.modules.order.state import OrderState


class OrderUnknown(NotFound):
    """There is no such order."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Order id not found: {id}")


class OrderCanceled(InvalidData):
    """A cancelled order cannot change any more."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Order with id {id} has been canceled.")


class LinesUnknown(InvalidData):
    """Lines that the order does not have."""

    def __init__(self, ids: Iterable[str], order_id: str) -> None:
        super().__init__(f"Items with ids {', '.join(ids)} does not exist in order with id {order_id}.")


def check_not_canceled(order: OrderState) -> None:
    """Refuse to change a cancelled order."""
    canceled: datetime | None = order.canceled_at
    if canceled is not None or order.status == "canceled":
        raise OrderCanceled(order.id)
