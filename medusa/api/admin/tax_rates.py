"""Tax rates and their rules."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.errors import NotFound
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    Flag,
    ListQuery,
    OperatorFilter,
    Response,
    RouteFields,
    delete,
    get,
    post,
)
from medusa.workflows.tax.tax_rates import (
    create_tax_rate_rules,
    create_tax_rates,
    delete_tax_rate_rules,
    delete_tax_rates,
    update_tax_rates,
)
from medusa.workflows.tax.types import CreateTaxRate, CreateTaxRule, TaxRateChanges, TaxRule, UpdateTaxRates

TAX_RATE = RouteFields(
    "tax_rate",
    "id,name,code,rate,tax_region_id,is_default,is_combinable,created_by,created_at,updated_at,deleted_at,metadata,"
    "*tax_region,*rules",
)


class TaxRatesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tax rates."""

    limit: int = 20
    tax_region_id: OperatorFilter | UnsetType = UNSET
    is_default: Flag | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/admin/tax-rates")
async def list_tax_rates(ctx: AdminContext, query: TaxRatesQuery) -> Response:
    """List tax rates."""
    return await ctx.list("tax_rates", TAX_RATE, query)


@post("/admin/tax-rates")
async def create_tax_rate(ctx: AdminContext, body: CreateTaxRate, query: FieldsQuery) -> Response:
    """Create a tax rate."""
    [id] = await ctx.run(create_tax_rates, [body])
    return await ctx.detail("tax_rate", TAX_RATE, id, query)


@get("/admin/tax-rates/{id}")
async def retrieve_tax_rate(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a tax rate."""
    return await detail_or_nothing(ctx, "tax_rate", TAX_RATE, id, query)


@post("/admin/tax-rates/{id}")
async def update_tax_rate(ctx: AdminContext, id: str, body: TaxRateChanges, query: FieldsQuery) -> Response:
    """Change a tax rate."""
    await ctx.run(update_tax_rates, UpdateTaxRates(ids=[id], update=body))
    return await ctx.detail("tax_rate", TAX_RATE, id, query)


@delete("/admin/tax-rates/{id}")
async def delete_tax_rate(ctx: AdminContext, id: str) -> Response:
    """Delete a tax rate."""
    await ctx.run(delete_tax_rates, [id])
    return ctx.deleted(id, "tax_rate")


@post("/admin/tax-rates/{id}/rules")
async def create_tax_rate_rule(ctx: AdminContext, id: str, body: TaxRule, query: FieldsQuery) -> Response:
    """Add a rule to a tax rate."""
    await ctx.run(create_tax_rate_rules, [CreateTaxRule(tax_rate_id=id, rule=body)])
    return await ctx.detail("tax_rate", TAX_RATE, id, query)


@delete("/admin/tax-rates/{id}/rules/{rule_id}")
async def delete_tax_rate_rule(ctx: AdminContext, id: str, rule_id: str, query: FieldsQuery) -> Response:
    """Delete a rule of a tax rate."""
    await ctx.run(delete_tax_rate_rules, [rule_id])
    try:
        parent = await ctx.fetch(TAX_RATE, id, query)
    except NotFound:
        return ctx.deleted(rule_id, "tax_rate_rule")
    return ctx.deleted(rule_id, "tax_rate_rule", parent=parent)
