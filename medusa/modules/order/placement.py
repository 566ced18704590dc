"""From a completed cart to the rows of an order; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from medusa.framework.db import Change, Insert
from medusa.framework.db.models import Base
from medusa.framework.ids import generate_id
from medusa.modules.order import models
from medusa.modules.order.totals import summarize

Row = dict[str, Any]
Columns = Mapping[str, Any]

_NOTHING_DONE = (
    "fulfilled_quantity",
    "delivered_quantity",
    "shipped_quantity",
    "return_requested_quantity",
    "return_received_quantity",
    "return_dismissed_quantity",
    "written_off_quantity",
)


class PlacedItem(Struct, frozen=True, kw_only=True):
    """A line that was bought: the columns of ``order_line_item``, and how many."""

    id: str
    quantity: Decimal
    columns: Columns
    tax_lines: Sequence[Columns] = ()
    adjustments: Sequence[Columns] = ()


class PlacedMethod(Struct, frozen=True, kw_only=True):
    """A shipping method that was chosen: the columns of ``order_shipping_method``."""

    columns: Columns
    tax_lines: Sequence[Columns] = ()
    adjustments: Sequence[Columns] = ()


class PlacedOrder(Struct, frozen=True, kw_only=True):
    """An order to be: the columns of ``order``, and what belongs to it.

    Attributes:
        total: What it costs.
        paid: Money already taken, as rows of ``order_transaction`` without the order.
    """

    id: str
    columns: Columns
    currency_code: str
    total: Decimal
    items: Sequence[PlacedItem]
    shipping_methods: Sequence[PlacedMethod] = ()
    shipping_address: Columns | None = None
    billing_address: Columns | None = None
    credit_lines: Sequence[Columns] = ()
    paid: Sequence[Columns] = field(default_factory=list[Columns])


def new_order_id() -> str:
    """An id for an order."""
    return generate_id(models.Order.__prefix__)


def new_line_id() -> str:
    """An id for a line of an order."""
    return generate_id(models.OrderLineItem.__prefix__)


def placement(order: PlacedOrder) -> list[Change]:
    """The rows of a new order, in its first version."""
    rows = _Rows(order)
    rows.header()
    for item in order.items:
        rows.item(item)
    for method in order.shipping_methods:
        rows.method(method)
    return [Insert(model, found) for model, found in rows.rows.items()]


class _Rows:
    """Rows by table, in the order in which they came up."""

    def __init__(self, order: PlacedOrder) -> None:
        self.order = order
        self.rows: dict[type[Base], list[Row]] = {}

    def add(self, model: type[Base], columns: Columns) -> str:
        row = {**columns}
        id: str = row.get("id") or generate_id(model.__prefix__)
        self.rows.setdefault(model, []).append({**row, "id": id})
        return id

    def header(self) -> None:
        order = self.order
        addresses = {
            f"{name}_id": None if columns is None else self.add(models.OrderAddress, columns)
            for name, columns in (
                ("shipping_address", order.shipping_address),
                ("billing_address", order.billing_address),
            )
        }
        common = {"currency_code": order.currency_code, "version": 1, "status": "pending", "no_notification": False}
        self.add(models.Order, {**order.columns, **common, **addresses, "id": order.id})
        paid = [Decimal(row["amount"]) for row in order.paid]
        totals = summarize(order.total, paid).as_row()
        self.add(models.OrderSummary, {"order_id": order.id, "version": 1, "totals": totals})
        for row in order.credit_lines:
            self.add(models.OrderCreditLine, {**row, "order_id": order.id, "version": 1})
        for row in order.paid:
            money = {"order_id": order.id, "version": 1, "currency_code": order.currency_code}
            self.add(models.OrderTransaction, {**row, **money})

    def item(self, item: PlacedItem) -> None:
        self.add(models.OrderLineItem, {**item.columns, "id": item.id})
        for row in item.tax_lines:
            self.add(models.OrderLineItemTaxLine, {**row, "item_id": item.id})
        for row in item.adjustments:
            self.add(models.OrderLineItemAdjustment, {**row, "item_id": item.id, "version": 1})
        detail = {
            "order_id": self.order.id,
            "version": 1,
            "item_id": item.id,
            "quantity": item.quantity,
            "metadata": item.columns.get("metadata"),
            **dict.fromkeys(_NOTHING_DONE, Decimal(0)),
        }
        self.add(models.OrderItem, detail)

    def method(self, method: PlacedMethod) -> None:
        id = self.add(models.OrderShippingMethod, method.columns)
        for row in method.tax_lines:
            self.add(models.OrderShippingMethodTaxLine, {**row, "shipping_method_id": id})
        for row in method.adjustments:
            self.add(models.OrderShippingMethodAdjustment, {**row, "shipping_method_id": id, "version": 1})
        joined = {"order_id": self.order.id, "version": 1, "shipping_method_id": id}
        self.add(models.OrderShipping, joined)
