from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from medusa.framework.testing.clients import Client

COUNTRY = {"country_code": "IS", "provider_id": "tp_system"}


@pytest.fixture
async def iceland(admin: Client) -> AsyncIterator[Any]:
    body = {**COUNTRY, "default_tax_rate": {"name": "VSK", "code": "vsk", "rate": 24}, "metadata": {"x": 1}}
    made = (await admin.post("/tax-regions", body))["tax_region"]
    yield made
    await admin.delete(f"/tax-regions/{made['id']}")


async def test_region_comes_with_its_default_rate(iceland: Any) -> None:
    assert (iceland["country_code"], iceland["provider_id"], iceland["parent"]) == ("is", "tp_system", None)
    [rate] = iceland["tax_rates"]
    assert (rate["rate"], rate["is_default"], rate["rules"]) == (24, True, [])
    assert rate["created_by"] == iceland["created_by"]
    assert rate["created_by"].startswith("user_")


async def test_a_country_has_one_region_and_one_default_rate(admin: Client, iceland: Any) -> None:
    answer = await admin.post("/tax-regions", COUNTRY, expect=400)
    assert answer["message"] == "Tax region with country_code: is, already exists."
    rate = {"tax_region_id": iceland["id"], "name": "Other", "code": "o", "is_default": True}
    answer = await admin.post("/tax-rates", rate, expect=400)
    assert answer["message"] == f"Tax rate with tax_region_id: {iceland['id']}, already exists."


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (
            {"country_code": "fo"},
            400,
            "Invalid request: Provider is required when creating a non-province tax region.",
        ),
        (
            {"country_code": "fo", "parent_id": "x", "province_code": "FO-1"},
            400,
            "Province region must belong to a parent region. You are trying to create a province region with "
            "(country: fo, province: fo-1) but parent does not exist",
        ),
        (
            {"country_code": "fo", "provider_id": "x"},
            404,
            "You tried to set relationship provider_id: x, but such entity does not exist",
        ),
    ],
)
async def test_regions_that_do_not_fit_are_refused(admin: Client, body: Any, status: int, message: str) -> None:
    assert (await admin.post("/tax-regions", body, expect=status))["message"] == message
    assert (await admin.get("/tax-regions", {"country_code": "fo"}))["count"] == 0


async def test_province_is_in_its_parents_country(admin: Client, iceland: Any) -> None:
    body = {"country_code": "dk", "parent_id": iceland["id"], "province_code": "dk-1"}
    answer = await admin.post("/tax-regions", body, expect=400)
    assert answer["message"].endswith("(country: dk, province: dk-1) but parent expects (country: is)")
    body = {"country_code": "is", "parent_id": iceland["id"], "province_code": "IS-1"}
    province = (await admin.post("/tax-regions", body))["tax_region"]
    assert (province["province_code"], province["parent"]["id"]) == ("is-1", iceland["id"])
    await admin.delete(f"/tax-regions/{iceland['id']}")
    assert await admin.get(f"/tax-regions/{province['id']}") == {}
    assert await admin.get(f"/tax-rates/{iceland['tax_rates'][0]['id']}") == {}


async def test_rules_replace_those_of_the_rate(admin: Client, iceland: Any) -> None:
    rules = [{"reference": "product", "reference_id": "prod_a"}, {"reference": "product", "reference_id": "prod_b"}]
    body = {"tax_region_id": iceland["id"], "name": "Books", "code": "b", "rate": 11, "rules": rules}
    rate = (await admin.post("/tax-rates", body))["tax_rate"]
    assert sorted(rule["reference_id"] for rule in rate["rules"]) == ["prod_a", "prod_b"]
    path = f"/tax-rates/{rate['id']}"
    changes = {"rate": 12, "rules": [{"reference": "product_type", "reference_id": "ptyp_a"}]}
    changed = (await admin.post(path, changes))["tax_rate"]
    assert (changed["rate"], [rule["reference_id"] for rule in changed["rules"]]) == (12, ["ptyp_a"])
    more = await admin.post(f"{path}/rules", {"reference": "product", "reference_id": "prod_a"})
    [added] = [rule["id"] for rule in more["tax_rate"]["rules"] if rule["reference_id"] == "prod_a"]
    gone = await admin.delete(f"{path}/rules/{added}")
    assert [rule["reference_id"] for rule in gone["parent"]["rules"]] == ["ptyp_a"]
    answer = await admin.post("/tax-rates/none", {"name": "x"}, expect=404)
    assert answer["message"] == 'Tax rate with id "none" not found'


async def test_lists_and_details_are_one_statement(admin: Client, iceland: Any, statements: list[str]) -> None:
    rate = iceland["tax_rates"][0]["id"]
    for path in ("/tax-regions", f"/tax-regions/{iceland['id']}", "/tax-rates", f"/tax-rates/{rate}", "/tax-providers"):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path
