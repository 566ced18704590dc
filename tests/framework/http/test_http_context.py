"""The answers a context composes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.http import (
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StoreContext,
    StringOrList,
    delete,
    get,
)
from medusa.framework.http.response import encode
from medusa.framework.query import Fields
from tests.framework.http.http_fakes import FakeApp, client_of

REGION = RouteFields("region", "id,name")
UNKNOWN = {"code": "unknown_error", "type": "unknown_error", "message": "An unknown error occurred."}


@pytest.fixture
def fake_app() -> FakeApp:
    return FakeApp()


class ListRegions(ListQuery, kw_only=True, frozen=True):
    limit: int = 20
    name: StringOrList | UnsetType = UNSET


@get("/store/regions")
async def list_regions(ctx: StoreContext, query: ListRegions) -> Response:
    return await ctx.list("regions", REGION, query, filters={"hidden": False}, context={"a": 1}, order="-created_at")


@get("/store/regions/{id}")
async def get_region(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    return await ctx.detail("region", REGION, id, query)


@get("/store/carts/{id}")
async def get_cart(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    return await ctx.detail(
        "cart", REGION, id, query, not_found=f"Cart with id '{id}' not found", filters={"open": True}
    )


@delete("/store/regions/{id}")
async def delete_region(ctx: StoreContext, id: str) -> Response:
    return ctx.deleted(id, "region", parent=b'{"id":"x"}')


async def test_a_page(fake_app: FakeApp) -> None:
    answer = await client_of(list_regions, store=True, app=fake_app).get(
        "/store/regions?limit=5&offset=2&q=x&name=a&fields=id"
    )
    assert answer.json() == {"regions": [{"id": "reg_1"}], "count": 7, "offset": 2, "limit": 5}
    assert list(answer.json()) == ["regions", "count", "offset", "limit"]
    assert fake_app.query.asked == {
        "entity": "region",
        "fields": Fields.parse("id", "id,name"),
        "filters": {"name": "a", "q": "x", "hidden": False},
        "order": "-created_at",
        "limit": 5,
        "offset": 2,
        "count": True,
        "context": {"a": 1},
        "with_deleted": False,
    }


async def test_defaults_of_a_page(fake_app: FakeApp) -> None:
    await client_of(list_regions, store=True, app=fake_app).get("/store/regions?order=name&with_deleted=true")
    asked = fake_app.query.asked
    assert (asked["limit"], asked["offset"], asked["order"], asked["with_deleted"]) == (20, 0, "name", True)


@pytest.mark.parametrize("query", ["limit=-1", "offset=-1"])
async def test_a_page_before_the_first(fake_app: FakeApp, query: str) -> None:
    answer = await client_of(list_regions, store=True, app=fake_app).get(f"/store/regions?{query}")
    assert (answer.status_code, answer.json(), fake_app.query.asked) == (500, UNKNOWN, {})


async def test_one(fake_app: FakeApp) -> None:
    client = client_of(get_region, store=True, app=fake_app)
    assert (await client.get("/store/regions/reg_1")).json() == {"region": {"id": "reg_1"}}
    answer = await client.get("/store/regions/reg_none")
    message = {"type": "not_found", "message": "Region with id: reg_none was not found"}
    assert (answer.status_code, answer.json()) == (404, message)


async def test_one_with_filters_and_words_of_its_own(fake_app: FakeApp) -> None:
    await client_of(get_cart, store=True, app=fake_app).get("/store/carts/cart_1")
    assert fake_app.query.asked["id"] == {"id": "cart_1", "open": True}


async def test_details_refuse_what_belongs_to_lists(fake_app: FakeApp) -> None:
    answer = await client_of(get_region, store=True, app=fake_app).get("/store/regions/reg_1?limit=5")
    assert answer.json()["message"] == "Invalid request: Unrecognized fields: 'limit'"


async def test_a_deletion(fake_app: FakeApp) -> None:
    answer = await client_of(delete_region, store=True, app=fake_app).delete("/store/regions/reg_1")
    assert answer.json() == {"id": "reg_1", "object": "region", "deleted": True, "parent": {"id": "x"}}


class Thing(Struct):
    at: datetime | None
    amount: Decimal


@pytest.mark.parametrize(
    ("value", "json"),
    [
        ({"a": Decimal("10.50")}, b'{"a":10.50}'),
        (Thing(None, Decimal(1)), b'{"at":null,"amount":1}'),
        (
            {"things": [Thing(datetime(2025, 1, 31, 12, 0, 0, 123456, UTC), Decimal(1))]},
            b'{"things":[{"at":"2025-01-31T12:00:00.123Z","amount":1}]}',
        ),
        ((datetime(2025, 1, 31, tzinfo=UTC),), b'["2025-01-31T00:00:00.000Z"]'),
    ],
)
def test_values_on_the_wire(value: Any, json: bytes) -> None:
    assert encode(value) == json
