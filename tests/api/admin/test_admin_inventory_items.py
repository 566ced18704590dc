from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.testing.clients import Client


@pytest.fixture
async def places(admin: Client) -> Any:
    """Two stock locations."""
    ids = [(await admin.post("/stock-locations", {"name": name}))["stock_location"]["id"] for name in ("One", "Two")]
    yield ids
    for id in ids:
        await admin.delete(f"/stock-locations/{id}")


@pytest.fixture
async def item(admin: Client, places: list[str]) -> Any:
    body = {
        "sku": "box-1",
        "title": "Box",
        "weight": Decimal("1.5"),
        "location_levels": [{"location_id": places[0], "stocked_quantity": 7}],
    }
    made = (await admin.post("/inventory-items", body))["inventory_item"]
    yield made
    for reservation in (await admin.get("/reservations", {"inventory_item_id": made["id"]}))["reservations"]:
        await admin.delete(f"/reservations/{reservation['id']}")
    await admin.delete(f"/inventory-items/{made['id']}")


def quantities(item: Any, place: str) -> tuple[int, int, int]:
    """(stocked, reserved, available) of a level."""
    [level] = [level for level in item["location_levels"] if level["location_id"] == place]
    return level["stocked_quantity"], level["reserved_quantity"], level["available_quantity"]


async def read(admin: Client, item: Any) -> Any:
    return (await admin.get(f"/inventory-items/{item['id']}"))["inventory_item"]


async def test_item_comes_with_its_levels(item: Any, places: list[str]) -> None:
    assert item["id"].startswith("iitem_")
    assert (item["sku"], item["weight"], item["requires_shipping"]) == ("box-1", 2, True)
    assert (item["stocked_quantity"], item["reserved_quantity"]) == (7, 0)
    assert quantities(item, places[0]) == (7, 0, 7)


async def test_taken_sku_is_refused(admin: Client, item: Any) -> None:
    answer = await admin.post("/inventory-items", {"sku": "box-1"}, expect=400)
    assert answer == {"type": "invalid_data", "message": "Inventory item with sku: box-1, already exists."}


async def test_unknown_location_leaves_no_item_behind(admin: Client) -> None:
    body = {"sku": "lost", "location_levels": [{"location_id": "sloc_none", "stocked_quantity": 1}]}
    answer = await admin.post("/inventory-items", body, expect=404)
    assert answer["message"] == "Stock locations with ids: sloc_none was not found"
    assert (await admin.get("/inventory-items", {"sku": "lost"}))["count"] == 0


@pytest.mark.parametrize("quantity", [-1, "3", None])
async def test_bad_quantities_are_refused(admin: Client, item: Any, places: list[str], quantity: object) -> None:
    path = f"/inventory-items/{item['id']}/location-levels/{places[0]}"
    await admin.post(path, {"stocked_quantity": quantity}, expect=400)
    assert quantities(await read(admin, item), places[0]) == (7, 0, 7)


async def test_batch_is_all_or_nothing(admin: Client, item: Any, places: list[str]) -> None:
    one, two = places
    level = {"inventory_item_id": item["id"], "stocked_quantity": 4}
    body = {"create": [{**level, "location_id": two}], "update": [{**level, "location_id": "sloc_none"}]}
    answer = await admin.post("/inventory-items/location-levels/batch", body, expect=404)
    assert answer["message"] == f"Item {item['id']} is not stocked at location sloc_none"
    assert len((await read(admin, item))["location_levels"]) == 1

    body = {"create": [{**level, "location_id": two}], "update": [{**level, "location_id": one}], "delete": []}
    done = await admin.post("/inventory-items/location-levels/batch", body)
    assert [created["stocked_quantity"] for created in done["created"]] == [4]
    assert "available_quantity" not in done["created"][0]
    assert (done["updated"][0]["stocked_quantity"], done["updated"][0]["available_quantity"]) == (4, 7)
    assert done["updated"][0]["raw_stocked_quantity"] == {"value": "4", "precision": 20}


async def test_level_with_stock_or_reservations_stays(admin: Client, item: Any, places: list[str]) -> None:
    path = f"/inventory-items/{item['id']}/location-levels/{places[0]}"
    assert (await admin.delete(path, expect=400))["message"] == (
        f"Cannot remove Inventory Levels for {places[0]} because there are stocked items at the locations. "
        "Use force flag to delete anyway."
    )
    body = {"inventory_item_id": item["id"], "location_id": places[0], "quantity": 2}
    reservation = (await admin.post("/reservations", body))["reservation"]["id"]
    assert (await admin.delete(path, expect=400))["message"] == (
        f"Cannot remove Inventory Level {item['id']} at Location {places[0]} because there are reservations at location"
    )
    assert (await admin.delete(f"/inventory-items/{item['id']}", expect=400))["message"] == (
        f"Cannot remove following inventory item(s) since they have reservations: [{item['id']}]."
    )
    await admin.delete(f"/reservations/{reservation}")
    await admin.post(path, {"stocked_quantity": 0})
    gone = await admin.delete(path)
    assert (gone["object"], gone["deleted"], gone["parent"]["location_levels"]) == ("inventory-level", True, [])
    await admin.delete(path, expect=404)


async def test_reservation_follows_its_quantity(admin: Client, item: Any, places: list[str]) -> None:
    body = {"inventory_item_id": item["id"], "location_id": places[0], "quantity": 5, "description": "Kept"}
    reservation = (await admin.post("/reservations", body))["reservation"]
    assert (reservation["quantity"], reservation["inventory_item"]["reserved_quantity"]) == (5, 5)
    path = f"/reservations/{reservation['id']}"
    await admin.post(path, {"quantity": 7})
    assert quantities(await read(admin, item), places[0]) == (7, 7, 0)
    answer = await admin.post(path, {"quantity": 8}, expect=400)
    assert answer == {
        "type": "not_allowed",
        "message": f"Not enough stock available for item {item['id']} at location {places[0]}",
    }
    assert quantities(await read(admin, item), places[0]) == (7, 7, 0)
    await admin.delete(path)
    await admin.delete(path)
    assert quantities(await read(admin, item), places[0]) == (7, 0, 7)
    await admin.get(path, expect=404)


async def test_items_are_found_by_level_and_search(admin: Client, item: Any, places: list[str]) -> None:
    found = await admin.get("/inventory-items", {"location_levels[location_id]": places[0]})
    assert ([one["id"] for one in found["inventory_items"]], found["limit"]) == ([item["id"]], 20)
    assert (await admin.get("/inventory-items", {"q": "box-1"}))["count"] == 1
    assert (await admin.get("/inventory-items", {"q": "box-2"}))["count"] == 0


async def test_statement_counts(admin: Client, item: Any, places: list[str], statements: list[str]) -> None:
    level = {"inventory_item_id": item["id"], "location_id": places[1], "stocked_quantity": 4}
    for path, count in (("/inventory-items", 1), (f"/inventory-items/{item['id']}", 1), ("/reservations", 1)):
        statements.clear()
        await admin.get(path)
        assert len(statements) == count, path
    statements.clear()
    await admin.post("/inventory-items/location-levels/batch", {"create": [level]})
    assert len(statements) == 4  # BEGIN, the location, the level, COMMIT
    statements.clear()
    await admin.post("/inventory-items/location-levels/batch", {"update": [level]})
    assert len(statements) == 3
    statements.clear()
    body = {"inventory_item_id": item["id"], "location_id": places[1], "quantity": 1}
    await admin.post("/reservations", body)
    assert len(statements) == 4  # BEGIN, the reservation, COMMIT, the answer
