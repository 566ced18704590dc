"""Creating, changing and deleting regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.errors import NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.region import RegionService
from medusa.workflows.region.types import CreateRegion, RegionChanges, UpdateRegions
from medusa.workflows.store.tax_inclusivity import remember_tax_inclusivity

LINK = "region_payment_provider"
_NOT_COLUMNS = ("countries", "payment_providers", "is_tax_inclusive")


class PaymentProvidersUnknown(NotFound):
    """Payment providers that do not exist or are switched off."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Payment providers with ids {', '.join(ids)} not found or not enabled")


@workflow("create-regions")
async def create_regions(ctx: WorkflowContext, data: list[CreateRegion]) -> list[str]:
    """Create regions; their ids."""
    service = ctx.service(RegionService)
    await _check_providers(ctx, [id for region in data for id in region.payment_providers or []])
    regions = {generate_id("reg"): region for region in data}
    await service.regions.create(ctx.session, [{"id": id, **_columns(region)} for id, region in regions.items()])
    if any(region.countries for region in data):
        await service.assign_countries(ctx.session, {id: region.countries or [] for id, region in regions.items()})
    await remember_tax_inclusivity(
        ctx, "region_id", {id: region.is_tax_inclusive or False for id, region in regions.items()}
    )
    await ctx.links.create(
        ctx.session,
        LINK,
        [(id, provider) for id, region in regions.items() for provider in region.payment_providers or []],
    )
    ctx.emit("region.created", [{"id": id} for id in regions])
    return list(regions)


@workflow("update-regions")
async def update_regions(ctx: WorkflowContext, data: UpdateRegions) -> list[str]:
    """Change regions; their ids."""
    service, update = ctx.service(RegionService), data.update
    columns = _columns(update)
    await update_rows(service.regions, ctx.session, [{"id": id, **columns} for id in data.ids])
    if isinstance(update.countries, list):
        await service.assign_countries(ctx.session, {id: update.countries for id in data.ids})
    if isinstance(update.is_tax_inclusive, bool):
        await remember_tax_inclusivity(ctx, "region_id", {id: update.is_tax_inclusive for id in data.ids})
    if isinstance(update.payment_providers, list):
        await _set_providers(ctx, data.ids, update.payment_providers)
    ctx.emit("region.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("delete-regions")
async def delete_regions(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete regions (soft); their countries and payment providers are free again."""
    service = ctx.service(RegionService)
    await service.delete_with_countries(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.regions.model, ids)
    ctx.emit("region.deleted", [{"id": id} for id in ids])


def _columns(region: CreateRegion | RegionChanges) -> Mapping[str, Any]:
    columns = {name: value for name, value in row_of(region).items() if name not in _NOT_COLUMNS}
    if "currency_code" in columns:
        columns["currency_code"] = columns["currency_code"].lower()
    return columns


async def _check_providers(ctx: WorkflowContext, ids: Sequence[str]) -> None:
    if not ids:
        return
    found = await ctx.query.graph(
        ctx.session,
        "payment_provider",
        fields=Fields.of("id"),
        filters={"id": list(ids), "is_enabled": True},
        into=dict[str, str],
    )
    known = {row["id"] for row in found}
    if unknown := [id for id in dict.fromkeys(ids) if id not in known]:
        raise PaymentProvidersUnknown(unknown)


async def _set_providers(ctx: WorkflowContext, regions: Sequence[str], wanted: Sequence[str]) -> None:
    await _check_providers(ctx, wanted)
    rows = await ctx.links.list(ctx.session, LINK, left=regions)
    present = {(row["region_id"], row["payment_provider_id"]) for row in rows}
    pairs = {(region, provider) for region in regions for provider in wanted}
    await ctx.links.dismiss(ctx.session, LINK, sorted(present - pairs))
    await ctx.links.create(ctx.session, LINK, sorted(pairs - present))
