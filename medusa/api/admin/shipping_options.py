"""Shipping options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType

from medusa.api.parameters import refuse_parameters
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    Flag,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.framework.query import Fields
from medusa.workflows.fulfillment.options import (
    create_shipping_options,
    delete_shipping_options,
    update_shipping_option,
)
from medusa.workflows.fulfillment.rules import batch_shipping_option_rules
from medusa.workflows.fulfillment.types import (
    BatchOptionRules,
    CreateShippingOption,
    NewOptionRule,
    OptionPrice,
    OptionRuleChange,
    ShippingOptionChanges,
    UpdateShippingOption,
)

SHIPPING_OPTION = RouteFields(
    "shipping_option",
    "id,name,price_type,data,provider_id,metadata,created_at,updated_at,*rules,*type,*service_zone,*shipping_profile,"
    "*provider,*prices,*prices.price_rules",
)
RULE = RouteFields("shipping_option_rule", "id,attribute,operator")


class ShippingOptionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of shipping options."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    service_zone_id: StringOrList | UnsetType = UNSET
    shipping_profile_id: StringOrList | UnsetType = UNSET
    provider_id: StringOrList | UnsetType = UNSET
    shipping_option_type_id: StringOrList | UnsetType = UNSET
    stock_location_id: StringOrList | UnsetType = UNSET
    is_return: Flag | UnsetType = UNSET
    admin_only: Flag | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        found = super().filters()
        if (ids := found.pop("stock_location_id", None)) is not None:
            found["service_zone"] = {"fulfillment_set": {"location": {"id": ids}}}
        rules = [
            {"rules": {"attribute": attribute, "operator": "eq", "value": "true" if flag == wanted else "false"}}
            for name, attribute, wanted in (("is_return", "is_return", True), ("admin_only", "enabled_in_store", False))
            if (flag := found.pop(name, None)) is not None
        ]
        if rules:
            found["$and"] = [*found.get("$and", []), *rules]
        return found


class BatchRules(Struct, kw_only=True, forbid_unknown_fields=True):
    """Rules to create, to change and (by id) to delete."""

    create: list[NewOptionRule] = []
    update: list[OptionRuleChange] = []
    delete: list[str] = []


def _check_prices(prices: Sequence[OptionPrice]) -> None:
    for index, price in enumerate(prices):
        if not isinstance(price.currency_code, str) and not isinstance(price.region_id, str):
            raise InvalidData(f"Invalid request: Field 'prices, {index}, currency_code' is required")


def _not_found(id: str) -> str:
    return f"Shipping Option with id: {id} not found"


@get("/admin/shipping-options")
async def list_shipping_options(ctx: AdminContext, query: ShippingOptionsQuery) -> Response:
    """List shipping options."""
    refuse_parameters(query, "$and", "$or")
    return await ctx.list("shipping_options", SHIPPING_OPTION, query)


@post("/admin/shipping-options")
async def create_shipping_option(ctx: AdminContext, body: CreateShippingOption, query: FieldsQuery) -> Response:
    """Create a shipping option."""
    _check_prices(body.prices)
    if (body.type is UNSET) == (body.type_id is UNSET):
        raise InvalidData("Invalid request: Exactly one of 'type' or 'type_id' must be provided, but not both")
    [id] = await ctx.run(create_shipping_options, [body])
    return await ctx.detail("shipping_option", SHIPPING_OPTION, id, query)


@get("/admin/shipping-options/{id}")
async def retrieve_shipping_option(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a shipping option."""
    return await ctx.detail("shipping_option", SHIPPING_OPTION, id, query, not_found=_not_found(id))


@post("/admin/shipping-options/{id}")
async def change_shipping_option(
    ctx: AdminContext, id: str, body: ShippingOptionChanges, query: FieldsQuery
) -> Response:
    """Change a shipping option."""
    if body.type is not UNSET and body.type_id is not UNSET:
        raise InvalidData("Invalid request: Only one of 'type' or 'type_id' can be provided")
    await ctx.run(update_shipping_option, UpdateShippingOption(id=id, update=body))
    return await ctx.detail("shipping_option", SHIPPING_OPTION, id, query, not_found=_not_found(id))


@delete("/admin/shipping-options/{id}")
async def delete_shipping_option(ctx: AdminContext, id: str) -> Response:
    """Delete a shipping option."""
    await ctx.run(delete_shipping_options, [id])
    return ctx.deleted(id, "shipping_option")


@post("/admin/shipping-options/{id}/rules/batch")
async def batch_rules(ctx: AdminContext, id: str, body: BatchRules, query: FieldsQuery) -> Response:
    """Create, change and delete rules of a shipping option."""
    data = BatchOptionRules(option_id=id, create=body.create, update=body.update, delete=body.delete)
    done = await ctx.run(batch_shipping_option_rules, data)
    fields = RULE.of(query)
    return ctx.json(
        {
            "created": await _rules(ctx, fields, done.created),
            "updated": await _rules(ctx, fields, done.updated),
            "deleted": {"ids": body.delete, "object": "shipping_option_rule", "deleted": True},
        }
    )


async def _rules(ctx: AdminContext, fields: Fields, ids: list[str]) -> Any:
    if not ids:
        return []
    async with ctx.reader() as session:
        found = await ctx.query.page(session, "shipping_option_rule", fields=fields, filters={"id": ids})
    return Raw(found.items)
