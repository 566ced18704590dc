"""What creates and changes stock locations."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class LocationAddress(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a location is; ``country_code`` is ISO 3166 alpha-2."""

    address_1: str
    country_code: str
    address_2: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    postal_code: str | UnsetType | None = UNSET
    province: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateStockLocation(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new stock location, with an address of its own or that of another one."""

    name: str
    address: LocationAddress | UnsetType | None = UNSET
    address_id: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class StockLocationChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a stock location."""

    name: str | UnsetType = UNSET
    address: LocationAddress | UnsetType = UNSET
    address_id: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateStockLocations(Struct, kw_only=True):
    """The same changes for some locations."""

    ids: list[str]
    update: StockLocationChanges


class LinkToLocation(Struct, kw_only=True):
    """What a location gets and loses, by id."""

    id: str
    add: list[str] = []
    remove: list[str] = []


class CreateLocationFulfillmentSet(Struct, kw_only=True):
    """A new fulfillment set of a location; ``type`` such as shipping or pickup."""

    location_id: str
    name: str
    type: str
