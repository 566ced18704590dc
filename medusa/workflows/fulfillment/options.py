"""Shipping options: their places, providers, prices and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.modules import row_of
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.fulfillment.errors import CannotCalculatePrices, OptionDataInvalid, ProvidersNotEnabled
from medusa.modules.pricing.service import PricingService
from medusa.modules.pricing.types import PriceInput, RuleCondition
from medusa.workflows.asking import ask_provider
from medusa.workflows.fulfillment.types import (
    CreateShippingOption,
    OptionPrice,
    OptionPriceChange,
    OptionType,
    ShippingOptionChanges,
    UpdateShippingOption,
)

PRICES = "shipping_option_price_set"
_NOT_COLUMNS = ("type", "type_id", "prices", "rules")


class RegionsUnknown(InvalidData):
    """Prices for regions that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(
            f"Cannot create prices for non-existent regions. Region with ids [{', '.join(ids)}] were not found."
        )


class _Id(Struct):
    id: str


class _Place(Struct):
    fulfillment_providers: list[_Id]


class _Set(Struct):
    location: _Place | None = None


class _Zone(Struct):
    id: str
    fulfillment_set: _Set | None = None


class _Option(Struct):
    id: str
    name: str
    price_type: str
    provider_id: str | None
    service_zone: _Zone | None = None
    price_set: _Id | None = None


@workflow("create-shipping-options-workflow")
async def create_shipping_options(ctx: WorkflowContext, data: list[CreateShippingOption]) -> list[str]:
    """Create shipping options with their prices; their ids."""
    service = ctx.service(FulfillmentService)
    await _check_providers(ctx, data)
    await _check_calculated(ctx, [(option.provider_id, option) for option in data if option.price_type != "flat"])
    for option in data:
        await _check_data(ctx, option.provider_id, option.data)
    currencies = await _currencies(ctx, [price for option in data for price in option.prices])
    ids = [
        await service.create_option(
            ctx.session,
            _columns(option),
            row_of(option.type) if isinstance(option.type, OptionType) else None,
            [row_of(rule) for rule in option.rules or []],
        )
        for option in data
    ]
    priced = {id: option for id, option in zip(ids, data, strict=True) if option.price_type == "flat"}
    sets = await ctx.service(PricingService).create_price_sets(
        ctx.session, [[_price(price, currencies) for price in option.prices] for option in priced.values()]
    )
    await ctx.links.create(ctx.session, PRICES, list(zip(priced, sets, strict=True)))
    ctx.emit("shipping-option.created", [{"id": id} for id in ids])
    return ids


@workflow("update-shipping-options-workflow")
async def update_shipping_option(ctx: WorkflowContext, data: UpdateShippingOption) -> None:
    """Change a shipping option, its rules and its prices."""
    service, update = ctx.service(FulfillmentService), data.update
    option = await _option(ctx, data.id)
    provider = update.provider_id or option.provider_id or ""
    _check_enabled(option.service_zone, [provider])
    if (update.price_type or option.price_type) != "flat":
        await _check_calculated(ctx, [(provider, update)])
    if update.data is not UNSET and provider:
        await _check_data(ctx, provider, update.data)
    await service.update_option(
        ctx.session,
        data.id,
        _columns(update),
        row_of(update.type) if isinstance(update.type, OptionType) else None,
        [row_of(rule) for rule in update.rules] if isinstance(update.rules, list) else None,
    )
    if isinstance(update.prices, list):
        await _set_prices(ctx, option, update.prices)
    ctx.emit("shipping-option.updated", {"id": data.id})


@workflow("delete-shipping-options-workflow")
async def delete_shipping_options(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete shipping options (soft) with their rules and prices."""
    service = ctx.service(FulfillmentService)
    await service.delete_options(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.shipping_options.model, ids)
    ctx.emit("shipping-option.deleted", [{"id": id} for id in ids])


def _columns(option: CreateShippingOption | ShippingOptionChanges) -> dict[str, Any]:
    columns = {name: value for name, value in row_of(option).items() if name not in _NOT_COLUMNS}
    if isinstance(option.type_id, str):
        columns["shipping_option_type_id"] = option.type_id
    return columns


async def _option(ctx: WorkflowContext, id: str) -> _Option:
    found = await ctx.query.graph(
        ctx.session,
        "shipping_option",
        fields=Fields.of(
            "id,name,price_type,provider_id,price_set.id,service_zone.fulfillment_set.location.fulfillment_providers.id"
        ),
        filters={"id": id},
        into=_Option,
    )
    if not found:
        raise ProvidersNotEnabled([])
    return found[0]


async def _check_providers(ctx: WorkflowContext, options: Sequence[CreateShippingOption]) -> None:
    """Refuse providers that do not ship from the location of an option's zone."""
    zones = await ctx.query.graph(
        ctx.session,
        "service_zone",
        fields=Fields.of("id,fulfillment_set.location.fulfillment_providers.id"),
        filters={"id": [option.service_zone_id for option in options]},
        into=_Zone,
    )
    by_id = {zone.id: zone for zone in zones}
    for option in options:
        _check_enabled(by_id.get(option.service_zone_id), [option.provider_id])


def _check_enabled(zone: _Zone | None, providers: Sequence[str]) -> None:
    place = zone.fulfillment_set.location if zone is not None and zone.fulfillment_set is not None else None
    enabled = {one.id for one in place.fulfillment_providers} if place is not None else set[str]()
    if refused := [id for id in providers if id not in enabled]:
        raise ProvidersNotEnabled(refused)


async def _check_calculated(
    ctx: WorkflowContext, options: Sequence[tuple[str, CreateShippingOption | ShippingOptionChanges]]
) -> None:
    service = ctx.service(FulfillmentService)
    refused: list[CreateShippingOption | ShippingOptionChanges] = []
    for name, option in options:
        provider, row = service.provider(name), row_of(option)
        # Without ids: a zone or profile that is made in the same run has another id in each attempt.
        named = {column: row.get(column) for column in ("name", "data", "price_type")}
        key = f"can-calculate:{name}:{msgspec.json.encode(named).decode()}"
        if not await ask_provider(ctx.ask, provider, name, key, partial(provider.can_calculate, row)):
            refused.append(option)
    if refused:
        raise CannotCalculatePrices([option.name for option in refused if isinstance(option.name, str)])


async def _check_data(ctx: WorkflowContext, name: str, data: Mapping[str, Any] | UnsetType) -> None:
    """Refuse data that the option's provider does not accept."""
    provider, given = ctx.service(FulfillmentService).provider(name), {} if data is UNSET else dict(data)
    key = f"option-data:{name}:{msgspec.json.encode(given).decode()}"
    if not await ask_provider(ctx.ask, provider, name, key, partial(provider.validate_option, given)):
        raise OptionDataInvalid(name)


async def _currencies(ctx: WorkflowContext, prices: Sequence[OptionPrice | OptionPriceChange]) -> Mapping[str, str]:
    """The currency of each region that has a price."""
    regions = list(dict.fromkeys(price.region_id for price in prices if isinstance(price.region_id, str)))
    if not regions:
        return {}
    rows = await ctx.query.graph(
        ctx.session, "region", fields=Fields.of("id,currency_code"), filters={"id": regions}, into=dict[str, str]
    )
    found = {row["id"]: row["currency_code"] for row in rows}
    if unknown := [id for id in regions if id not in found]:
        raise RegionsUnknown(unknown)
    return found


def _price(price: OptionPrice | OptionPriceChange, currencies: Mapping[str, str]) -> PriceInput:
    made = PriceInput(amount=price.amount, currency_code=price.currency_code)
    if isinstance(price, OptionPriceChange):
        made.id = price.id
    rules: dict[str, str | list[RuleCondition]] = {}
    if isinstance(price.region_id, str):
        made.currency_code = currencies[price.region_id]
        rules["region_id"] = price.region_id
    for rule in price.rules or []:
        conditions = rules.setdefault(rule.attribute, [])
        if isinstance(conditions, list):
            conditions.append(RuleCondition(value=str(rule.value), operator=rule.operator))
    if rules or price.rules is not UNSET:
        made.rules = rules
    return made


async def _set_prices(ctx: WorkflowContext, option: _Option, prices: Sequence[OptionPriceChange]) -> None:
    pricing = ctx.service(PricingService)
    currencies = await _currencies(ctx, prices)
    wanted = [_price(price, currencies) for price in prices]
    if option.price_set is not None:
        await pricing.replace_prices(ctx.session, {option.price_set.id: wanted})
    else:
        [made] = await pricing.create_price_sets(ctx.session, [wanted])
        await ctx.links.create(ctx.session, PRICES, [(option.id, made)])
