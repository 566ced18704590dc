"""Figures of stock under rivals: real connections, real commits."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from medusa.framework.app import App
from medusa.framework.db import Session
from medusa.framework.ids import generate_id
from medusa.modules.inventory import (
    InventoryService,
    NewReservation,
    NotEnoughStock,
    NotStocked,
    ReservationChange,
    StockChange,
)

HERE, THERE = "sloc_here", "sloc_there"


@pytest.fixture
def inventory(app: App) -> InventoryService:
    return app.service(InventoryService)


@pytest.fixture
async def item(app: App, inventory: InventoryService) -> str:
    """An item with 10 pieces here and 5 there; committed, so that rivals see it."""
    id = generate_id("iitem")
    async with app.database.session() as session:
        await inventory.inventory_items.create(session, [{"id": id, "sku": id}])
        await inventory.add_levels(
            session,
            [
                {"inventory_item_id": id, "location_id": HERE, "stocked_quantity": 10},
                {"inventory_item_id": id, "location_id": THERE, "stocked_quantity": 5},
            ],
        )
    return id


def wanted(item: str, quantity: int, location: str = HERE, **more: str | bool) -> NewReservation:
    return NewReservation(
        inventory_item_id=item,
        location_id=location,
        quantity=Decimal(quantity),
        line_item_id=str(more.get("line", "")) or None,
        allow_backorder=bool(more.get("allow_backorder")),
    )


async def figures(session: Session, item: str, location: str = HERE) -> tuple[int, int]:
    """(stocked, reserved) of the item's level."""
    row = await session.fetch_row(
        "SELECT stocked_quantity, reserved_quantity FROM inventory_level "
        "WHERE inventory_item_id = $1 AND location_id = $2 AND deleted_at IS NULL",
        item,
        location,
    )
    assert row is not None
    return int(row[0]), int(row[1])


async def test_simultaneous_adjustments_add_up(app: App, inventory: InventoryService, item: str) -> None:
    async def adjust(number: int) -> None:
        async with app.database.session() as session:
            here = StockChange(inventory_item_id=item, location_id=HERE, stocked=Decimal(1), reserved=Decimal(2))
            there = StockChange(inventory_item_id=item, location_id=THERE, stocked=Decimal(-1))
            await inventory.adjust(session, [here, there] if number % 2 else [there, here])

    await asyncio.gather(*[adjust(number) for number in range(30)])
    async with app.database.reader() as session:
        assert await figures(session, item) == (40, 60)
        assert await figures(session, item, THERE) == (-25, 0)


async def test_rivals_never_reserve_more_than_there_is(app: App, inventory: InventoryService, item: str) -> None:
    async def reserve() -> bool:
        try:
            async with app.database.session() as session:
                await inventory.reserve(session, [wanted(item, 1), wanted(item, 2)])
        except NotEnoughStock:
            return False
        return True

    done = await asyncio.gather(*[reserve() for _ in range(20)])
    assert sum(done) == 3
    async with app.database.reader() as session:
        assert await figures(session, item) == (10, 9)
        assert len(await inventory.reservation_items.list(session, {"inventory_item_id": item})) == 6


async def test_reserving_is_all_or_nothing(app: App, inventory: InventoryService, item: str) -> None:
    with pytest.raises(NotEnoughStock, match=f"item {item} at location {THERE}"):
        async with app.database.session() as session:
            await inventory.reserve(session, [wanted(item, 10), wanted(item, 6, THERE)])
    with pytest.raises(NotStocked, match=f"Item {item} is not stocked at location sloc_none"):
        async with app.database.session() as session:
            await inventory.reserve(session, [wanted(item, 1), wanted(item, 1, "sloc_none")])
    async with app.database.reader() as session:
        assert await figures(session, item) == (10, 0)
        assert await figures(session, item, THERE) == (5, 0)
        assert await inventory.reservation_items.list(session, {"inventory_item_id": item}) == []


async def test_backorder_reserves_beyond_the_stock(session: Session, inventory: InventoryService, item: str) -> None:
    await inventory.reserve(session, [wanted(item, 25, allow_backorder=True)])
    assert await figures(session, item) == (10, 25)
    with pytest.raises(NotEnoughStock):
        await inventory.reserve(session, [wanted(item, 1)])


async def test_change_moves_the_reserved_quantity(session: Session, inventory: InventoryService, item: str) -> None:
    [id] = await inventory.reserve(session, [wanted(item, 4)])
    await inventory.change_reservations(session, [ReservationChange(id=id, quantity=Decimal(10))])
    assert await figures(session, item) == (10, 10)
    await inventory.change_reservations(session, [ReservationChange(id=id, quantity=Decimal(5), location_id=THERE)])
    assert await figures(session, item) == (10, 0)
    assert await figures(session, item, THERE) == (5, 5)


async def test_change_beyond_the_stock_is_refused(session: Session, inventory: InventoryService, item: str) -> None:
    [id, _] = await inventory.reserve(session, [wanted(item, 4), wanted(item, 3)])
    with pytest.raises(NotEnoughStock):
        await inventory.change_reservations(session, [ReservationChange(id=id, quantity=Decimal(8))])
    with pytest.raises(NotEnoughStock):
        await inventory.change_reservations(session, [ReservationChange(id=id, quantity=Decimal(6), location_id=THERE)])


async def test_reservations_of_lines_go_and_come_back(session: Session, inventory: InventoryService, item: str) -> None:
    await inventory.reserve(session, [wanted(item, 2, line="a"), wanted(item, 3, line="b"), wanted(item, 1, line="c")])
    await inventory.delete_reservations_of(session, ["a", "b"])
    assert await figures(session, item) == (10, 1)
    await inventory.delete_reservations_of(session, ["a"])
    assert await figures(session, item) == (10, 1)
    await inventory.restore_reservations_of(session, ["a", "b"])
    assert await figures(session, item) == (10, 6)


async def test_reserving_and_changing_are_one_and_two_statements(
    session: Session, inventory: InventoryService, item: str
) -> None:
    before = session.statements
    [id, _] = await inventory.reserve(session, [wanted(item, 1), wanted(item, 1, THERE)])
    assert session.statements - before == 1
    await inventory.change_reservations(session, [ReservationChange(id=id, quantity=Decimal(2))])
    assert session.statements - before == 3
    await inventory.delete_reservations(session, [id])
    assert session.statements - before == 4
