"""What the order workflows take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CapturePayment(Struct, frozen=True, kw_only=True):
    """Money to take of a payment; all of it where no amount is named."""

    payment_id: str
    amount: Decimal | None = None


class RefundPayment(Struct, frozen=True, kw_only=True):
    """Money to give back of a payment; all of it where no amount is named."""

    payment_id: str
    amount: Decimal | None = None
    refund_reason_id: str | None = None
    note: str | None = None


class ItemQuantity(Struct, frozen=True, kw_only=True):
    """So much of a line of the order."""

    id: str
    quantity: Decimal


class CreateOrderFulfillment(Struct, frozen=True, kw_only=True):
    """Lines to pack. The option and location of the order's shipping count where none is named."""

    order_id: str
    items: list[ItemQuantity]
    location_id: str | None = None
    shipping_option_id: str | None = None
    no_notification: bool | None = None
    metadata: dict[str, Any] | None = None
    additional_data: dict[str, Any] | None = None


class LabelData(Struct, frozen=True, kw_only=True):
    """A parcel's label."""

    tracking_number: str
    tracking_url: str
    label_url: str


class OrderFulfillment(Struct, frozen=True, kw_only=True):
    """A fulfillment of an order."""

    order_id: str
    fulfillment_id: str
    no_notification: bool | None = None
    additional_data: dict[str, Any] | None = None


class CreateOrderShipment(OrderFulfillment, frozen=True, kw_only=True):
    """A fulfillment that left."""

    items: list[ItemQuantity]
    labels: list[LabelData] = []
    metadata: dict[str, Any] | None = None


class CompleteOrders(Struct, frozen=True, kw_only=True):
    """Orders that are done."""

    ids: list[str]
    additional_data: dict[str, Any] | None = None


class UpdateOrder(Struct, frozen=True, kw_only=True):
    """What changes of an order; addresses are merged with the present ones."""

    id: str
    email: str | UnsetType = UNSET
    locale: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET
    shipping_address: dict[str, Any] | UnsetType = UNSET
    billing_address: dict[str, Any] | UnsetType = UNSET


class AddCreditLine(Struct, frozen=True, kw_only=True):
    """Credit for an order."""

    order_id: str
    amount: Decimal
    reference: str
    reference_id: str
    metadata: dict[str, Any] | None = None


class RequestTransfer(Struct, frozen=True, kw_only=True):
    """An order that another customer shall have."""

    order_id: str
    customer_id: str
    description: str | None = None
    internal_note: str | None = None
    update_order_email: bool = False


class CreateOrderCollection(Struct, frozen=True, kw_only=True):
    """Something to be paid for an order."""

    order_id: str
    amount: Decimal


class MarkAsPaid(Struct, frozen=True, kw_only=True):
    """A collection that was paid outside of the shop."""

    payment_collection_id: str
    order_id: str
    provider_id: str


class AnswerTransfer(Struct, frozen=True, kw_only=True):
    """The owner's answer to a request for an order; the token came by mail."""

    order_id: str
    token: str


class CancelTransfer(Struct, frozen=True, kw_only=True):
    """A request to take back; ``customer_id`` where only the customer who asked may."""

    order_id: str
    customer_id: str | None = None


class TransferToGuest(Struct, frozen=True, kw_only=True):
    """An order that a customer without account shall have."""

    order_id: str
    email: str
    description: str | None = None
    internal_note: str | None = None
