"""An order as it will be once its open change is confirmed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from medusa.framework.db import Session
from medusa.framework.errors import NotFound
from medusa.framework.money import raw, shown
from medusa.framework.query import Fields, Query
from medusa.modules.order.totals import decorate_order

Row = dict[str, Any]
_FIELDS = Fields.of(
    "id,version,email,summary,*items,*items.tax_lines,*items.adjustments,*items.detail,*shipping_methods,"
    "*shipping_methods.tax_lines,*shipping_methods.adjustments,*shipping_methods.detail,*credit_lines,*transactions,"
    "*changes,*changes.actions"
)
_OF_CHANGE = (
    "id",
    "order_id",
    "return_id",
    "claim_id",
    "exchange_id",
    "version",
    "change_type",
    "description",
    "status",
    "internal_note",
    "requested_by",
    "requested_at",
    "carry_over_promotions",
    "no_notification",
)
_OF_ORDER = (
    "total",
    "subtotal",
    "tax_total",
    "discount_total",
    "discount_subtotal",
    "discount_tax_total",
    "credit_line_total",
    "credit_line_subtotal",
    "credit_line_tax_total",
    "original_total",
    "original_subtotal",
    "original_tax_total",
    "item_total",
    "item_subtotal",
    "item_tax_total",
    "item_discount_total",
    "original_item_total",
    "original_item_subtotal",
    "original_item_tax_total",
    "fulfilled_total",
    "shipped_total",
    "return_requested_total",
    "return_received_total",
    "return_dismissed_total",
    "write_off_total",
    "shipping_total",
    "shipping_subtotal",
    "shipping_tax_total",
    "shipping_discount_total",
    "original_shipping_tax_total",
    "original_shipping_subtotal",
    "original_shipping_total",
)
_OF_LINES = (
    "fulfilled_total",
    "shipped_total",
    "return_requested_total",
    "return_received_total",
    "return_dismissed_total",
    "write_off_total",
)


async def preview_order(session: Session, query: Query, id: str) -> Row:
    """The order with all its totals. One statement.

    Raises:
        NotFound: There is no such order.
    """
    rows: list[Row] = await query.graph(session, "order", fields=_FIELDS, filters={"id": id}, into=dict)
    if not rows:
        raise NotFound(f"Order with id: {id} was not found")
    order = rows[0]
    decorate_order(order)
    totals = {name: order.get(name) for name in _OF_ORDER}
    totals |= {name: _sum(order["items"], name) for name in _OF_LINES}
    totals["item_discount_total"] = _sum(order["items"], "discount_total")
    totals["shipping_discount_total"] = _sum(order["shipping_methods"], "discount_total")
    kept = {name: order[name] for name in ("id", "version", "email", "summary")}
    parts = {name: order[name] for name in ("items", "shipping_methods", "credit_lines", "transactions")}
    raws = {f"raw_{name}": raw(Decimal(value or 0)) for name, value in totals.items()}
    return {**kept, **parts, **totals, **raws, **_open_change(order["changes"])}


def _open_change(changes: list[Row]) -> Row:
    """The change that waits for an answer, and what it does: a transfer gives the order to another customer."""
    change = next((one for one in changes if one["status"] in ("pending", "requested")), None)
    if change is None:
        return {}
    actions: list[Row] = change["actions"]
    found: Row = {"order_change": {name: change[name] for name in _OF_CHANGE}, "actions": actions}
    for action in actions:
        action["amount"] = action["amount"] or 0
        if action["action"] == "TRANSFER_CUSTOMER":
            found["customer_id"] = action["reference_id"]
    return found


def _sum(rows: list[Row], name: str) -> Decimal:
    return shown(sum((Decimal(row[name]) for row in rows), Decimal(0)))
