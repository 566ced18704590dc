"""From a cart to the order it is about to become; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.modules.cart import state
from medusa.modules.cart.state import Cart
from medusa.modules.order.placement import PlacedItem, PlacedMethod, PlacedOrder
from medusa.workflows.cart.refresh import total_of

_ORDER = ("region_id", "customer_id", "sales_channel_id", "email", "locale", "metadata")
_ITEM = tuple(name for name in state.ITEM_COLUMNS if name not in ("id", "quantity"))
_METHOD = tuple(name for name in state.METHOD_COLUMNS if name != "id")
_ADDRESS = tuple(name for name in state.ADDRESS_COLUMNS if name != "id")
_TAX_LINE = tuple(name for name in state.TAX_LINE_COLUMNS if name != "id")
_METHOD_ADJUSTMENT = ("description", "promotion_id", "code", "amount", "provider_id")
_ADJUSTMENT = (*_METHOD_ADJUSTMENT, "is_tax_inclusive")


def draft_order(
    cart: Cart, order_id: str, line_ids: Mapping[str, str], transactions: Sequence[Mapping[str, Any]]
) -> PlacedOrder:
    """The order of a cart.

    Args:
        line_ids: The order's line for each of the cart's.
        transactions: Money that was taken already.
    """
    return PlacedOrder(
        id=order_id,
        columns=_columns(cart, _ORDER),
        currency_code=cart.currency_code,
        total=total_of(cart),
        items=[
            PlacedItem(
                id=line_ids[item.id],
                quantity=Decimal(item.quantity),
                columns=_columns(item, _ITEM),
                tax_lines=_each(item.tax_lines, _TAX_LINE),
                adjustments=_each(item.adjustments, _ADJUSTMENT),
            )
            for item in cart.items
        ],
        shipping_methods=[
            PlacedMethod(
                columns=_columns(method, _METHOD),
                tax_lines=_each(method.tax_lines, _TAX_LINE),
                adjustments=_each(method.adjustments, _METHOD_ADJUSTMENT),
            )
            for method in cart.shipping_methods
        ],
        shipping_address=_columns(cart.shipping_address, _ADDRESS) if cart.shipping_address else None,
        billing_address=_columns(cart.billing_address, _ADDRESS) if cart.billing_address else None,
        credit_lines=_each(cart.credit_lines, ("reference", "reference_id", "amount", "metadata")),
        paid=transactions,
    )


def _columns(value: Struct, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _each(values: Sequence[Struct], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_columns(value, names) for value in values]
