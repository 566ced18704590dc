"""What the inventory module takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class NewReservation(Struct, kw_only=True):
    """Stock to set aside. ``quantity`` counts in the item's unit; with ``allow_backorder`` also more than is available."""

    inventory_item_id: str
    location_id: str
    quantity: Decimal
    line_item_id: str | None = None
    description: str | None = None
    external_id: str | None = None
    created_by: str | None = None
    allow_backorder: bool = False
    metadata: dict[str, Any] | None = None


class ReservationChange(Struct, kw_only=True):
    """What changes of a reservation."""

    id: str
    location_id: str | UnsetType = UNSET
    quantity: Decimal | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class StockChange(Struct, kw_only=True, frozen=True):
    """By how much the figures of a level change; all may be negative."""

    inventory_item_id: str
    location_id: str
    stocked: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    incoming: Decimal = Decimal(0)
