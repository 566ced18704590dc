"""What creates and changes inventory items and their levels."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.http.constraints import bounds

Quantity = Annotated[Decimal, bounds(ge=0)]


class ItemChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of an inventory item; weight and lengths in the merchant's units."""

    sku: str | UnsetType | None = UNSET
    hs_code: str | UnsetType | None = UNSET
    weight: Decimal | UnsetType | None = UNSET
    length: Decimal | UnsetType | None = UNSET
    height: Decimal | UnsetType | None = UNSET
    width: Decimal | UnsetType | None = UNSET
    origin_country: str | UnsetType | None = UNSET
    mid_code: str | UnsetType | None = UNSET
    material: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    requires_shipping: bool | UnsetType = UNSET
    thumbnail: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class ItemLevel(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new level of an item."""

    location_id: str
    stocked_quantity: Quantity | UnsetType = UNSET
    incoming_quantity: Quantity | UnsetType = UNSET


class CreateItem(ItemChanges, kw_only=True, forbid_unknown_fields=True):
    """A new inventory item."""

    location_levels: list[ItemLevel] | UnsetType = UNSET


class LevelChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """New figures of a level."""

    stocked_quantity: Quantity | UnsetType = UNSET
    incoming_quantity: Quantity | UnsetType = UNSET


class CreateLevel(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new level."""

    inventory_item_id: str
    location_id: str
    stocked_quantity: Quantity | UnsetType = UNSET
    incoming_quantity: Quantity | UnsetType = UNSET


class UpdateLevel(CreateLevel, kw_only=True, forbid_unknown_fields=True):
    """New figures of a level, found by item and location."""

    id: str | UnsetType = UNSET


class UpdateItems(Struct, kw_only=True):
    """The same changes for some items."""

    ids: list[str]
    update: ItemChanges


class BatchLevels(Struct, kw_only=True):
    """Levels to create, to change and (by id) to delete; those with stock only by ``force``."""

    create: list[CreateLevel] = []
    update: list[UpdateLevel] = []
    delete: list[str] = []
    force: bool = False


class DeleteLevel(Struct, kw_only=True):
    """A level, by item and location."""

    inventory_item_id: str
    location_id: str


class LevelRow(Struct, kw_only=True):
    """A level as it was written; ``available_before`` only of a changed one."""

    row: dict[str, Any]
    available_before: Decimal | None = None


class BatchedLevels(Struct, kw_only=True):
    """What came of a batch."""

    created: list[LevelRow]
    updated: list[LevelRow]
    deleted: list[str]
