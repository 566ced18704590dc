"""An order as workflows read it: what a new version of it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

STATE_FIELDS = (
    "id,version,status,email,locale,currency_code,customer_id,region_id,sales_channel_id,display_id,canceled_at,"
    "no_notification,metadata,summary,*shipping_address,*billing_address,transactions.amount,*credit_lines,"
    "items.id,items.title,items.unit_price,items.compare_at_unit_price,items.requires_shipping,items.variant_id,"
    "items.product_id,items.variant_title,items.variant_sku,items.variant_barcode,*items.detail,*items.adjustments,"
    "*shipping_methods,*shipping_methods.adjustments,*shipping_methods.detail"
)
"""The fields of :class:`OrderState`."""

QUANTITIES = (
    "quantity",
    "fulfilled_quantity",
    "shipped_quantity",
    "delivered_quantity",
    "return_requested_quantity",
    "return_received_quantity",
    "return_dismissed_quantity",
    "written_off_quantity",
)
Row = dict[str, Any]


class Detail(Struct, frozen=True, kw_only=True):
    """How much of a line the order has, and what became of it."""

    id: str
    quantity: Decimal
    fulfilled_quantity: Decimal
    shipped_quantity: Decimal
    delivered_quantity: Decimal
    return_requested_quantity: Decimal
    return_received_quantity: Decimal
    return_dismissed_quantity: Decimal
    written_off_quantity: Decimal
    metadata: Row | None = None


class Adjustment(Struct, frozen=True, kw_only=True):
    """A discount on a line or on shipping."""

    id: str
    amount: Decimal
    description: str | None = None
    promotion_id: str | None = None
    code: str | None = None
    provider_id: str | None = None
    is_tax_inclusive: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """A line of the order, in its version."""

    id: str
    title: str
    unit_price: Decimal
    compare_at_unit_price: Decimal | None = None
    requires_shipping: bool = True
    variant_id: str | None = None
    product_id: str | None = None
    variant_title: str | None = None
    variant_sku: str | None = None
    variant_barcode: str | None = None
    detail: Detail
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])


class MethodDetail(Struct, frozen=True, kw_only=True):
    """Which change brought a shipping method."""

    id: str
    created_at: datetime
    updated_at: datetime
    return_id: str | None = None
    claim_id: str | None = None
    exchange_id: str | None = None


class Method(Struct, frozen=True, kw_only=True):
    """A shipping method of the order, in its version."""

    id: str
    shipping_option_id: str | None = None
    data: Row | None = None
    detail: MethodDetail
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])


class CreditLine(Struct, frozen=True, kw_only=True):
    """Credit that lowers what is to be paid."""

    amount: Decimal
    reference: str | None = None
    reference_id: str | None = None
    metadata: Row | None = None


class Summary(Struct, frozen=True, kw_only=True):
    """What of the summary a new version starts from."""

    current_order_total: Decimal = Decimal(0)
    pending_difference: Decimal = Decimal(0)
    original_order_total: Decimal = Decimal(0)
    credit_line_total: Decimal = Decimal(0)


class Transaction(Struct, frozen=True, kw_only=True):
    """Money that moved; negative when it went back."""

    amount: Decimal


class OrderState(Struct, frozen=True, kw_only=True):
    """An order in its version."""

    id: str
    version: int
    status: str
    currency_code: str
    display_id: int
    email: str | None = None
    locale: str | None = None
    customer_id: str | None = None
    region_id: str | None = None
    sales_channel_id: str | None = None
    canceled_at: datetime | None = None
    no_notification: bool | None = None
    metadata: Row | None = None
    summary: Summary | None = None
    shipping_address: Row | None = None
    billing_address: Row | None = None
    items: Sequence[Line] = field(default_factory=list[Line])
    shipping_methods: list[Method] = field(default_factory=list[Method])
    credit_lines: list[CreditLine] = field(default_factory=list[CreditLine])
    transactions: list[Transaction] = field(default_factory=list[Transaction])

    @property
    def total(self) -> Decimal:
        """What the order is worth in this version."""
        return self.summary.current_order_total if self.summary else Decimal(0)

    @property
    def pending(self) -> Decimal:
        """What is still to be paid; negative where money is owed to the customer."""
        return self.summary.pending_difference if self.summary else Decimal(0)
