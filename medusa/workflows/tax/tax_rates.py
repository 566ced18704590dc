"""Creating, changing and deleting tax rates and their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UnsetType

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.tax import TaxService
from medusa.workflows.tax.types import CreateTaxRate, CreateTaxRule, TaxRateChanges, TaxRule, UpdateTaxRates


@workflow("create-tax-rates")
async def create_tax_rates(ctx: WorkflowContext, data: list[CreateTaxRate]) -> list[str]:
    """Create tax rates with their rules; their ids."""
    rates = [({**_columns(rate), "created_by": ctx.actor_id}, _rules(ctx, rate.rules) or []) for rate in data]
    ids = await ctx.service(TaxService).create_rates(ctx.session, rates)
    ctx.emit("tax-rate.created", [{"id": id} for id in ids])
    return ids


@workflow("update-tax-rates")
async def update_tax_rates(ctx: WorkflowContext, data: UpdateTaxRates) -> None:
    """Change tax rates; given rules replace theirs."""
    rules = _rules(ctx, data.update.rules)
    await ctx.service(TaxService).update_rates(ctx.session, data.ids, _columns(data.update), rules)
    ctx.emit("tax-rate.updated", [{"id": id} for id in data.ids])


@workflow("delete-tax-rates")
async def delete_tax_rates(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete tax rates (soft)."""
    await ctx.service(TaxService).delete_rates(ctx.session, ids)
    ctx.emit("tax-rate.deleted", [{"id": id} for id in ids])


@workflow("create-tax-rate-rules")
async def create_tax_rate_rules(ctx: WorkflowContext, data: list[CreateTaxRule]) -> list[str]:
    """Add rules to tax rates; their ids."""
    rows = [{**row_of(item.rule), "tax_rate_id": item.tax_rate_id, "created_by": ctx.actor_id} for item in data]
    return [row.id for row in await ctx.service(TaxService).tax_rate_rules.create(ctx.session, rows)]


@workflow("delete-tax-rate-rules")
async def delete_tax_rate_rules(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete rules of tax rates."""
    await ctx.service(TaxService).tax_rate_rules.soft_delete(ctx.session, ids)


def _columns(rate: CreateTaxRate | TaxRateChanges) -> dict[str, Any]:
    return {name: value for name, value in row_of(rate).items() if name != "rules"}


def _rules(ctx: WorkflowContext, rules: Sequence[TaxRule] | UnsetType) -> list[dict[str, Any]] | None:
    if isinstance(rules, UnsetType):
        return None
    return [{**row_of(rule), "created_by": ctx.actor_id} for rule in rules]
