"""Total fields for decoded rows of carts and orders, as the HTTP API prints them.

The rows come from the query engine: dictionaries whose numbers are ``int`` or ``Decimal``. What is added is added in place:
``subtotal``, ``total`` ... and beside each its ``raw_*`` object on lines, shipping methods, their tax lines and adjustments,
and on credit lines; on the cart or order itself the totals alone. A relation that was not loaded counts as empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from medusa.framework.money import ONE, PRECISION, ZERO, divide, shown, with_text
from medusa.totals.calculation import LINE_FIELDS, TOTAL_FIELDS, LineTotals, PartTotals, Totals, add_up, calculate

Row = dict[str, Any]

_LINE_NAMES = tuple((name, "raw_" + name) for name in LINE_FIELDS)


def number(value: Any) -> Decimal:
    """A number of a decoded row; absent is zero."""
    return value if isinstance(value, Decimal) else Decimal(value or 0)


def put(row: Row, name: str, value: Decimal, *, with_raw: bool) -> None:
    """Set a total field, and ``raw_<name>`` beside it."""
    row[name], text = with_text(value)
    if with_raw:
        row["raw_" + name] = {"value": text, "precision": PRECISION}


def decorate_line(
    row: Row, quantity: Decimal, unit_price: Decimal, *, returned: Decimal = ZERO, with_raw: bool = True
) -> LineTotals:
    """Add the totals to a line or shipping method, its tax lines and adjustments. Runs inside ``exact()``.

    Args:
        quantity: Pieces the adjustments were made for; 1 for a shipping method.
        returned: Pieces of them that came back.
    """
    taxes: list[Row] = row.get("tax_lines") or []
    adjustments: list[Row] = row.get("adjustments") or []
    result = calculate(
        unit_price * (quantity - returned),
        bool(row.get("is_tax_inclusive")),
        [number(tax["rate"]) for tax in taxes],
        [(number(part["amount"]), bool(part.get("is_tax_inclusive"))) for part in adjustments],
        divide(quantity - returned, quantity) if returned else ONE,
    )
    for tax, part in zip(taxes, result.tax_lines, strict=True):
        _put_part(tax, part, with_raw)
    for adjustment, part in zip(adjustments, result.adjustments, strict=True):
        _put_part(adjustment, part, with_raw)
    for name, raw_name in _LINE_NAMES:
        row[name], text = with_text(getattr(result, name))
        if with_raw:
            row[raw_name] = {"value": text, "precision": PRECISION}
    return result


def decorate_method(row: Row, *, with_raw: bool = True) -> LineTotals:
    """Add the totals to a shipping method. Runs inside ``exact()``."""
    return decorate_line(row, ONE, number(row.get("amount")), with_raw=with_raw)


def decorate_credit_lines(rows: Iterable[Row], *, with_raw: bool = True) -> Decimal:
    """Add the totals to credit lines; their sum. Runs inside ``exact()``."""
    credits = ZERO
    for row in rows:
        value = number(row.get("amount"))
        credits += value
        put(row, "subtotal", value, with_raw=with_raw)
        put(row, "total", value, with_raw=with_raw)
    return credits


def decorate_document(row: Row, items: list[LineTotals], *, with_raw: bool = True) -> Totals:
    """Add the totals to the shipping methods, the credit lines and the cart or order itself. Runs inside ``exact()``.

    Args:
        items: What ``decorate_line`` gave for each of the row's items.
    """
    methods = [decorate_method(method, with_raw=with_raw) for method in row.get("shipping_methods") or ()]
    credits = decorate_credit_lines(row.get("credit_lines") or (), with_raw=with_raw)
    result = add_up(items, methods, credits)
    for name in TOTAL_FIELDS:
        row[name] = shown(getattr(result, name))
    return result


def _put_part(row: Row, part: PartTotals, with_raw: bool) -> None:
    row["subtotal"], subtotal = with_text(part.subtotal)
    row["total"], total = with_text(part.total)
    if with_raw:
        row["raw_subtotal"] = {"value": subtotal, "precision": PRECISION}
        row["raw_total"] = {"value": total, "precision": PRECISION}
