"""What can be sold of a variant, and what an inventory item has in stock.

Context: ``sales_channel_ids`` (list): stock counts at the locations of these sales channels; without it, everywhere.
"""

from __future__ import annotations

from medusa.framework.query import SqlBuild, computed, computed_set
from medusa.modules.inventory.models import InventoryItem, InventoryLevel
from medusa.modules.product.models import ProductVariant


@computed_set(ProductVariant, "inventory_quantity", omit=True, also=["manage_inventory"])
def inventory_quantity(build: SqlBuild, rows: str) -> str:
    """How many of the variant its inventory items suffice for; nothing where its inventory is not managed.

    The scarcest item decides; each counts by its required quantity, over all locations, less what is reserved.
    """
    place = ""
    if build.has("sales_channel_ids"):
        channels = build.context("sales_channel_ids", "text[]")
        place = (
            " AND l.location_id = ANY (ARRAY(SELECT c.stock_location_id FROM sales_channel_stock_location AS c "
            f"WHERE c.sales_channel_id = ANY({channels}) AND c.deleted_at IS NULL))"
        )
    items = (
        "SELECT i.variant_id, i.inventory_item_id, i.required_quantity FROM product_variant_inventory_item AS i "
        f"WHERE i.variant_id = ANY(ARRAY(SELECT v.id FROM {rows} AS v WHERE v.manage_inventory)) "
        "AND i.deleted_at IS NULL"
    )
    stock = (
        "SELECT l.inventory_item_id, sum(l.stocked_quantity - l.reserved_quantity) AS available "
        "FROM inventory_level AS l WHERE l.inventory_item_id = ANY(ARRAY(SELECT i.inventory_item_id FROM items AS i)) "
        f"AND l.deleted_at IS NULL{place} GROUP BY l.inventory_item_id"
    )
    suffices = "floor(coalesce(s.available, 0) / nullif(i.required_quantity, 0))"
    return (
        f"WITH items AS MATERIALIZED ({items}) SELECT v.id AS key, "
        f"CASE WHEN v.manage_inventory THEN coalesce(min({suffices}), 0) END AS value FROM {rows} AS v "
        "FULL JOIN items AS i ON i.variant_id = v.id "
        f"FULL JOIN ({stock}) AS s ON s.inventory_item_id = i.inventory_item_id GROUP BY v.id, v.manage_inventory"
    )


def _level_sum(column: str, row: str) -> str:
    return (
        f"SELECT trim_scale(coalesce(sum(v.{column}), 0)) FROM inventory_level AS v "
        f'WHERE v.inventory_item_id = {row}."id" AND v.deleted_at IS NULL'
    )


@computed(InventoryItem, "stocked_quantity", null_in_star=True)
def stocked_quantity(build: SqlBuild, row: str) -> str:
    """Stock of the item at all locations."""
    return _level_sum("stocked_quantity", row)


@computed(InventoryItem, "reserved_quantity", null_in_star=True)
def reserved_quantity(build: SqlBuild, row: str) -> str:
    """Reserved of the item at all locations."""
    return _level_sum("reserved_quantity", row)


@computed(InventoryLevel, "available_quantity", in_star=True)
def available_quantity(build: SqlBuild, row: str) -> str:
    """Stocked less reserved at the location."""
    return f'trim_scale({row}."stocked_quantity" - {row}."reserved_quantity")'
