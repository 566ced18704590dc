"""Creating, changing and deleting inventory items."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from medusa.framework.ids import generate_id
from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.inventory import InventoryService
from medusa.workflows.inventory.levels import create_inventory_levels
from medusa.workflows.inventory.types import CreateItem, CreateLevel, ItemChanges, UpdateItems

_MEASURES = ("weight", "length", "height", "width")


def _columns(item: ItemChanges) -> Mapping[str, Any]:
    """Columns of the table: measures are whole numbers there."""
    columns = row_of(item)
    columns.pop("location_levels", None)
    for name in _MEASURES:
        if isinstance(value := columns.get(name), Decimal):
            columns[name] = int(value.to_integral_value(ROUND_HALF_UP))
    return columns


@workflow("create-inventory-items")
async def create_inventory_items(ctx: WorkflowContext, data: list[CreateItem]) -> list[str]:
    """Create inventory items with their levels; their ids."""
    items = {generate_id("iitem"): item for item in data}
    await ctx.service(InventoryService).inventory_items.create(
        ctx.session, [{"id": id, **_columns(item)} for id, item in items.items()]
    )
    levels = [
        CreateLevel(
            inventory_item_id=id,
            location_id=level.location_id,
            stocked_quantity=level.stocked_quantity,
            incoming_quantity=level.incoming_quantity,
        )
        for id, item in items.items()
        if isinstance(item.location_levels, list)
        for level in item.location_levels
    ]
    if levels:
        await create_inventory_levels(ctx, levels)
    ctx.emit("inventory-item.created", [{"id": id} for id in items])
    return list(items)


@workflow("update-inventory-items")
async def update_inventory_items(ctx: WorkflowContext, data: UpdateItems) -> list[str]:
    """Change inventory items; their ids."""
    columns = _columns(data.update)
    await ctx.service(InventoryService).update_items(ctx.session, [{"id": id, **columns} for id in data.ids])
    ctx.emit("inventory-item.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("delete-inventory-items")
async def delete_inventory_items(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete inventory items (soft) with their levels; variants lose them. Refused while something is reserved."""
    service = ctx.service(InventoryService)
    await service.delete_items(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.inventory_items.model, ids)
    ctx.emit("inventory-item.deleted", [{"id": id} for id in ids])
