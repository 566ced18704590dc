"""Totals of an order, of what became of its lines, and the figures of its summary."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.framework.money import ZERO, divide, exact, raw, shown
from medusa.totals import LineTotals
from medusa.totals.calculation import calculate
from medusa.totals.rows import Row, decorate_document, decorate_line, number, put

TOTALS_REQUIRE = ",".join(
    (
        "items.quantity,items.unit_price,items.is_tax_inclusive,*items.detail",
        "items.tax_lines.rate,items.adjustments.amount,items.adjustments.is_tax_inclusive",
        "shipping_methods.amount,shipping_methods.is_tax_inclusive",
        "shipping_methods.tax_lines.rate,shipping_methods.adjustments.amount",
        "credit_lines.amount",
    )
)
"""Fields of an order that its totals are made of."""

_DETAIL_TOTALS = (
    ("fulfilled_total", "fulfilled_quantity"),
    ("shipped_total", "shipped_quantity"),
    ("return_requested_total", "return_requested_quantity"),
    ("return_received_total", "return_received_quantity"),
    ("return_dismissed_total", "return_dismissed_quantity"),
    ("write_off_total", "written_off_quantity"),
)


class OrderSummary(Struct, frozen=True):
    """The money side of an order's version: what it is worth, what was paid, what is open."""

    paid_total: Decimal
    refunded_total: Decimal
    accounting_total: Decimal
    credit_line_total: Decimal
    transaction_total: Decimal
    pending_difference: Decimal
    current_order_total: Decimal
    original_order_total: Decimal

    def as_row(self) -> dict[str, Any]:
        """The object that is stored and printed: the figures and a ``raw_*`` of each."""
        row: dict[str, Any] = {}
        for name in self.__struct_fields__:
            row[name] = shown(getattr(self, name))
            row["raw_" + name] = raw(getattr(self, name))
        return row


def decorate_order(order: dict[str, Any], *, with_raw: bool = True) -> None:
    """Add every total field to a decoded order, its lines, shipping methods, tax lines, adjustments and credit lines.

    Lines also get what was fulfilled, shipped, returned and can be refunded, from the quantities of their ``detail``.

    Args:
        order: Row with what ``TOTALS_REQUIRE`` names; changed in place.
        with_raw: Add the ``raw_*`` objects below the order too.
    """
    with exact():
        items = [_decorate_item(item, with_raw) for item in order.get("items") or ()]
        decorate_document(order, items, with_raw=with_raw)


def decorate_orders(orders: list[dict[str, Any]]) -> None:
    """``decorate_order`` for a page of orders."""
    for order in orders:
        decorate_order(order)


def summarize(
    order_total: Decimal,
    transactions: Iterable[Decimal] = (),
    *,
    original_total: Decimal | None = None,
    credit_line_total: Decimal = ZERO,
    return_requested_total: Decimal = ZERO,
) -> OrderSummary:
    """The summary of an order's version.

    Args:
        order_total: The order's total now.
        transactions: Amounts of its transactions: captures positive, refunds negative.
        original_total: Its total before the change that made this version; absent for a placed order.
        credit_line_total: Credit lines added by that change.
        return_requested_total: Worth of what was announced to come back: it is not due any more.
    """
    with exact():
        amounts = list(transactions)
        paid = sum((amount for amount in amounts if amount > 0), ZERO)
        refunded = -sum((amount for amount in amounts if amount < 0), ZERO)
        return OrderSummary(
            paid_total=paid,
            refunded_total=refunded,
            accounting_total=order_total,
            credit_line_total=credit_line_total,
            transaction_total=paid - refunded,
            pending_difference=order_total - return_requested_total - (paid - refunded),
            current_order_total=order_total,
            original_order_total=order_total if original_total is None else original_total,
        )


def _decorate_item(item: Row, with_raw: bool) -> LineTotals:
    detail: Row = item.get("detail") or {}
    quantity = number(item["quantity"] if "quantity" in item else detail.get("quantity"))
    unit_price = number(item["unit_price"] if item.get("unit_price") is not None else detail.get("unit_price"))
    returned = number(detail.get("return_received_quantity")) + number(detail.get("return_dismissed_quantity"))
    result = decorate_line(item, quantity, unit_price, returned=returned, with_raw=with_raw)
    total = result.total
    if returned:
        total = calculate(
            unit_price * quantity,
            bool(item.get("is_tax_inclusive")),
            [number(tax["rate"]) for tax in item.get("tax_lines") or ()],
            [(number(a["amount"]), bool(a.get("is_tax_inclusive"))) for a in item.get("adjustments") or ()],
        ).total
    each = divide(total, quantity) if quantity else ZERO
    refundable = quantity - returned - number(detail.get("return_requested_quantity"))
    put(item, "refundable_total_per_unit", each if refundable else ZERO, with_raw=with_raw)
    put(item, "refundable_total", each * refundable, with_raw=with_raw)
    for name, of_quantity in _DETAIL_TOTALS:
        put(item, name, each * number(detail.get(of_quantity)), with_raw=with_raw)
    return result
