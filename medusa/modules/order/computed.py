"""Fields of an order that are computed when it is read."""

from __future__ import annotations

from typing import Any

from medusa.framework.query import computed_batch
from medusa.modules.order.models import Order
from medusa.modules.order.totals import TOTAL_FIELDS, TOTALS_REQUIRE, decorate_orders


@computed_batch(Order, TOTAL_FIELDS, requires=TOTALS_REQUIRE)
def order_totals(orders: list[dict[str, Any]]) -> None:
    """Totals of each order, and of its lines and shipping methods where these are asked for."""
    decorate_orders(orders)
