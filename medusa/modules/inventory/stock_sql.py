"""The statements that change stock: counters move by what they are told, under row locks taken in id order.

Two requests that change one level at the same time wait for each other and add up; what is checked is checked on the
row as it is after the wait.
"""

from __future__ import annotations

_PAIRS = (
    "held AS MATERIALIZED (SELECT l.id, {columns} FROM inventory_level AS l JOIN wanted AS w "
    "ON w.inventory_item_id = l.inventory_item_id AND w.location_id = l.location_id "
    "WHERE l.deleted_at IS NULL ORDER BY l.id FOR UPDATE OF l)"
)

_RESERVE = (
    "wanted AS (SELECT inventory_item_id, location_id, sum(quantity) AS quantity, sum(firm) AS firm "
    "FROM json_to_recordset($1::text::json) "
    "AS r(inventory_item_id text, location_id text, quantity numeric, firm numeric) GROUP BY 1, 2), "
    + _PAIRS.format(columns="w.quantity, w.firm")
    + ", levels AS (UPDATE inventory_level AS l SET reserved_quantity = l.reserved_quantity + h.quantity, "
    "updated_at = now() FROM held AS h WHERE l.id = h.id "
    "AND (h.firm IS NULL OR l.stocked_quantity - l.reserved_quantity >= h.firm) "
    "RETURNING l.inventory_item_id, l.location_id)"
)

_TYPED = (
    "r(id text, inventory_item_id text, location_id text, quantity numeric, line_item_id text, description text, "
    "external_id text, created_by text, allow_backorder boolean, metadata jsonb)"
)
_COLUMNS = (
    "id, inventory_item_id, location_id, quantity, line_item_id, description, external_id, created_by, "
    "allow_backorder, metadata"
)

RESERVE = (
    f"WITH {_RESERVE}, made AS (INSERT INTO reservation_item ({_COLUMNS}) "
    f"SELECT {_COLUMNS} FROM json_to_recordset($2::text::json) AS {_TYPED} JOIN levels USING (inventory_item_id, location_id)) "
    "SELECT inventory_item_id, location_id FROM levels"
)
"""``$1``: what each level's reserved quantity grows by, and how much of it must be available; ``$2``: the reservations.
Yields the levels that could take it."""

CHANGE_RESERVATIONS = (
    f"WITH {_RESERVE}, changed AS (UPDATE reservation_item AS t SET location_id = r.location_id, quantity = r.quantity, "
    "description = r.description, metadata = r.metadata, updated_at = now() "
    "FROM json_to_recordset($2::text::json) AS r(id text, location_id text, quantity numeric, description text, "
    "metadata jsonb) WHERE t.id = r.id) SELECT inventory_item_id, location_id FROM levels"
)
"""Like :data:`RESERVE`, for reservations that exist and are locked."""

_RELEASE = (
    "WITH gone AS (UPDATE reservation_item SET deleted_at = {deleted} WHERE {column} = ANY($1) "
    "AND deleted_at IS {state} RETURNING inventory_item_id, location_id, quantity), "
    "wanted AS (SELECT inventory_item_id, location_id, sum(quantity) AS quantity FROM gone GROUP BY 1, 2), "
    + _PAIRS.replace("{columns}", "w.quantity")
    + " UPDATE inventory_level AS l SET reserved_quantity = l.reserved_quantity {sign} h.quantity, updated_at = now() "
    "FROM held AS h WHERE l.id = h.id"
)


def release(column: str, *, undo: bool = False) -> str:
    """Delete (soft) or bring back reservations by ``id`` or ``line_item_id``; their levels follow."""
    if undo:
        return _RELEASE.format(deleted="NULL", state="NOT NULL", sign="+", column=column)
    return _RELEASE.format(deleted="now()", state="NULL", sign="-", column=column)


ADJUST = (
    "WITH wanted AS (SELECT inventory_item_id, location_id, sum(stocked) AS stocked, sum(reserved) AS reserved, "
    "sum(incoming) AS incoming FROM json_to_recordset($1::text::json) AS r(inventory_item_id text, location_id text, "
    "stocked numeric, reserved numeric, incoming numeric) GROUP BY 1, 2), "
    + _PAIRS.format(columns="w.stocked, w.reserved, w.incoming")
    + " UPDATE inventory_level AS l SET stocked_quantity = l.stocked_quantity + h.stocked, "
    "reserved_quantity = l.reserved_quantity + h.reserved, incoming_quantity = l.incoming_quantity + h.incoming, "
    "updated_at = now() FROM held AS h WHERE l.id = h.id RETURNING l.inventory_item_id, l.location_id"
)
"""Add to the figures of levels; yields the levels that exist."""

SET_LEVELS = (
    "WITH wanted AS (SELECT * FROM json_to_recordset($1::text::json) AS r(inventory_item_id text, location_id text, "
    "stocked_quantity numeric, incoming_quantity numeric)), "
    + _PAIRS.format(
        columns="w.stocked_quantity AS stocked, w.incoming_quantity AS incoming, "
        "l.stocked_quantity - l.reserved_quantity AS available"
    )
    + " UPDATE inventory_level AS l SET stocked_quantity = coalesce(h.stocked, l.stocked_quantity), "
    "incoming_quantity = coalesce(h.incoming, l.incoming_quantity), updated_at = now() "
    "FROM held AS h WHERE l.id = h.id RETURNING l.*, h.available AS available_before"
)
"""Put figures of levels to a value; yields the levels, with what was available before."""

DELETE_LEVELS = (
    "WITH held AS MATERIALIZED (SELECT l.* FROM inventory_level AS l WHERE {condition} AND l.deleted_at IS NULL "
    "ORDER BY l.id FOR UPDATE) SELECT * FROM held"
)
