"""Fulfillment sets and their service zones."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.workflows.fulfillment.types import CreateServiceZone, DeleteServiceZone, UpdateServiceZone


@workflow("create-service-zones")
async def create_service_zone(ctx: WorkflowContext, data: CreateServiceZone) -> str:
    """Give a fulfillment set a zone; its id."""
    service = ctx.service(FulfillmentService)
    zones = [row_of(zone) for zone in data.geo_zones]
    id = await service.create_zone(ctx.session, data.fulfillment_set_id, data.name, zones)
    ctx.emit("service-zone.created", {"id": id})
    return id


@workflow("update-service-zones")
async def update_service_zone(ctx: WorkflowContext, data: UpdateServiceZone) -> None:
    """Change a zone of a fulfillment set."""
    zones = None if data.geo_zones is None else [row_of(zone) for zone in data.geo_zones]
    service = ctx.service(FulfillmentService)
    await service.update_zone(ctx.session, data.fulfillment_set_id, data.id, data.name, zones)
    ctx.emit("service-zone.updated", {"id": data.id})


@workflow("delete-service-zones")
async def delete_service_zone(ctx: WorkflowContext, data: DeleteServiceZone) -> None:
    """Delete a zone (soft) with its shipping options and their prices."""
    service = ctx.service(FulfillmentService)
    options = await service.delete_zone(ctx.session, data.fulfillment_set_id, data.id)
    await ctx.links.delete_of(ctx.session, service.shipping_options.model, options)
    ctx.emit("service-zone.deleted", {"id": data.id})


@workflow("delete-fulfillment-sets")
async def delete_fulfillment_sets(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete fulfillment sets (soft) with their zones, shipping options and prices."""
    if not ids:
        return
    service = ctx.service(FulfillmentService)
    options = await service.delete_sets(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.fulfillment_sets.model, ids)
    await ctx.links.delete_of(ctx.session, service.shipping_options.model, options)
    ctx.emit("fulfillment-set.deleted", [{"id": id} for id in ids])
