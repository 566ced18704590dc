"""Fields of a cart that are computed when it is read, and how its addresses' ids are printed."""

from __future__ import annotations

from typing import Any

from medusa.framework.query import computed_batch, omit_null
from medusa.modules.cart.models import Cart
from medusa.modules.cart.totals import TOTALS_REQUIRE, decorate_cart
from medusa.totals import LINE_FIELDS, TOTAL_FIELDS

omit_null(Cart, "shipping_address_id", "billing_address_id")


def _with_raw(path: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{path}.{prefix}{name}" for name in names for prefix in ("", "raw_"))


_PARTS = tuple(
    name
    for line in ("items", "shipping_methods")
    for name in (
        *_with_raw(line, *LINE_FIELDS),
        *_with_raw(f"{line}.tax_lines", "total", "subtotal"),
        *_with_raw(f"{line}.adjustments", "total", "subtotal"),
    )
)


@computed_batch(
    Cart, (*TOTAL_FIELDS, *_PARTS, *_with_raw("credit_lines", "total", "subtotal")), requires=TOTALS_REQUIRE
)
def cart_totals(carts: list[dict[str, Any]], asked: frozenset[str]) -> None:
    """Totals of each cart, and of its lines and shipping methods where these are asked for."""
    with_raw = any(".raw_" in name for name in asked)
    for cart in carts:
        decorate_cart(cart, with_raw=with_raw or _shows_raw(cart))


def _shows_raw(cart: dict[str, Any]) -> bool:
    """Whether all fields of lines, shipping methods or credit lines are printed."""
    lines = (cart.get("items") or ())[:1]
    methods = (cart.get("shipping_methods") or ())[:1]
    return any("raw_unit_price" in row or "raw_amount" in row for row in (*lines, *methods)) or bool(
        cart.get("credit_lines")
    )
