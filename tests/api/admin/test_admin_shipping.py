from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from medusa.framework.testing.clients import Client

_numbers = count(1)


@pytest.fixture
async def place(admin: Client) -> Any:
    """A location that ships by hand: its id, fulfillment set, zone and profile."""
    number = next(_numbers)
    location = (await admin.post("/stock-locations", {"name": f"Depot {number}"}))["stock_location"]["id"]
    await admin.post(f"/stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
    path = f"/stock-locations/{location}/fulfillment-sets"
    sets = await admin.post(path, {"name": f"Set {number}", "type": "shipping"}, {"fields": "*fulfillment_sets"})
    set_id = sets["stock_location"]["fulfillment_sets"][0]["id"]
    zone = {"name": f"Zone {number}", "geo_zones": [{"type": "country", "country_code": "gl"}]}
    zones = await admin.post(f"/fulfillment-sets/{set_id}/service-zones", zone)
    profile = (await admin.post("/shipping-profiles", {"name": f"Profile {number}", "type": "t"}))["shipping_profile"]
    found = {"location": location, "set": set_id, "profile": profile["id"]}
    yield {**found, "zone": zones["fulfillment_set"]["service_zones"][0]["id"]}
    await admin.delete(f"/stock-locations/{location}")


def option(place: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "Boat",
        "service_zone_id": place["zone"],
        "shipping_profile_id": place["profile"],
        "provider_id": "manual_manual",
        "price_type": "flat",
        "type": {"label": "Slow", "description": "By boat", "code": "slow"},
        "prices": [{"currency_code": "EUR", "amount": 8}],
        "rules": [{"attribute": "enabled_in_store", "operator": "eq", "value": "true"}],
        **more,
    }


async def test_location_keeps_what_its_address_does_not_change(admin: Client) -> None:
    body = {"name": "Depot", "address": {"address_1": "1 Road", "city": "Nuuk", "country_code": "gl"}}
    location = (await admin.post("/stock-locations", body))["stock_location"]
    assert location["address"]["id"].startswith("laddr_")
    changes = {"address": {"address_1": "2 Road", "country_code": "dk"}}
    changed = (await admin.post(f"/stock-locations/{location['id']}", changes))["stock_location"]
    assert (changed["address"]["id"], changed["address"]["city"]) == (location["address"]["id"], "Nuuk")
    assert changed["address"]["country_code"] == "dk"
    gone = await admin.delete(f"/stock-locations/{location['id']}")
    assert gone == {"id": location["id"], "object": "stock_location", "deleted": True}
    answer = await admin.get(f"/stock-locations/{location['id']}", expect=404)
    assert answer["message"] == f"Stock location with id: {location['id']} was not found"


@pytest.mark.parametrize(
    ("zone", "missing"),
    [
        ({"type": "city", "country_code": "gl"}, "type"),
        ({"type": "province", "country_code": "gl"}, "type"),
        ({"type": "continent", "country_code": "gl"}, "type"),
        ({"type": "country"}, "country_code"),
        ({}, "country_code"),
    ],
)
async def test_places_need_what_their_type_says(admin: Client, place: Any, zone: Any, missing: str) -> None:
    path = f"/fulfillment-sets/{place['set']}/service-zones"
    answer = await admin.post(path, {"name": "Odd", "geo_zones": [zone]}, expect=400)
    assert answer["message"] == f"Invalid request: Field 'geo_zones, 0, {missing}' is required"


async def test_zone_of_another_set_is_refused(admin: Client, place: Any) -> None:
    path = f"/fulfillment-sets/{place['set']}/service-zones"
    answer = await admin.post(f"{path}/serzo_none", {"name": "x"}, expect=404)
    assert answer["message"] == "Service zone with id: serzo_none not found on fulfillment set"
    answer = await admin.delete(f"/fulfillment-sets/none/service-zones/{place['zone']}", expect=404)
    assert answer["message"] == "FulfillmentSet with id: none was not found"
    assert (await admin.get(f"{path}/{place['zone']}"))["service_zone"]["id"] == place["zone"]


async def test_option_is_priced_by_currency_region_and_rules(admin: Client, place: Any) -> None:
    region = (await admin.post("/regions", {"name": "Greenland", "currency_code": "dkk"}))["region"]["id"]
    conditions = [{"attribute": "item_total", "operator": "gte", "value": 100}]
    prices = [
        {"currency_code": "EUR", "amount": 8},
        {"region_id": region, "amount": 60},
        {"currency_code": "eur", "amount": 0, "rules": conditions},
    ]
    made = (await admin.post("/shipping-options", option(place, prices=prices)))["shipping_option"]
    found = sorted((price["currency_code"], price["amount"], price["rules_count"]) for price in made["prices"])
    assert found == [("dkk", 60, 1), ("eur", 0, 1), ("eur", 8, 0)]
    rules = [rule for price in made["prices"] for rule in price["price_rules"]]
    assert sorted((rule["attribute"], rule["operator"], rule["value"]) for rule in rules) == [
        ("item_total", "gte", "100"),
        ("region_id", "eq", region),
    ]
    kept = next(price["id"] for price in made["prices"] if price["amount"] == 8)
    changes = {"prices": [{"id": kept, "amount": 9}, {"currency_code": "usd", "amount": 5}]}
    changed = (await admin.post(f"/shipping-options/{made['id']}", changes))["shipping_option"]
    assert sorted((price["currency_code"], price["amount"]) for price in changed["prices"]) == [("eur", 9), ("usd", 5)]
    assert next(price["id"] for price in changed["prices"] if price["amount"] == 9) == kept
    await admin.delete(f"/regions/{region}")


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"provider_id": "none"}, 400, "Providers (none) are not enabled for the service location"),
        ({"price_type": "calculated"}, 400, "Cannot calcuate pricing for: [Boat] shipping option(s)."),
        ({"prices": [{"amount": 1}]}, 400, "Invalid request: Field 'prices, 0, currency_code' is required"),
        (
            {"prices": [{"region_id": "x", "amount": 1}]},
            400,
            "Cannot create prices for non-existent regions. Region with ids [x] were not found.",
        ),
        (
            {"type_id": "x"},
            400,
            "Invalid request: Exactly one of 'type' or 'type_id' must be provided, but not both",
        ),
        (
            {"rules": [{"attribute": "a", "operator": "in", "value": "1"}]},
            400,
            "Rule value must be an array for in/nin operators",
        ),
        (
            {"shipping_profile_id": "x"},
            404,
            "You tried to set relationship shipping_profile_id: x, but such entity does not exist",
        ),
    ],
)
async def test_impossible_options_leave_nothing_behind(
    admin: Client, place: Any, changes: Any, status: int, message: str
) -> None:
    answer = await admin.post("/shipping-options", option(place, **changes), expect=status)
    assert answer["message"] == message
    assert (await admin.get("/shipping-options", {"service_zone_id": place["zone"]}))["count"] == 0


async def test_rules_change_one_by_one(admin: Client, place: Any) -> None:
    made = (await admin.post("/shipping-options", option(place)))["shipping_option"]
    path = f"/shipping-options/{made['id']}/rules/batch"
    done = await admin.post(path, {"create": [{"attribute": "customer", "operator": "in", "value": ["a", "b"]}]})
    [rule] = done["created"]
    await admin.post(path, {"update": [{"id": rule["id"], "attribute": "customer", "operator": "eq", "value": "c"}]})
    done = await admin.post(path, {"delete": [made["rules"][0]["id"]]})
    assert done["deleted"]["ids"] == [made["rules"][0]["id"]]
    rules = (await admin.get(f"/shipping-options/{made['id']}"))["shipping_option"]["rules"]
    assert [(rule["attribute"], rule["operator"], rule["value"]) for rule in rules] == [("customer", "eq", "c")]


async def test_what_is_used_cannot_be_deleted_and_zones_take_their_options(admin: Client, place: Any) -> None:
    made = (await admin.post("/shipping-options", option(place)))["shipping_option"]
    await admin.delete(f"/shipping-profiles/{place['profile']}", expect=400)
    answer = await admin.delete(f"/shipping-option-types/{made['type']['id']}", expect=400)
    assert answer["message"] == "Cannot delete shipping option type because some shipping options are using it."
    gone = await admin.delete(f"/fulfillment-sets/{place['set']}/service-zones/{place['zone']}")
    assert (gone["object"], gone["parent"]["id"]) == ("service_zone", place["set"])
    await admin.get(f"/shipping-options/{made['id']}", expect=404)
    await admin.delete(f"/shipping-profiles/{place['profile']}")


async def test_options_are_found_by_location_and_purpose(admin: Client, place: Any) -> None:
    rules = [{"attribute": "is_return", "operator": "eq", "value": "true"}]
    back = (await admin.post("/shipping-options", option(place, rules=rules)))["shipping_option"]["id"]
    await admin.post("/shipping-options", option(place))
    assert (await admin.get("/shipping-options", {"stock_location_id": place["location"]}))["count"] == 2
    found = await admin.get("/shipping-options", {"stock_location_id": place["location"], "is_return": "true"})
    assert [one["id"] for one in found["shipping_options"]] == [back]


async def test_lists_and_details_are_one_statement(admin: Client, place: Any, statements: list[str]) -> None:
    made = (await admin.post("/shipping-options", option(place)))["shipping_option"]["id"]
    for path in (
        "/shipping-options",
        f"/shipping-options/{made}",
        "/shipping-profiles",
        "/shipping-option-types",
        "/stock-locations",
        f"/stock-locations/{place['location']}",
        f"/fulfillment-sets/{place['set']}/service-zones/{place['zone']}",
        "/fulfillment-providers",
    ):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
    statements.clear()
    await admin.post("/shipping-options", option(place))
    assert len(statements) == 7  # BEGIN, the zone's providers, option, prices, link, COMMIT, the answer
    statements.clear()
    await admin.get("/fulfillment-providers/manual_manual/options")
    assert statements == []
