"""What creates and changes tax regions and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType


class DefaultRate(Struct, kw_only=True, forbid_unknown_fields=True):
    """The rate of a region for all that no rule names, in per cent."""

    rate: Decimal | UnsetType = UNSET
    code: str
    name: str
    is_combinable: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateTaxRegion(Struct, kw_only=True, forbid_unknown_fields=True):
    """A country (with a provider), or a province below one (``parent_id``)."""

    country_code: str
    provider_id: str | UnsetType | None = UNSET
    province_code: str | UnsetType | None = UNSET
    parent_id: str | UnsetType | None = UNSET
    default_tax_rate: DefaultRate | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class TaxRegionChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a tax region."""

    province_code: str | UnsetType | None = UNSET
    provider_id: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateTaxRegion(Struct, kw_only=True):
    """Changes of one tax region."""

    id: str
    update: TaxRegionChanges


class TaxRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a rate is for: ``reference`` is product, product_type or shipping_option."""

    reference: str
    reference_id: str


class CreateTaxRate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new rate, in per cent."""

    rate: Decimal | UnsetType = UNSET
    code: str
    rules: list[TaxRule] | UnsetType = UNSET
    name: str
    is_default: bool | UnsetType = UNSET
    is_combinable: bool | UnsetType = UNSET
    tax_region_id: str
    metadata: dict[str, Any] | UnsetType | None = UNSET


class TaxRateChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a rate; ``rules`` replace its rules."""

    rate: Decimal | UnsetType = UNSET
    code: str | UnsetType = UNSET
    rules: list[TaxRule] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    is_combinable: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateTaxRates(Struct, kw_only=True):
    """The same changes for some rates."""

    ids: list[str]
    update: TaxRateChanges


class CreateTaxRule(Struct, kw_only=True):
    """A new rule of a rate."""

    tax_rate_id: str
    rule: TaxRule
