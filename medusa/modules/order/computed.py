"""Fields of an order that are computed when it is read."""

from __future__ import annotations

from typing import Any

from medusa.framework.query import computed_batch
from medusa.modules.order.models import Order
from medusa.modules.order.totals import TOTALS_REQUIRE, decorate_orders
from medusa.totals import LINE_FIELDS, TOTAL_FIELDS


def _of(relation: str, names: tuple[str, ...]) -> list[str]:
    return [f"{relation}.{prefix}{name}" for name in names for prefix in ("", "raw_")]


# What an order's items have beside what every line has.
ITEM_FIELDS = (
    "refundable_total_per_unit",
    "refundable_total",
    "fulfilled_total",
    "shipped_total",
    "return_requested_total",
    "return_received_total",
    "return_dismissed_total",
    "write_off_total",
)
_PART = ("subtotal", "total")
_BELOW = [
    *_of("items", (*LINE_FIELDS, *ITEM_FIELDS)),
    *_of("shipping_methods", LINE_FIELDS),
    *_of("credit_lines", _PART),
    *(
        name
        for relation in (
            "items.tax_lines",
            "items.adjustments",
            "shipping_methods.tax_lines",
            "shipping_methods.adjustments",
        )
        for name in _of(relation, _PART)
    ),
]


@computed_batch(Order, (*TOTAL_FIELDS, *_BELOW), requires=TOTALS_REQUIRE)
def order_totals(orders: list[dict[str, Any]]) -> None:
    """Totals of each order, and of its lines and shipping methods where these are asked for."""
    decorate_orders(orders)
