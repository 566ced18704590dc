"""What changes stores."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class SupportedCurrency(Struct, kw_only=True, forbid_unknown_fields=True):
    """A currency the store sells in."""

    currency_code: str
    is_default: bool | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET


class SupportedLocale(Struct, kw_only=True, forbid_unknown_fields=True):
    """A language the store speaks (BCP 47)."""

    locale_code: str


class StoreChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a store; the lists replace those of the store."""

    name: str | UnsetType = UNSET
    supported_currencies: list[SupportedCurrency] | UnsetType = UNSET
    supported_locales: list[SupportedLocale] | UnsetType = UNSET
    default_sales_channel_id: str | UnsetType | None = UNSET
    default_region_id: str | UnsetType | None = UNSET
    default_location_id: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateStore(StoreChanges, kw_only=True, forbid_unknown_fields=True):
    """A new store."""


class UpdateStores(Struct, kw_only=True):
    """The same changes for some stores."""

    ids: list[str]
    update: StoreChanges
