"""What creates and changes regions."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CreateRegion(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new region. ``countries`` are ISO 3166 alpha-2 codes, ``payment_providers`` ids."""

    name: str
    currency_code: str
    countries: list[str] | UnsetType = UNSET
    automatic_taxes: bool | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET
    payment_providers: list[str] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class RegionChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes; the lists replace those of the region."""

    name: str | UnsetType = UNSET
    currency_code: str | UnsetType = UNSET
    countries: list[str] | UnsetType = UNSET
    automatic_taxes: bool | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET
    payment_providers: list[str] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateRegions(Struct, kw_only=True):
    """The same changes for some regions."""

    ids: list[str]
    update: RegionChanges
