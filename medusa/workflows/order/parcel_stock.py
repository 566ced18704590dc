"""Stock of what is packed and unpacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from medusa.framework.workflows import WorkflowContext
from medusa.links.order_parcels import Parcel, ParcelOrder
from medusa.modules.inventory import InventoryService, NewReservation, NotStocked, ReservationChange, StockChange
from medusa.workflows.order.parcel_rules import LevelMissing, NothingReserved, StockNotReserved

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Taking:
    """What packing does to reservations and stock; ``taken`` counts pieces of each inventory item."""

    taken: list[tuple[str, Decimal]]
    gone: list[str]
    changed: list[ReservationChange]


async def plan_stock(ctx: WorkflowContext, order: ParcelOrder, quantities: Mapping[str, Decimal]) -> Taking:
    """What is set aside for the lines and would be used up. The reservations are locked.

    Raises:
        StockNotReserved, NothingReserved: Not enough is set aside.
    """
    needed = {
        (line.id, stock.inventory_item_id): quantities[line.id] * stock.required_quantity
        for line in order.items
        if line.id in quantities and line.variant is not None and line.variant.manage_inventory
        for stock in line.variant.inventory_items
    }
    plan = Taking([(item, quantity) for (_, item), quantity in needed.items()], [], [])
    if not needed:
        return plan
    lines = {line for line, _ in needed}
    rows = await ctx.service(InventoryService).reservation_items.list(
        ctx.session, {"line_item_id": sorted(lines)}, for_update=True
    )
    missing = lines - {row.line_item_id for row in rows}
    if without := next((line for line in order.items if line.id in missing), None):
        raise NothingReserved(without)
    for row in rows:
        key = (row.line_item_id or "", row.inventory_item_id)
        taken = min(needed.get(key, _ZERO), row.quantity)
        if taken <= 0:
            continue
        needed[key] -= taken
        if taken == row.quantity:
            plan.gone.append(row.id)
        else:
            plan.changed.append(ReservationChange(id=row.id, quantity=row.quantity - taken))
    if short := next((line for (line, _), rest in needed.items() if rest > 0), None):
        raise StockNotReserved(short)
    return plan


async def take_stock(
    ctx: WorkflowContext, order: ParcelOrder, quantities: Mapping[str, Decimal], location_id: str
) -> None:
    """Use up what is set aside for the lines; the goods leave the location.

    Raises:
        StockNotReserved, NothingReserved: Not enough is set aside.
        LevelMissing: The location does not have an item.
    """
    service = ctx.service(InventoryService)
    plan = await plan_stock(ctx, order, quantities)
    if plan.gone:
        await service.delete_reservations(ctx.session, plan.gone)
    if plan.changed:
        await service.change_reservations(ctx.session, plan.changed)
    changes = [
        StockChange(inventory_item_id=item, location_id=location_id, stocked=-taken) for item, taken in plan.taken
    ]
    try:
        await service.adjust(ctx.session, changes)
    except NotStocked as error:
        raise LevelMissing(error.item_id, error.location_id) from error


async def return_stock(ctx: WorkflowContext, parcel: Parcel) -> None:
    """The goods of a parcel are back at its location, and set aside for their lines again."""
    service = ctx.service(InventoryService)
    items = [(item.line_item_id, item.inventory_item_id, item.quantity) for item in parcel.items]
    stocked = [(line, item, quantity) for line, item, quantity in items if line is not None and item is not None]
    if not stocked:
        return
    await service.adjust(
        ctx.session,
        [
            StockChange(inventory_item_id=item, location_id=parcel.location_id, stocked=quantity)
            for _, item, quantity in stocked
        ],
    )
    rows = await service.reservation_items.list(
        ctx.session, {"line_item_id": [line for line, _, _ in stocked]}, for_update=True
    )
    present = {(row.line_item_id, row.inventory_item_id): row for row in rows if row.location_id == parcel.location_id}
    changed: list[ReservationChange] = []
    new: list[NewReservation] = []
    for line, item, quantity in stocked:
        row = present.get((line, item))
        if row is not None:
            changed.append(ReservationChange(id=row.id, quantity=row.quantity + quantity))
            continue
        # What comes back is for its line, however much others have been promised meanwhile.
        new.append(
            NewReservation(
                inventory_item_id=item,
                location_id=parcel.location_id,
                quantity=quantity,
                line_item_id=line,
                allow_backorder=True,
            )
        )
    if changed:
        await service.change_reservations(ctx.session, changed)
    await service.reserve(ctx.session, new)
