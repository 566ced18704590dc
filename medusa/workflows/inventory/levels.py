"""Creating, changing and deleting inventory levels."""

from __future__ import annotations

from typing import Any

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.inventory import InventoryService
from medusa.modules.stock_location import StockLocationService
from medusa.workflows.inventory.types import (
    BatchedLevels,
    BatchLevels,
    CreateLevel,
    DeleteLevel,
    LevelRow,
    UpdateLevel,
)


@workflow("create-inventory-levels")
async def create_inventory_levels(ctx: WorkflowContext, data: list[CreateLevel]) -> list[LevelRow]:
    """Stock items at locations; the new levels."""
    await ctx.service(StockLocationService).check_known(ctx.session, [level.location_id for level in data])
    rows = await ctx.service(InventoryService).add_levels(ctx.session, [row_of(level) for level in data])
    ctx.emit("inventory-level.created", [{"id": row["id"]} for row in rows])
    return [LevelRow(row=row) for row in rows]


@workflow("update-inventory-levels")
async def update_inventory_levels(ctx: WorkflowContext, data: list[UpdateLevel]) -> list[LevelRow]:
    """Set the figures of levels, found by item and location; the changed levels."""
    rows = await ctx.service(InventoryService).set_levels(ctx.session, [_without_id(level) for level in data])
    ctx.emit("inventory-level.updated", [{"id": row["id"]} for row in rows])
    return [LevelRow(available_before=row.pop("available_before"), row=row) for row in rows]


@workflow("delete-inventory-levels")
async def delete_inventory_levels(ctx: WorkflowContext, data: DeleteLevel) -> str:
    """Delete the level of an item at a location; its id."""
    service = ctx.service(InventoryService)
    id = await service.delete_level(ctx.session, data.inventory_item_id, data.location_id)
    ctx.emit("inventory-level.deleted", {"id": id})
    return id


@workflow("batch-inventory-item-levels")
async def batch_inventory_levels(ctx: WorkflowContext, data: BatchLevels) -> BatchedLevels:
    """Create, change and delete levels, all or none."""
    created = await create_inventory_levels(ctx, data.create) if data.create else []
    updated = await update_inventory_levels(ctx, data.update) if data.update else []
    if data.delete:
        await ctx.service(InventoryService).delete_levels(ctx.session, data.delete, force=data.force)
        ctx.emit("inventory-level.deleted", [{"id": id} for id in data.delete])
    return BatchedLevels(created=created, updated=updated, deleted=data.delete)


def _without_id(level: UpdateLevel) -> dict[str, Any]:
    return {name: value for name, value in row_of(level).items() if name != "id"}
