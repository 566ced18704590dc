"""Parcels of an order: fulfillments with their items, labels and addresses, and the variants' stock behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from medusa.framework.db import Change, Insert, Update
from medusa.framework.ids import generate_id
from medusa.links.order import ORDER_FULFILLMENT
from medusa.modules.fulfillment import models
from medusa.modules.order.state import Line, OrderState

Row = dict[str, Any]
_ADDRESS = (
    "company",
    "first_name",
    "last_name",
    "address_1",
    "address_2",
    "city",
    "country_code",
    "province",
    "postal_code",
    "phone",
    "metadata",
)
PARCEL_FIELDS = (
    "items.variant.id,items.variant.manage_inventory,items.variant.inventory_items.inventory_item_id,"
    "items.variant.inventory_items.required_quantity,items.variant.inventory_items.inventory.title,"
    "items.variant.inventory_items.inventory.sku,fulfillments.id,fulfillments.location_id,fulfillments.provider_id,"
    "fulfillments.data,fulfillments.shipped_at,fulfillments.delivered_at,fulfillments.canceled_at,"
    "fulfillments.items.id,fulfillments.items.line_item_id,fulfillments.items.inventory_item_id,"
    "fulfillments.items.quantity"
)
"""The fields of :class:`ParcelOrder` beside those of the order."""


class StockItem(Struct, frozen=True, kw_only=True):
    """An inventory item as it is named on a parcel."""

    title: str | None = None
    sku: str | None = None


class VariantStock(Struct, frozen=True, kw_only=True):
    """How much of an inventory item one piece of a variant takes."""

    inventory_item_id: str
    required_quantity: Decimal
    inventory: StockItem | None = None


class ParcelVariant(Struct, frozen=True, kw_only=True):
    """A variant and its stock."""

    id: str
    manage_inventory: bool = True
    inventory_items: list[VariantStock] = field(default_factory=list[VariantStock])


class ParcelLine(Line, frozen=True, kw_only=True):
    """A line with its variant, where that still exists."""

    variant: ParcelVariant | None = None

    def required(self, inventory_item_id: str | None) -> Decimal:
        """Pieces of the inventory item for one piece of the line."""
        found = self.variant.inventory_items if self.variant else []
        return next((one.required_quantity for one in found if one.inventory_item_id == inventory_item_id), Decimal(1))


class ParcelItem(Struct, frozen=True, kw_only=True):
    """What is in a parcel; the quantity counts pieces of the inventory item."""

    id: str
    quantity: Decimal
    line_item_id: str | None = None
    inventory_item_id: str | None = None


class Parcel(Struct, frozen=True, kw_only=True):
    """A fulfillment."""

    id: str
    location_id: str
    provider_id: str | None = None
    data: Row | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    canceled_at: datetime | None = None
    items: list[ParcelItem] = field(default_factory=list[ParcelItem])


class ParcelOrder(OrderState, frozen=True, kw_only=True):
    """An order with its parcels."""

    items: Sequence[ParcelLine] = field(default_factory=list[ParcelLine])
    fulfillments: list[Parcel] = field(default_factory=list[Parcel])


class NewParcel(Struct, frozen=True, kw_only=True):
    """A fulfillment to store."""

    id: str
    order_id: str
    location_id: str
    provider_id: str
    shipping_option_id: str | None
    items: list[Row]
    requires_shipping: bool = True
    address: Row | None = None
    created_by: str | None = None
    metadata: Row | None = None


def new_parcel_id() -> str:
    """An id for a fulfillment."""
    return generate_id(models.Fulfillment.__prefix__)


def parcel_items(order: ParcelOrder, quantities: Mapping[str, Decimal]) -> list[Row]:
    """The rows of a parcel with so many pieces of these lines: one for each inventory item."""
    rows: list[Row] = []
    for line in order.items:
        quantity = quantities.get(line.id)
        if quantity is None:
            continue
        common = {"line_item_id": line.id, "barcode": line.variant_barcode or ""}
        title, sku = line.variant_title or line.title, line.variant_sku or ""
        variant = line.variant
        if variant is None or not variant.manage_inventory or not variant.inventory_items:
            rows.append({**common, "title": title, "sku": sku, "quantity": quantity, "inventory_item_id": None})
            continue
        for stock in variant.inventory_items:
            item = stock.inventory or StockItem()
            rows.append(
                {
                    **common,
                    "title": item.title or title,
                    "sku": item.sku or sku,
                    "quantity": quantity * stock.required_quantity,
                    "inventory_item_id": stock.inventory_item_id,
                }
            )
    return rows


def line_quantities(order: ParcelOrder, parcel: Parcel) -> dict[str, Decimal]:
    """How many pieces of each line are in a parcel."""
    lines = {line.id: line for line in order.items}
    out: dict[str, Decimal] = {}
    for item in parcel.items:
        line = lines.get(item.line_item_id or "")
        if line is not None and line.id not in out:
            out[line.id] = item.quantity / line.required(item.inventory_item_id)
    return out


def parcel_changes(parcel: NewParcel, data: Row, labels: Sequence[Row]) -> list[Change]:
    """What a new fulfillment writes."""
    address_id = generate_id(models.FulfillmentAddress.__prefix__) if parcel.address else None
    address = {name: (parcel.address or {}).get(name) for name in _ADDRESS}
    row = {
        "id": parcel.id,
        "location_id": parcel.location_id,
        "packed_at": datetime.now(UTC),
        "data": data,
        "provider_id": parcel.provider_id,
        "shipping_option_id": parcel.shipping_option_id,
        "delivery_address_id": address_id,
        "created_by": parcel.created_by,
        "requires_shipping": parcel.requires_shipping,
        "metadata": parcel.metadata,
    }
    link = {"order_id": parcel.order_id, "fulfillment_id": parcel.id, "id": generate_id(ORDER_FULFILLMENT.prefix)}
    return [
        Insert(models.FulfillmentAddress, [{**address, "id": address_id}] if address_id else []),
        Insert(models.Fulfillment, [row]),
        Insert(models.FulfillmentItem, [{**item, "fulfillment_id": parcel.id} for item in parcel.items]),
        *label_changes(parcel.id, labels),
        Insert(ORDER_FULFILLMENT.table, [link]),
    ]


def label_changes(parcel_id: str, labels: Sequence[Row]) -> list[Change]:
    """What new labels write."""
    return [Insert(models.FulfillmentLabel, [{**label, "fulfillment_id": parcel_id} for label in labels])]


def shipped(parcel_id: str, by: str | None) -> Change:
    """Say that a parcel left."""
    row = {"id": parcel_id, "shipped_at": datetime.now(UTC), "marked_shipped_by": by}
    return Update(models.Fulfillment, [row])


def delivered(parcel_id: str) -> Change:
    """Say that a parcel arrived."""
    return Update(models.Fulfillment, [{"id": parcel_id, "delivered_at": datetime.now(UTC)}])


def canceled(parcel_id: str) -> Change:
    """Say that a parcel never left."""
    return Update(models.Fulfillment, [{"id": parcel_id, "canceled_at": datetime.now(UTC)}])
