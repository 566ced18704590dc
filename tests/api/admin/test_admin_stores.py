from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.testing.clients import Client


@pytest.fixture
async def store_id(admin: Client) -> str:
    id: str = (await admin.get("/stores"))["stores"][0]["id"]
    return id


async def test_first_start_makes_a_store(admin: Client, store_id: str) -> None:
    store = (await admin.get(f"/stores/{store_id}"))["store"]
    assert store["name"] == "Medusa Store"
    channel = (await admin.get(f"/sales-channels/{store['default_sales_channel_id']}"))["sales_channel"]
    assert (channel["name"], channel["description"]) == ("Default Sales Channel", "Created by Medusa")
    keys = (await admin.get("/api-keys", {"title": "Default Publishable API Key"}))["api_keys"]
    assert [[channel["id"] for channel in key["sales_channels"]] for key in keys] == [[channel["id"]]]


async def test_currencies_are_replaced(admin: Client, store_id: str) -> None:
    wanted = [{"currency_code": "USD", "is_default": True}, {"currency_code": "isk", "is_tax_inclusive": True}]
    store = (await admin.post(f"/stores/{store_id}", {"supported_currencies": wanted}))["store"]
    shown = {
        item["currency_code"]: (item["is_default"], item["currency"]["name"]) for item in store["supported_currencies"]
    }
    assert shown == {"usd": (True, "US Dollar"), "isk": (False, "Icelandic Króna")}
    wanted = [{"currency_code": "eur", "is_default": True}]
    store = (await admin.post(f"/stores/{store_id}", {"supported_currencies": wanted}))["store"]
    assert [item["currency_code"] for item in store["supported_currencies"]] == ["eur"]


@pytest.mark.parametrize(
    ("currencies", "message"),
    [
        ([{"currency_code": "usd"}], "There should be a default currency set for the store"),
        (
            [{"currency_code": "usd", "is_default": True}, {"currency_code": "eur", "is_default": True}],
            "Only one default currency is allowed",
        ),
        (
            [{"currency_code": "usd", "is_default": True}, {"currency_code": "usd"}],
            "Duplicate currency codes: usd",
        ),
    ],
)
async def test_currencies_are_checked(admin: Client, store_id: str, currencies: Any, message: str) -> None:
    before = await admin.get(f"/stores/{store_id}")
    answer = await admin.post(f"/stores/{store_id}", {"name": "x", "supported_currencies": currencies}, expect=400)
    assert answer == {"type": "invalid_data", "message": message}
    assert await admin.get(f"/stores/{store_id}") == before


async def test_metadata_is_replaced(admin: Client, store_id: str) -> None:
    await admin.post(f"/stores/{store_id}", {"metadata": {"a": 1}})
    answer = await admin.post(f"/stores/{store_id}", {"metadata": {"b": ""}}, {"fields": "metadata"})
    assert answer["store"]["metadata"] == {"b": ""}


async def test_unknown_store(admin: Client) -> None:
    assert await admin.get("/stores/store_none") == {}
    answer = await admin.post("/stores/store_none", {"name": "x"}, expect=404)
    assert answer["message"] == 'Store with id "store_none" not found'


async def test_currencies_in_any_case(admin: Client, statements: list[str]) -> None:
    statements.clear()
    assert (await admin.get("/currencies/USD"))["currency"] == {
        "code": "usd",
        "name": "US Dollar",
        "symbol": "$",
        "symbol_native": "$",
        "decimal_digits": 2,
        "rounding": 0,
    }
    found = await admin.get("/currencies", {"q": "krone", "order": "-name"})
    assert [currency["code"] for currency in found["currencies"]] == ["nok", "dkk"]
    assert (found["count"], found["limit"]) == (2, 200)
    assert len(statements) == 2
    answer = await admin.get("/currencies/xxx", expect=404)
    assert answer["message"] == "Currency with code: xxx was not found"
