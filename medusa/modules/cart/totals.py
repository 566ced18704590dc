"""Totals of a cart: what it costs, before and after discounts, with and without tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from medusa.framework.money import exact
from medusa.totals import (
    TOTAL_FIELDS,
    Adjustment,
    LineForTotals,
    LineTotals,
    ShippingForTotals,
    TaxLine,
    Totals,
    line_totals,
    shipping_totals,
    totals,
)
from medusa.totals.rows import Row, decorate_document, decorate_line, number

__all__ = [
    "TOTALS_REQUIRE",
    "TOTAL_FIELDS",
    "Adjustment",
    "LineForTotals",
    "LineTotals",
    "ShippingForTotals",
    "TaxLine",
    "Totals",
    "decorate_cart",
    "decorate_carts",
    "item_total",
    "line_totals",
    "shipping_totals",
    "totals",
]

TOTALS_REQUIRE = ",".join(
    (
        "items.quantity,items.unit_price,items.is_tax_inclusive",
        "items.tax_lines.rate,items.adjustments.amount,items.adjustments.is_tax_inclusive",
        "shipping_methods.amount,shipping_methods.is_tax_inclusive",
        "shipping_methods.tax_lines.rate,shipping_methods.adjustments.amount",
        "credit_lines.amount",
    )
)
"""Fields of a cart that its totals are made of."""


def decorate_cart(cart: dict[str, Any], *, with_raw: bool = True) -> None:
    """Add every total field to a decoded cart, its lines, shipping methods, tax lines, adjustments and credit lines.

    Args:
        cart: Row with what ``TOTALS_REQUIRE`` names; changed in place.
        with_raw: Add the ``raw_*`` objects below the cart too. They are seen only where all fields of a relation are
            asked for (``*items``); leaving them out halves the time.
    """
    with exact():
        items = [
            decorate_line(item, number(item.get("quantity")), number(item.get("unit_price")), with_raw=with_raw)
            for item in _items(cart)
        ]
        decorate_document(cart, items, with_raw=with_raw)


def decorate_carts(carts: list[dict[str, Any]]) -> None:
    """``decorate_cart`` for a page of carts."""
    for cart in carts:
        decorate_cart(cart)


def item_total(cart: dict[str, Any]) -> Decimal:
    """Sum of a decorated cart's lines with tax and discounts: what price rules on ``item_total`` are compared with."""
    return number(cart.get("item_total"))


def _items(cart: dict[str, Any]) -> list[Row]:
    return cart.get("items") or []
