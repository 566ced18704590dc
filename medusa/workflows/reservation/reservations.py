"""Setting stock aside, and giving it up again."""

from __future__ import annotations

import msgspec

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.inventory import InventoryService, NewReservation, ReservationChange
from medusa.workflows.reservation.types import CreateReservation, UpdateReservations


@workflow("create-reservations")
async def create_reservations(ctx: WorkflowContext, data: list[CreateReservation]) -> list[str]:
    """Set stock aside; the ids of the reservations."""
    wanted = [NewReservation(**msgspec.structs.asdict(item), created_by=ctx.actor_id) for item in data]
    ids = await ctx.service(InventoryService).reserve(ctx.session, wanted)
    ctx.emit("reservation-item.created", [{"id": id} for id in ids])
    return ids


@workflow("update-reservations")
async def update_reservations(ctx: WorkflowContext, data: UpdateReservations) -> list[str]:
    """Change reservations; their ids."""
    changes = [ReservationChange(id=id, **msgspec.structs.asdict(data.update)) for id in data.ids]
    await ctx.service(InventoryService).change_reservations(ctx.session, changes)
    ctx.emit("reservation-item.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("delete-reservations")
async def delete_reservations(ctx: WorkflowContext, ids: list[str]) -> None:
    """Give up reservations."""
    await ctx.service(InventoryService).delete_reservations(ctx.session, ids)
    ctx.emit("reservation-item.deleted", [{"id": id} for id in ids])


@workflow("delete-reservations-by-line-items")
async def delete_reservations_by_line_items(ctx: WorkflowContext, line_item_ids: list[str]) -> None:
    """Give up the reservations of line items."""
    await ctx.service(InventoryService).delete_reservations_of(ctx.session, line_item_ids)
