"""A new version of an order: its rows copied, changed by actions, and the change that says who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from medusa.framework.db import Change, Insert, Update
from medusa.framework.ids import generate_id
from medusa.modules.order import models
from medusa.modules.order.state import QUANTITIES, CreditLine, Line, Method, OrderState
from medusa.modules.order.totals import summarize

Row = dict[str, Any]
_NOTHING = Decimal(0)


class Action(Struct, frozen=True, kw_only=True):
    """One step of a change, e.g. ``FULFILL_ITEM``."""

    action: str
    reference: str | None = None
    reference_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    amount: Decimal | None = None


class OrderEdit(Struct, frozen=True, kw_only=True):
    """What a new version changes.

    Attributes:
        quantities: What is added to quantities of lines, by line and name (``fulfilled_quantity``); may be negative.
        credit_lines: New credit lines.
    """

    actions: Sequence[Action]
    quantities: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict[str, Mapping[str, Decimal]])
    credit_lines: Sequence[CreditLine] = ()
    created_by: str | None = None
    change_type: str | None = None
    description: str | None = None
    internal_note: str | None = None


def confirmed_change(
    order: OrderState, edit: OrderEdit, *, version: int, confirmed_by: str | None = None
) -> list[Change]:
    """The rows of a change that is confirmed at once."""
    change = {
        "id": generate_id(models.OrderChange.__prefix__),
        "order_id": order.id,
        "version": version,
        "status": "confirmed",
        "created_by": edit.created_by,
        "confirmed_by": confirmed_by,
        "confirmed_at": datetime.now(UTC),
        "change_type": edit.change_type,
        "description": edit.description,
        "internal_note": edit.internal_note,
    }
    actions = [
        {
            **asdict(action),
            "order_id": order.id,
            "version": version,
            "order_change_id": change["id"],
            "applied": True,
        }
        for action in edit.actions
    ]
    return [Insert(models.OrderChange, [change]), Insert(models.OrderChangeAction, actions)]


def new_version(order: OrderState, edit: OrderEdit, **columns: Any) -> list[Change]:
    """The rows of the order's next version.

    Args:
        columns: Further columns of the order that change, such as ``status``.
    """
    return [*confirmed_change(order, edit, version=order.version + 1), *version_rows(order, edit, **columns)]


def version_rows(order: OrderState, edit: OrderEdit, **columns: Any) -> list[Change]:
    """``new_version`` without the change: for one that was asked for before."""
    version = order.version + 1
    credited = sum((line.amount for line in edit.credit_lines), _NOTHING)
    summary = summarize(
        order.total - credited,
        [transaction.amount for transaction in order.transactions],
        original_total=order.total,
        credit_line_total=credited,
    )
    totals = {"order_id": order.id, "version": version, "totals": summary.as_row()}
    return [
        Insert(models.OrderItem, [_item(order, line, version, edit) for line in order.items]),
        Insert(models.OrderLineItemAdjustment, _adjustments(version, "item_id", order.items)),
        Insert(models.OrderShipping, [_shipping(order, method, version) for method in order.shipping_methods]),
        Insert(
            models.OrderShippingMethodAdjustment,
            _adjustments(version, "shipping_method_id", order.shipping_methods),
        ),
        Insert(models.OrderCreditLine, _credit_lines(order, edit, version)),
        Insert(models.OrderSummary, [totals]),
        Update(models.Order, [{"id": order.id, "version": version, **columns}]),
    ]


def _item(order: OrderState, line: Line, version: int, edit: OrderEdit) -> Row:
    added = edit.quantities.get(line.id, {})
    return {
        "order_id": order.id,
        "version": version,
        "item_id": line.id,
        "unit_price": line.unit_price,
        "compare_at_unit_price": line.compare_at_unit_price,
        "metadata": line.detail.metadata,
        **{name: getattr(line.detail, name) + added.get(name, _NOTHING) for name in QUANTITIES},
    }


def _shipping(order: OrderState, method: Method, version: int) -> Row:
    row = {**asdict(method.detail), "order_id": order.id, "version": version, "shipping_method_id": method.id}
    del row["id"]
    return row


def _adjustments(version: int, key: str, owners: Sequence[Line | Method]) -> list[Row]:
    without = {"id", "is_tax_inclusive"} if key == "shipping_method_id" else {"id"}
    return [
        {name: value for name, value in asdict(adjustment).items() if name not in without}
        | {key: owner.id, "version": version}
        for owner in owners
        for adjustment in owner.adjustments
    ]


def _credit_lines(order: OrderState, edit: OrderEdit, version: int) -> list[Row]:
    added = [
        {**asdict(line), "metadata": {**(line.metadata or {}), "created_in_version": version}}
        for line in edit.credit_lines
    ]
    kept = [asdict(line) for line in order.credit_lines]
    return [{**row, "order_id": order.id, "version": version} for row in [*kept, *added]]


def with_transaction(order: OrderState, amounts: Sequence[Decimal]) -> Row:
    """The totals of the summary of this version, after more money moved."""
    moved = [transaction.amount for transaction in order.transactions]
    present = order.summary
    return summarize(
        order.total,
        [*moved, *amounts],
        original_total=present.original_order_total if present else None,
        credit_line_total=present.credit_line_total if present else _NOTHING,
    ).as_row()
