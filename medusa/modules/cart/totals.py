"""Totals of a cart: what it costs, before and after discounts, with and without tax."""

from __future__ import annotations

from typing import Any

from medusa.framework.money import exact
from medusa.totals.rows import decorate_document, decorate_line, number

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
            for item in cart.get("items") or ()
        ]
        decorate_document(cart, items, with_raw=with_raw)
