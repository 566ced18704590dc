"""What creates and changes reservations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CreateReservation(Struct, kw_only=True, forbid_unknown_fields=True):
    """Stock to set aside."""

    line_item_id: str | None = None
    location_id: str
    inventory_item_id: str
    quantity: Decimal
    description: str | None = None
    metadata: dict[str, Any] | None = None


class ReservationChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a reservation."""

    location_id: str | UnsetType = UNSET
    quantity: Decimal | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateReservations(Struct, kw_only=True):
    """The same changes for some reservations."""

    ids: list[str]
    update: ReservationChanges
