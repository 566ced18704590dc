"""Fields of a cart that are computed when it is read."""

from __future__ import annotations

from typing import Any

from medusa.framework.query import computed_batch
from medusa.modules.cart.models import Cart
from medusa.modules.cart.totals import TOTAL_FIELDS, TOTALS_REQUIRE, decorate_cart


@computed_batch(Cart, TOTAL_FIELDS, requires=TOTALS_REQUIRE)
def cart_totals(carts: list[dict[str, Any]]) -> None:
    """Totals of each cart, and of its lines and shipping methods where these are asked for."""
    for cart in carts:
        decorate_cart(cart)
