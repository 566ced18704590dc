"""Stock: items, how many of them are where, and what is set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from medusa.framework.db import Insert, Session, SoftDelete, Update
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import changed_columns, merge_metadata
from medusa.modules.inventory import stock_sql
from medusa.modules.inventory.errors import (
    ItemsReserved,
    ItemUnknown,
    LevelReserved,
    LevelsInUse,
    LevelsStocked,
    LevelUnknown,
    NotEnoughStock,
    NotStocked,
    ReservationsUnknown,
)
from medusa.modules.inventory.models import InventoryItem, InventoryLevel, ReservationItem
from medusa.modules.inventory.types import NewReservation, ReservationChange, StockChange

_encode = msgspec.json.Encoder(decimal_format="number").encode
Row = dict[str, Any]


class InventoryService(ModuleService):
    """Stock and reservations."""

    inventory_items = Crud(InventoryItem)
    inventory_levels = Crud(InventoryLevel)
    reservation_items = Crud(ReservationItem)

    # --- levels

    async def add_levels(self, session: Session, levels: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Stock items at locations where they are not stocked yet; the rows."""
        return [dict(row) for row in await session.write_returning(Insert(InventoryLevel, levels))]

    async def set_levels(self, session: Session, levels: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Put ``stocked_quantity`` and ``incoming_quantity`` of levels (by item and location) to a value; their rows.

        A row also says what was ``available_before``.

        Raises:
            NotStocked: An item has no level at a location; then nothing may be committed.
        """
        session.touch("inventory_level")
        rows = [dict(row) for row in await session.fetch(stock_sql.SET_LEVELS, _json(levels))] if levels else []
        found = {(row["inventory_item_id"], row["location_id"]): row for row in rows}
        pairs = [(level["inventory_item_id"], level["location_id"]) for level in levels]
        if missing := [pair for pair in pairs if pair not in found]:
            raise NotStocked(*missing[0])
        return [found[pair] for pair in pairs]

    async def adjust(self, session: Session, changes: Sequence[StockChange]) -> None:
        """Add to the figures of levels; simultaneous changes add up.

        Raises:
            NotStocked: An item has no level at a location; then nothing may be committed.
        """
        if not changes:
            return
        session.touch("inventory_level")
        rows = await session.fetch(stock_sql.ADJUST, _json(changes))
        pairs = [(change.inventory_item_id, change.location_id) for change in changes]
        _check_found(pairs, [dict(row) for row in rows])

    async def delete_levels(self, session: Session, ids: Sequence[str], *, force: bool = False) -> None:
        """Delete levels (soft), those with stock only by force. Unknown ids are passed over.

        Raises:
            LevelsInUse: Something is reserved or on its way.
            LevelsStocked: Something is in stock.
        """
        levels = await session.fetch(stock_sql.DELETE_LEVELS.format(condition="l.id = ANY($1)"), list(ids))
        _check_deletable([dict(level) for level in levels], force=force)
        await session.write(SoftDelete(InventoryLevel, [level["id"] for level in levels]))

    async def delete_level(self, session: Session, item_id: str, location_id: str) -> str:
        """Delete the level of an item at a location (soft); its id.

        Raises:
            LevelUnknown, LevelReserved, LevelsInUse, LevelsStocked: It cannot go.
        """
        condition = "l.inventory_item_id = $1 AND l.location_id = $2"
        levels = await session.fetch(stock_sql.DELETE_LEVELS.format(condition=condition), item_id, location_id)
        if not levels:
            raise LevelUnknown(item_id, location_id)
        level = dict(levels[0])
        if level["reserved_quantity"] > 0:
            raise LevelReserved(item_id, location_id)
        _check_deletable([level], force=False)
        await session.write(SoftDelete(InventoryLevel, [level["id"]]))
        return str(level["id"])

    async def update_items(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change items by ``id``; raises ItemUnknown."""
        ids = [str(row["id"]) for row in rows]
        present = {row.id: row for row in await self.inventory_items.list(session, {"id": ids}, for_update=True)}
        if unknown := [id for id in ids if id not in present]:
            raise ItemUnknown(unknown[0])
        changes = [(id, changed_columns(present[id], row)) for id, row in zip(ids, rows, strict=True)]
        await session.write(*(Update(InventoryItem, [{**changed, "id": id}]) for id, changed in changes if changed))

    async def delete_items(self, session: Session, ids: Sequence[str]) -> None:
        """Delete items with their levels (soft).

        Raises:
            ItemsReserved: There are reservations of some.
        """
        reserved = await session.fetch(
            "SELECT DISTINCT inventory_item_id AS id FROM reservation_item "
            "WHERE inventory_item_id = ANY($1) AND deleted_at IS NULL ORDER BY 1",
            list(ids),
        )
        if reserved:
            raise ItemsReserved([row["id"] for row in reserved])
        await session.write(SoftDelete(InventoryItem, ids), SoftDelete(InventoryLevel, ids, "inventory_item_id"))

    # --- reservations

    async def reserve(self, session: Session, reservations: Sequence[NewReservation]) -> list[str]:
        """Set stock aside, all of it or (when the caller rolls back) none; the ids. One statement.

        Raises:
            NotStocked: An item has no level at a location.
            NotEnoughStock: Less is available.
        """
        if not reservations:
            return []
        rows = [
            {**msgspec.structs.asdict(item), "id": generate_id(ReservationItem.__prefix__)} for item in reservations
        ]
        wanted = [
            _level_change(
                item.inventory_item_id, item.location_id, item.quantity, None if item.allow_backorder else item.quantity
            )
            for item in reservations
        ]
        await self._reserve(session, stock_sql.RESERVE, wanted, rows)
        return [row["id"] for row in rows]

    async def change_reservations(self, session: Session, changes: Sequence[ReservationChange]) -> None:
        """Change reservations; the levels they leave and join follow. Two statements.

        Raises:
            ReservationsUnknown: One does not exist.
            NotStocked, NotEnoughStock: The stock does not allow it.
        """
        ids = [change.id for change in changes]
        present = {row.id: row for row in await self.reservation_items.list(session, {"id": ids}, for_update=True)}
        if unknown := [id for id in ids if id not in present]:
            raise ReservationsUnknown(unknown)
        wanted: list[Row] = []
        rows: list[Row] = []
        for change in changes:
            row = _changed(present[change.id], change)
            rows.append(row)
            wanted += _moves(present[change.id], row)
        await self._reserve(session, stock_sql.CHANGE_RESERVATIONS, wanted, rows)

    async def delete_reservations(self, session: Session, ids: Sequence[str]) -> None:
        """Give up reservations (soft); the stock is free again. One statement."""
        await self._release(session, "id", ids, undo=False)

    async def delete_reservations_of(self, session: Session, line_item_ids: Sequence[str]) -> None:
        """Give up the reservations of line items (soft). One statement."""
        await self._release(session, "line_item_id", line_item_ids, undo=False)

    async def restore_reservations_of(self, session: Session, line_item_ids: Sequence[str]) -> None:
        """Bring the reservations of line items back. One statement."""
        await self._release(session, "line_item_id", line_item_ids, undo=True)

    async def _release(self, session: Session, column: str, ids: Sequence[str], *, undo: bool) -> None:
        session.touch("inventory_level", "reservation_item")
        await session.execute(stock_sql.release(column, undo=undo), list(ids))

    async def _reserve(self, session: Session, sql: str, wanted: Sequence[Row], rows: Sequence[Row]) -> None:
        session.touch("inventory_level", "reservation_item")
        taken = await session.fetch(sql, _json(wanted), _json(rows))
        done = {(row["inventory_item_id"], row["location_id"]) for row in taken}
        pairs = [(item["inventory_item_id"], item["location_id"]) for item in wanted]
        if refused := [pair for pair in dict.fromkeys(pairs) if pair not in done]:
            levels = await self.inventory_levels.list(session, {"inventory_item_id": [pair[0] for pair in refused]})
            _check_found(refused, [{"inventory_item_id": row.inventory_item_id, "location_id": row.location_id}
                                   for row in levels])  # fmt: skip
            raise NotEnoughStock(*refused[0])


def _json(value: Any) -> str:
    return _encode(value).decode()


def _check_found(pairs: Iterable[tuple[str, str]], rows: Iterable[Mapping[str, Any]]) -> None:
    found = {(row["inventory_item_id"], row["location_id"]) for row in rows}
    if missing := [pair for pair in pairs if pair not in found]:
        raise NotStocked(*missing[0])


def _check_deletable(levels: Sequence[Row], *, force: bool) -> None:
    if used := [row["location_id"] for row in levels if row["reserved_quantity"] > 0 or row["incoming_quantity"] > 0]:
        raise LevelsInUse(used)
    if not force and (stocked := [row["location_id"] for row in levels if row["stocked_quantity"] > 0]):
        raise LevelsStocked(stocked)


def _level_change(item_id: str, location_id: str, quantity: Decimal, firm: Decimal | None) -> Row:
    needed = firm if firm is not None and firm > 0 else None
    return {"inventory_item_id": item_id, "location_id": location_id, "quantity": quantity, "firm": needed}


def _changed(row: ReservationItem, change: ReservationChange) -> Row:
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    if "metadata" in given:
        given["metadata"] = merge_metadata(row.metadata_, given["metadata"])
    return {
        "location_id": row.location_id,
        "quantity": row.quantity,
        "description": row.description,
        "metadata": row.metadata_,
        **given,
    }


def _moves(before: ReservationItem, after: Row) -> list[Row]:
    """What the levels of a changed reservation lose and gain."""
    item, quantity = before.inventory_item_id, Decimal(after["quantity"])
    if before.location_id == after["location_id"]:
        grown = quantity - before.quantity
        return [_level_change(item, before.location_id, grown, None if before.allow_backorder else grown)]
    return [
        _level_change(item, before.location_id, -before.quantity, None),
        _level_change(item, after["location_id"], quantity, None if before.allow_backorder else quantity),
    ]
