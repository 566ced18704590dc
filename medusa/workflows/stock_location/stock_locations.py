"""Creating, changing and deleting stock locations, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from medusa.framework.modules import row_of
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.stock_location import StockLocationService
from medusa.workflows.fulfillment.sets import delete_fulfillment_sets
from medusa.workflows.stock_location.types import (
    CreateLocationFulfillmentSet,
    CreateStockLocation,
    LinkToLocation,
    LocationAddress,
    StockLocationChanges,
    UpdateStockLocations,
)

CHANNELS = "sales_channel_stock_location"
PROVIDERS = "location_fulfillment_provider"
SETS = "location_fulfillment_set"


class _LocationSets(Struct):
    id: str


class _Location(Struct):
    id: str
    fulfillment_sets: list[_LocationSets]


def _split(location: CreateStockLocation | StockLocationChanges) -> tuple[dict[str, Any], Mapping[str, Any] | None]:
    columns = row_of(location)
    address = columns.pop("address", None)
    return columns, row_of(address) if isinstance(address, LocationAddress) else None


@workflow("create-stock-locations", hooks=["stock_locations_created"])
async def create_stock_locations(ctx: WorkflowContext, data: list[CreateStockLocation]) -> list[str]:
    """Create stock locations; their ids."""
    service = ctx.service(StockLocationService)
    ids = await service.create_with_addresses(ctx.session, [_split(location) for location in data])
    ctx.emit("stock-location.created", [{"id": id} for id in ids])
    await ctx.hook("stock_locations_created", stock_location_ids=ids)
    return ids


@workflow("update-stock-locations")
async def update_stock_locations(ctx: WorkflowContext, data: UpdateStockLocations) -> list[str]:
    """Change stock locations; their ids. Those that do not exist are passed over."""
    columns, address = _split(data.update)
    await ctx.service(StockLocationService).update_with_address(ctx.session, data.ids, columns, address)
    ctx.emit("stock-location.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("delete-stock-locations")
async def delete_stock_locations(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete stock locations (soft) with their fulfillment sets. Stock levels stay."""
    service = ctx.service(StockLocationService)
    locations = await ctx.query.graph(
        ctx.session, "stock_location", fields=Fields.of("id,fulfillment_sets.id"), filters={"id": ids}, into=_Location
    )
    await delete_fulfillment_sets(ctx, [one.id for location in locations for one in location.fulfillment_sets])
    await service.stock_locations.soft_delete(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.stock_locations.model, ids)
    ctx.emit("stock-location.deleted", [{"id": id} for id in ids])


@workflow("link-sales-channels-to-stock-location")
async def link_sales_channels_to_stock_location(ctx: WorkflowContext, data: LinkToLocation) -> None:
    """Let a location serve sales channels, and others no more."""
    await ctx.links.create(ctx.session, CHANNELS, [(channel, data.id) for channel in data.add])
    await ctx.links.dismiss(ctx.session, CHANNELS, [(channel, data.id) for channel in data.remove])


@workflow("link-fulfillment-providers-to-stock-location")
async def link_fulfillment_providers_to_stock_location(ctx: WorkflowContext, data: LinkToLocation) -> None:
    """Let providers ship from a location, and others no more."""
    await ctx.links.create(ctx.session, PROVIDERS, [(data.id, provider) for provider in data.add])
    await ctx.links.dismiss(ctx.session, PROVIDERS, [(data.id, provider) for provider in data.remove])


@workflow("create-location-fulfillment-set")
async def create_location_fulfillment_set(ctx: WorkflowContext, data: CreateLocationFulfillmentSet) -> str:
    """Give a location a fulfillment set; its id."""
    [made] = await ctx.service(FulfillmentService).fulfillment_sets.create(
        ctx.session, [{"name": data.name, "type": data.type}]
    )
    await ctx.links.create(ctx.session, SETS, [(data.location_id, made.id)])
    ctx.emit("fulfillment-set.created", {"id": made.id})
    return made.id
