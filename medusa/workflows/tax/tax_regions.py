"""Creating, changing and deleting tax regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.tax import TaxService
from medusa.workflows.tax.types import CreateTaxRegion, DefaultRate, UpdateTaxRegion


@workflow("create-tax-regions")
async def create_tax_regions(ctx: WorkflowContext, data: list[CreateTaxRegion]) -> list[str]:
    """Create tax regions with their default rates; their ids."""
    author = {"created_by": ctx.actor_id}

    def split(region: CreateTaxRegion) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
        columns = row_of(region)
        rate = columns.pop("default_tax_rate", None)
        return {**columns, **author}, {**row_of(rate), **author} if isinstance(rate, DefaultRate) else None

    ids = await ctx.service(TaxService).create_regions(ctx.session, [split(region) for region in data])
    ctx.emit("tax-region.created", [{"id": id} for id in ids])
    return ids


@workflow("update-tax-regions")
async def update_tax_region(ctx: WorkflowContext, data: UpdateTaxRegion) -> None:
    """Change a tax region."""
    await ctx.service(TaxService).update_region(ctx.session, data.id, row_of(data.update))
    ctx.emit("tax-region.updated", {"id": data.id})


@workflow("delete-tax-regions")
async def delete_tax_regions(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete tax regions (soft) with their provinces and rates."""
    await ctx.service(TaxService).delete_regions(ctx.session, ids)
    ctx.emit("tax-region.deleted", [{"id": id} for id in ids])
