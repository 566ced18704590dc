"""What can be sold of a variant, and what an inventory item has in stock.

Context: ``sales_channel_ids`` (list): stock counts at the locations of these sales channels; without it, everywhere.
"""

from __future__ import annotations

from medusa.framework.query import computed
from medusa.framework.query.registry import SqlBuild
from medusa.modules.inventory.models import InventoryItem, InventoryLevel
from medusa.modules.product.models import ProductVariant


@computed(ProductVariant, "inventory_quantity", omit=True, also=["manage_inventory"])
def inventory_quantity(build: SqlBuild, row: str) -> str:
    """How many of the variant its inventory items suffice for; nothing where its inventory is not managed.

    The scarcest item decides; each counts by its required quantity, over all locations, less what is reserved.
    """
    place = ""
    if build.has("sales_channel_ids"):
        channels = build.context("sales_channel_ids", "text[]")
        place = (
            " AND v.location_id = ANY (ARRAY(SELECT c.stock_location_id FROM sales_channel_stock_location AS c "
            f"WHERE c.sales_channel_id = ANY({channels}) AND c.deleted_at IS NULL))"
        )
    item = (
        "SELECT floor(coalesce(sum(v.stocked_quantity - v.reserved_quantity), 0) "
        "/ nullif(l.required_quantity, 0)) AS quantity FROM inventory_level AS v "
        f"WHERE v.inventory_item_id = l.inventory_item_id AND v.deleted_at IS NULL{place}"
    )
    return (
        f'CASE WHEN {row}."manage_inventory" THEN (SELECT coalesce(min(i.quantity), 0) '
        f"FROM product_variant_inventory_item AS l CROSS JOIN LATERAL ({item}) AS i "
        f'WHERE l.variant_id = {row}."id" AND l.deleted_at IS NULL) END'
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
