"""From two states of a cart to what has to be written; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from medusa.framework.db import Change, Delete, Insert, SoftDelete, Update
from medusa.framework.db.models import Base
from medusa.modules.cart import state
from medusa.modules.cart.models import (
    Cart,
    CartAddress,
    CartLineItem,
    CartLineItemAdjustment,
    CartLineItemTaxLine,
    CartShippingMethod,
    CartShippingMethodAdjustment,
    CartShippingMethodTaxLine,
)

Row = dict[str, Any]
Rows = Mapping[str, Row]


def changes(before: state.Cart | None, after: state.Cart) -> list[Change]:
    """What makes ``before`` (None: there is no cart yet) into ``after``.

    Lines and shipping methods that are gone are soft-deleted; tax lines and adjustments, which are derived, go for good.
    """
    old, new = (_Tables() if before is None else _tables(before)), _tables(after)
    return [
        *_difference(CartAddress, old.addresses, new.addresses, None),
        *_difference(Cart, old.carts, new.carts, None),
        *_difference(CartLineItem, old.items, new.items, SoftDelete),
        *_difference(CartLineItemTaxLine, old.item_taxes, new.item_taxes, Delete),
        *_difference(CartLineItemAdjustment, old.item_adjustments, new.item_adjustments, Delete),
        *_difference(CartShippingMethod, old.methods, new.methods, SoftDelete),
        *_difference(CartShippingMethodTaxLine, old.method_taxes, new.method_taxes, Delete),
        *_difference(CartShippingMethodAdjustment, old.method_adjustments, new.method_adjustments, Delete),
    ]


class _Tables:
    """The rows of a cart by table and id."""

    def __init__(self) -> None:
        self.carts: dict[str, Row] = {}
        self.addresses: dict[str, Row] = {}
        self.items: dict[str, Row] = {}
        self.item_taxes: dict[str, Row] = {}
        self.item_adjustments: dict[str, Row] = {}
        self.methods: dict[str, Row] = {}
        self.method_taxes: dict[str, Row] = {}
        self.method_adjustments: dict[str, Row] = {}


def _tables(cart: state.Cart) -> _Tables:
    out = _Tables()
    row = _row(cart, state.CART_COLUMNS)
    for name in ("shipping_address", "billing_address"):
        address: state.Address | None = getattr(cart, name)
        row[f"{name}_id"] = address.id if address else None
        if address:
            out.addresses[address.id] = _row(address, state.ADDRESS_COLUMNS)
    out.carts[cart.id] = row
    for item in cart.items:
        out.items[item.id] = {**_row(item, state.ITEM_COLUMNS), "cart_id": cart.id}
        for tax in item.tax_lines:
            out.item_taxes[tax.id] = {**_row(tax, state.TAX_LINE_COLUMNS), "item_id": item.id}
        for part in item.adjustments:
            out.item_adjustments[part.id] = {**_row(part, state.ADJUSTMENT_COLUMNS), "item_id": item.id}
    for method in cart.shipping_methods:
        out.methods[method.id] = {**_row(method, state.METHOD_COLUMNS), "cart_id": cart.id}
        for tax in method.tax_lines:
            out.method_taxes[tax.id] = {**_row(tax, state.TAX_LINE_COLUMNS), "shipping_method_id": method.id}
        for part in method.adjustments:
            columns = _row(part, state.METHOD_ADJUSTMENT_COLUMNS)
            out.method_adjustments[part.id] = {**columns, "shipping_method_id": method.id}
    return out


def _row(value: Struct, columns: Iterable[str]) -> Row:
    return {name: getattr(value, name) for name in columns}


def _difference(
    model: type[Base], old: Rows, new: Rows, removal: type[Delete] | type[SoftDelete] | None
) -> Sequence[Change]:
    out: list[Change] = []
    if created := [row for id, row in new.items() if id not in old]:
        out.append(Insert(model, created))
    updates: dict[tuple[str, ...], list[Row]] = {}
    for id, row in new.items():
        if (present := old.get(id)) is not None and present != row:
            changed = tuple(name for name, value in row.items() if value != present[name])
            updates.setdefault(changed, []).append({"id": id, **{name: row[name] for name in changed}})
    out += [Update(model, rows) for rows in updates.values()]
    if removal and (gone := [id for id in old if id not in new]):
        out.append(removal(model, gone))
    return out
