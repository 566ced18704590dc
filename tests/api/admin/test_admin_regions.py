from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.testing.clients import Client


@pytest.fixture
async def region(admin: Client) -> Any:
    made = (
        await admin.post(
            "/regions",
            {"name": "North", "currency_code": "EUR", "countries": ["IS", "fo"], "metadata": {"a": 1, "b": 2}},
        )
    )["region"]
    yield made
    await admin.delete(f"/regions/{made['id']}")


async def test_region_is_created_with_its_countries(region: Any) -> None:
    assert region["id"].startswith("reg_")
    assert (region["name"], region["currency_code"], region["automatic_taxes"]) == ("North", "eur", True)
    assert [country["iso_2"] for country in region["countries"]] == ["fo", "is"]
    assert region["countries"][1]["display_name"] == "Iceland"
    assert {country["region_id"] for country in region["countries"]} == {region["id"]}


async def test_country_belongs_to_one_region(admin: Client, region: Any) -> None:
    body = {"name": "Again", "currency_code": "eur", "countries": ["is"]}
    answer = await admin.post("/regions", body, expect=400)
    assert answer == {
        "type": "invalid_data",
        "message": 'Countries with codes: "is" are already assigned to a region',
    }
    assert (await admin.get("/regions", {"name": "Again"}))["count"] == 0


async def test_unknown_country_is_refused_and_nothing_is_written(admin: Client) -> None:
    body = {"name": "Nowhere", "currency_code": "usd", "countries": ["zz", "yy"]}
    answer = await admin.post("/regions", body, expect=400)
    assert answer["message"] == 'Countries with codes: "zz", "yy" do not exist'
    assert (await admin.get("/regions", {"name": "Nowhere"}))["count"] == 0


async def test_unknown_payment_provider_is_refused(admin: Client) -> None:
    body = {"name": "Nowhere", "currency_code": "usd", "payment_providers": ["pp_none"]}
    answer = await admin.post("/regions", body, expect=404)
    assert answer["message"] == "Payment providers with ids pp_none not found or not enabled"
    assert (await admin.get("/regions", {"name": "Nowhere"}))["count"] == 0


async def test_change_replaces_countries_and_merges_metadata(admin: Client, region: Any) -> None:
    changes = {"countries": ["is"], "metadata": {"a": "", "c": 3}, "name": "Iceland"}
    changed = (await admin.post(f"/regions/{region['id']}", changes))["region"]
    assert changed["name"] == "Iceland"
    assert changed["metadata"] == {"b": 2, "c": 3}
    assert [country["iso_2"] for country in changed["countries"]] == ["is"]
    other = (await admin.post("/regions", {"name": "Faroes", "currency_code": "dkk", "countries": ["fo"]}))["region"]
    await admin.delete(f"/regions/{other['id']}")


async def test_deleted_region_frees_its_countries(admin: Client, region: Any) -> None:
    answer = await admin.delete(f"/regions/{region['id']}")
    assert answer == {"id": region["id"], "object": "region", "deleted": True}
    gone = await admin.get(f"/regions/{region['id']}", expect=404)
    assert gone["message"] == f"Region with id: {region['id']} not found"
    again = (await admin.post("/regions", {"name": "B", "currency_code": "isk", "countries": ["is"]}))["region"]
    await admin.delete(f"/regions/{again['id']}")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "A"}, "Invalid request: Field 'currency_code' is required"),
        ({"name": "A", "currency_code": "eur", "colour": 1}, "Invalid request: Unrecognized fields: 'colour'"),
        ({"name": 5, "currency_code": "eur"}, "Invalid request: Expected type: 'string' for field 'name', got: '5'"),
    ],
)
async def test_body_is_checked(admin: Client, body: Any, message: str) -> None:
    assert await admin.post("/regions", body, expect=400) == {"type": "invalid_data", "message": message}


async def test_unknown_region_cannot_be_changed(admin: Client) -> None:
    answer = await admin.post("/regions/reg_none", {"name": "x"}, expect=404)
    assert answer == {"type": "not_found", "message": 'Region with id "reg_none" not found'}


async def test_region_needs_a_user(visitor: Client) -> None:
    assert await visitor.get("/admin/regions", expect=401) == {"message": "Unauthorized"}


async def test_lists_and_details_are_one_statement(
    admin: Client, store: Client, region: Any, statements: list[str]
) -> None:
    await store.get("/regions")
    for client, path in (
        (admin, "/regions"),
        (admin, f"/regions/{region['id']}"),
        (store, "/regions"),
        (store, f"/regions/{region['id']}"),
    ):
        statements.clear()
        await client.get(path)
        assert len(statements) == 1, path
