"""Inventory items and their levels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.api.parameters import LocationFilter, plain_filters, refuse_parameters
from medusa.framework.http import (
    AdminContext,
    FieldsQuery,
    Flag,
    ListQuery,
    NumberFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.framework.money import raw, shown
from medusa.workflows.inventory.items import create_inventory_items, delete_inventory_items, update_inventory_items
from medusa.workflows.inventory.levels import (
    batch_inventory_levels,
    create_inventory_levels,
    delete_inventory_levels,
    update_inventory_levels,
)
from medusa.workflows.inventory.types import (
    BatchedLevels,
    BatchLevels,
    CreateItem,
    CreateLevel,
    DeleteLevel,
    ItemChanges,
    ItemLevel,
    LevelChanges,
    LevelRow,
    UpdateItems,
    UpdateLevel,
)

_COLUMNS = (
    "id,sku,title,description,thumbnail,origin_country,hs_code,requires_shipping,mid_code,material,unit_of_measure,"
    "weight,length,height,width,metadata,reserved_quantity,stocked_quantity,created_at,updated_at"
)
INVENTORY_ITEM = RouteFields("inventory_item", f"{_COLUMNS},*location_levels")
INVENTORY_LEVEL = RouteFields(
    "inventory_level",
    "id,inventory_item_id,location_id,stocked_quantity,reserved_quantity,incoming_quantity,available_quantity,"
    "metadata,created_at,updated_at",
)


class InventoryItemsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of inventory items."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    sku: StringOrList | UnsetType = UNSET
    origin_country: StringOrList | UnsetType = UNSET
    mid_code: StringOrList | UnsetType = UNSET
    hs_code: StringOrList | UnsetType = UNSET
    material: StringOrList | UnsetType = UNSET
    requires_shipping: Flag | UnsetType = UNSET
    weight: NumberFilter | UnsetType = UNSET
    length: NumberFilter | UnsetType = UNSET
    height: NumberFilter | UnsetType = UNSET
    width: NumberFilter | UnsetType = UNSET
    location_levels: LocationFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return plain_filters(super().filters())


class LevelsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of levels."""

    location_id: StringOrList | UnsetType = UNSET


class UpdateItemLevel(ItemLevel, kw_only=True, forbid_unknown_fields=True):
    """New figures of a level of the item, found by location."""

    id: str | UnsetType = UNSET


class BatchItemLevels(Struct, kw_only=True, forbid_unknown_fields=True):
    """Levels of one item to create, to change and (by id) to delete."""

    create: list[ItemLevel] = []
    update: list[UpdateItemLevel] = []
    delete: list[str] = []
    force: bool = False


class BatchBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Levels to create, to change and (by id) to delete."""

    create: list[CreateLevel] = []
    update: list[UpdateLevel] = []
    delete: list[str] | UnsetType = UNSET
    force: bool = False


@get("/admin/inventory-items")
async def list_inventory_items(ctx: AdminContext, query: InventoryItemsQuery) -> Response:
    """List inventory items."""
    return await ctx.list("inventory_items", INVENTORY_ITEM, query)


@post("/admin/inventory-items")
async def create_inventory_item(ctx: AdminContext, body: CreateItem, query: FieldsQuery) -> Response:
    """Create an inventory item."""
    [id] = await ctx.run(create_inventory_items, [body])
    return await ctx.detail("inventory_item", INVENTORY_ITEM, id, query)


@post("/admin/inventory-items/location-levels/batch")
async def batch_levels(ctx: AdminContext, body: BatchBody) -> Response:
    """Create, change and delete levels of any items."""
    data = BatchLevels(create=body.create, update=body.update, delete=body.delete or [], force=body.force)
    return _batch_answer(ctx, await ctx.run(batch_inventory_levels, data), body.delete)


@get("/admin/inventory-items/{id}")
async def retrieve_inventory_item(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an inventory item."""
    return await ctx.detail("inventory_item", INVENTORY_ITEM, id, query)


@post("/admin/inventory-items/{id}")
async def update_inventory_item(ctx: AdminContext, id: str, body: ItemChanges, query: FieldsQuery) -> Response:
    """Change an inventory item."""
    await ctx.run(update_inventory_items, UpdateItems(ids=[id], update=body))
    return await ctx.detail("inventory_item", INVENTORY_ITEM, id, query)


@delete("/admin/inventory-items/{id}")
async def delete_inventory_item(ctx: AdminContext, id: str) -> Response:
    """Delete an inventory item."""
    await ctx.run(delete_inventory_items, [id])
    return ctx.deleted(id, "inventory_item")


@get("/admin/inventory-items/{id}/location-levels")
async def list_levels(ctx: AdminContext, id: str, query: LevelsQuery) -> Response:
    """List the levels of an inventory item."""
    refuse_parameters(query, "q")
    return await ctx.list("inventory_levels", INVENTORY_LEVEL, query, filters={"inventory_item_id": id})


@post("/admin/inventory-items/{id}/location-levels")
async def create_level(ctx: AdminContext, id: str, body: ItemLevel, query: FieldsQuery) -> Response:
    """Stock an inventory item at a location."""
    await ctx.run(create_inventory_levels, [_of_item(id, body)])
    return await ctx.detail("inventory_item", INVENTORY_ITEM, id, query)


@post("/admin/inventory-items/{id}/location-levels/batch")
async def batch_item_levels(ctx: AdminContext, id: str, body: BatchItemLevels) -> Response:
    """Create, change and delete levels of an inventory item."""
    data = BatchLevels(
        create=[_of_item(id, level) for level in body.create],
        update=[_change(id, level.location_id, level) for level in body.update],
        delete=body.delete,
        force=body.force,
    )
    return _batch_answer(ctx, await ctx.run(batch_inventory_levels, data), body.delete)


@post("/admin/inventory-items/{id}/location-levels/{location_id}")
async def update_level(
    ctx: AdminContext, id: str, location_id: str, body: LevelChanges, query: FieldsQuery
) -> Response:
    """Change the level of an inventory item at a location."""
    await ctx.run(update_inventory_levels, [_change(id, location_id, body)])
    return await ctx.detail("inventory_item", INVENTORY_ITEM, id, query)


@delete("/admin/inventory-items/{id}/location-levels/{location_id}")
async def delete_level(ctx: AdminContext, id: str, location_id: str, query: FieldsQuery) -> Response:
    """Delete the level of an inventory item at a location."""
    level_id = await ctx.run(delete_inventory_levels, DeleteLevel(inventory_item_id=id, location_id=location_id))
    return ctx.deleted(level_id, "inventory-level", parent=await ctx.fetch(INVENTORY_ITEM, id, query))


def _of_item(id: str, level: ItemLevel) -> CreateLevel:
    return CreateLevel(
        inventory_item_id=id,
        location_id=level.location_id,
        stocked_quantity=level.stocked_quantity,
        incoming_quantity=level.incoming_quantity,
    )


def _change(id: str, location_id: str, level: LevelChanges | ItemLevel) -> UpdateLevel:
    return UpdateLevel(
        inventory_item_id=id,
        location_id=location_id,
        stocked_quantity=level.stocked_quantity,
        incoming_quantity=level.incoming_quantity,
    )


def _batch_answer(ctx: AdminContext, done: BatchedLevels, asked: list[str] | UnsetType) -> Response:
    """What a batch did; ``deleted`` only where deletions were named."""
    answer: dict[str, Any] = {
        "created": [_printed(level) for level in done.created],
        "updated": [_printed(level) for level in done.updated],
    }
    return ctx.json(answer if asked is UNSET else {**answer, "deleted": done.deleted})


def _printed(level: LevelRow) -> dict[str, Any]:
    """A level as batches print it: of a changed one, what was available before, and a stub of its item."""
    quantities: dict[str, Decimal] = {name: value for name, value in level.row.items() if name.endswith("_quantity")}
    found: dict[str, Any] = {
        **level.row,
        **{name: shown(value) for name, value in quantities.items()},
        **{f"raw_{name}": raw(value) for name, value in quantities.items()},
    }
    if level.available_before is not None:
        item = {"id": level.row["inventory_item_id"], "reserved_quantity": None, "stocked_quantity": None}
        found |= {"available_quantity": shown(level.available_before), "inventory_item": item}
    return found
