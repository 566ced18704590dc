"""What creates and changes service zones, shipping profiles, types and options."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

RuleOperator = Literal["in", "eq", "ne", "gt", "gte", "lt", "lte", "nin"]
PriceOperator = Literal["gte", "lte", "gt", "lt", "eq"]


class GeoZoneInput(Struct, kw_only=True):
    """A place: a country, or a province, city or postal area (``zip``) of it. With an ``id``, one that exists changes."""

    country_code: str
    type: str = ""
    id: str | UnsetType = UNSET
    province_code: str | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    postal_expression: dict[str, Any] | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateServiceZone(Struct, kw_only=True):
    """A new zone of a fulfillment set."""

    fulfillment_set_id: str
    name: str
    geo_zones: list[GeoZoneInput] = []


class UpdateServiceZone(Struct, kw_only=True):
    """What changes of a zone; ``geo_zones`` replace its places."""

    fulfillment_set_id: str
    id: str
    name: str | None = None
    geo_zones: list[GeoZoneInput] | None = None


class DeleteServiceZone(Struct, kw_only=True):
    """A zone of a set."""

    fulfillment_set_id: str
    id: str


class CreateShippingProfile(Struct, kw_only=True, forbid_unknown_fields=True):
    """Products that ship alike."""

    name: str
    type: str
    metadata: dict[str, Any] | UnsetType | None = UNSET


class ShippingProfileChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a profile."""

    name: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateShippingProfiles(Struct, kw_only=True):
    """The same changes for some profiles."""

    ids: list[str]
    update: ShippingProfileChanges


class OptionType(Struct, kw_only=True, forbid_unknown_fields=True):
    """A kind of shipping option: standard, express."""

    label: str
    code: str
    description: str | UnsetType = UNSET


class OptionTypeChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a type."""

    label: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class UpdateOptionTypes(Struct, kw_only=True):
    """The same changes for some types."""

    ids: list[str]
    update: OptionTypeChanges


class PriceRuleInput(Struct, kw_only=True, forbid_unknown_fields=True):
    """When a price holds, such as ``item_total gte 100``."""

    attribute: str
    operator: PriceOperator
    value: Decimal


class OptionPrice(Struct, kw_only=True):
    """A price by currency or by region, in major units."""

    amount: Decimal
    currency_code: str | UnsetType = UNSET
    region_id: str | UnsetType = UNSET
    rules: list[PriceRuleInput] | UnsetType = UNSET


class OptionPriceChange(Struct, kw_only=True):
    """A price that replaces the one with its ``id``, or a new one."""

    id: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    currency_code: str | UnsetType = UNSET
    region_id: str | UnsetType = UNSET
    rules: list[PriceRuleInput] | UnsetType = UNSET


class NewOptionRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """When an option is offered."""

    operator: RuleOperator
    attribute: str
    value: str | list[str]


class OptionRule(NewOptionRule, kw_only=True, forbid_unknown_fields=True):
    """When an option is offered; with the ``id`` of a rule that changes."""

    id: str | UnsetType = UNSET


class OptionRuleChange(NewOptionRule, kw_only=True, forbid_unknown_fields=True):
    """A rule that changes."""

    id: str


class CreateShippingOption(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new way of shipping. It has either a new ``type`` or that of ``type_id``."""

    name: str
    service_zone_id: str
    shipping_profile_id: str
    data: dict[str, Any] | UnsetType = UNSET
    price_type: Literal["calculated", "flat"]
    provider_id: str
    type: OptionType | UnsetType = UNSET
    type_id: str | UnsetType = UNSET
    prices: list[OptionPrice]
    rules: list[NewOptionRule] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class ShippingOptionChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of an option; the lists replace its prices and rules."""

    name: str | UnsetType = UNSET
    data: dict[str, Any] | UnsetType = UNSET
    price_type: Literal["calculated", "flat"] | UnsetType = UNSET
    provider_id: str | UnsetType = UNSET
    shipping_profile_id: str | UnsetType = UNSET
    type: OptionType | UnsetType = UNSET
    type_id: str | UnsetType = UNSET
    prices: list[OptionPriceChange] | UnsetType = UNSET
    rules: list[OptionRule] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class UpdateShippingOption(Struct, kw_only=True):
    """Changes of one option."""

    id: str
    update: ShippingOptionChanges


class BatchOptionRules(Struct, kw_only=True):
    """Rules of an option to create, to change and (by id) to delete."""

    option_id: str
    create: list[NewOptionRule] = []
    update: list[OptionRuleChange] = []
    delete: list[str] = []


class BatchedOptionRules(Struct, kw_only=True):
    """The ids of what was created and changed."""

    created: list[str]
    updated: list[str]
