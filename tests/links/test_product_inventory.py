"""What can be sold of a variant, and what is in stock of an item."""

from __future__ import annotations

import json
from typing import Any

from medusa.framework.db import Insert, Session
from medusa.framework.links import LinkService
from medusa.framework.query import Fields, Query
from medusa.links.product import VARIANT_INVENTORY_ITEM
from medusa.links.stock_location import SALES_CHANNEL_STOCK_LOCATION
from medusa.modules.inventory.models import InventoryItem, InventoryLevel
from medusa.modules.product.models import Product, ProductVariant

LINKS = LinkService()


async def shop(session: Session, **variant: Any) -> None:
    """A kit of two screws and a board; screws lie in two places, the board in one."""
    await session.write(Insert(Product, [{"id": "prod_1", "title": "P", "handle": "p"}]))
    await session.write(Insert(ProductVariant, [{"id": "variant_1", "title": "V", "product_id": "prod_1"} | variant]))
    await session.write(Insert(InventoryItem, [{"id": "screw"}, {"id": "board"}]))
    levels = [("screw", "sloc_1", 10, 3), ("screw", "sloc_2", 5, 0), ("board", "sloc_1", 4, 1)]
    await session.write(
        Insert(
            InventoryLevel,
            [
                {"inventory_item_id": item, "location_id": place, "stocked_quantity": stock, "reserved_quantity": kept}
                for item, place, stock, kept in levels
            ],
        )
    )
    pairs = [("sc_1", "sloc_1"), ("sc_1", "sloc_2"), ("sc_2", "sloc_2")]
    await LINKS.create(session, SALES_CHANNEL_STOCK_LOCATION, pairs)


async def variant(query: Query, session: Session, *channels: str) -> Any:
    context = {"sales_channel_ids": list(channels)} if channels else None
    found = await query.one(
        session, "product_variant", "variant_1", fields=Fields.of("inventory_quantity"), context=context
    )
    assert found is not None
    return json.loads(found)


async def test_the_scarcest_item_decides(query: Query, session: Session) -> None:
    await shop(session)
    await LINKS.create(session, VARIANT_INVENTORY_ITEM, [("variant_1", "screw", {"required_quantity": 2})])
    assert (await variant(query, session))["inventory_quantity"] == 6
    assert (await variant(query, session, "sc_1"))["inventory_quantity"] == 6
    assert (await variant(query, session, "sc_2"))["inventory_quantity"] == 2
    assert (await variant(query, session, "sc_3"))["inventory_quantity"] == 0
    await LINKS.create(session, VARIANT_INVENTORY_ITEM, [("variant_1", "board")])
    assert (await variant(query, session, "sc_1"))["inventory_quantity"] == 3
    assert (await variant(query, session, "sc_2"))["inventory_quantity"] == 0


async def test_a_variant_without_items_has_none(query: Query, session: Session) -> None:
    await shop(session)
    assert await variant(query, session) == {"id": "variant_1", "manage_inventory": True, "inventory_quantity": 0}


async def test_nothing_is_said_of_a_variant_whose_stock_is_not_managed(query: Query, session: Session) -> None:
    await shop(session, manage_inventory=False)
    assert await variant(query, session) == {"id": "variant_1", "manage_inventory": False}


async def test_items_tell_their_stock_where_it_is_named(query: Query, session: Session) -> None:
    await shop(session)
    found = await query.one(
        session, "inventory_item", "screw", fields=Fields.of("stocked_quantity,reserved_quantity,*location_levels")
    )
    assert found is not None
    item = json.loads(found)
    assert (item["stocked_quantity"], item["reserved_quantity"]) == (15, 3)
    assert [level["available_quantity"] for level in item["location_levels"]] == [7, 5]
    found = await query.one(session, "inventory_item", "screw", fields=Fields.of("*"))
    assert found is not None
    assert json.loads(found)["stocked_quantity"] is None
