"""Products as storefronts see them."""

from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.db import Insert, Update
from medusa.framework.testing.clients import Client
from medusa.modules.pricing.models import Price, PriceList
from tests.api.catalogue import make_product, unique, variant_of

PRICED = "id,*variants.calculated_price,+variants.inventory_quantity"


@pytest.fixture
async def product(admin: Client, store: Client) -> dict[str, Any]:
    return await make_product(
        admin, status="published", sales_channels=[{"id": store.state["sales_channel_id"]}], description="soft cotton"
    )


@pytest.fixture
async def region(admin: Client) -> str:
    id: str = (await admin.post("/regions", {"name": unique("Region"), "currency_code": "eur"}))["region"]["id"]
    return id


async def test_only_published_products_of_the_keys_channels(admin: Client, store: Client, product: Any) -> None:
    channel = store.state["sales_channel_id"]
    draft = await make_product(admin, sales_channels=[{"id": channel}])
    other = await make_product(admin, status="published")
    found = await store.get("/products", {"fields": "id"})
    assert found == {"products": [{"id": product["id"]}], "count": 1, "offset": 0, "limit": 50}
    for hidden in (draft, other):
        answer = await store.get(f"/products/{hidden['id']}", expect=404)
        assert answer["message"] == f"Product with id: {hidden['id']} was not found"
    refused = await store.get("/products", {"sales_channel_id[]": "sc_other"}, expect=400)
    assert refused["message"] == "Requested sales channel is not part of the publishable key"
    await store.get("/products", {"sales_channel_id[]": channel})


async def test_the_list_is_one_statement(store: Client, product: Any, region: str, statements: list[str]) -> None:
    params = {"region_id": region, "fields": PRICED, "limit": 12}
    await store.get("/products", params)
    for path in ("/products", f"/products/{product['id']}", "/product-variants"):
        statements.clear()
        fields = PRICED if path != "/product-variants" else "id,*calculated_price"
        query = {"region_id": region, "fields": fields}
        await store.get(path, query)
        assert len(statements) == 1, path


async def test_prices_are_those_of_the_region(store: Client, product: Any, region: str) -> None:
    found = (await store.get("/products", {"region_id": region, "fields": PRICED}))["products"][0]
    variant = next(one for one in found["variants"] if one["id"] == variant_of(product, "S Black")["id"])
    assert float(variant["calculated_price"]["calculated_amount"]) == 9.5
    assert variant["calculated_price"]["currency_code"] == "eur"
    assert (variant["manage_inventory"], variant["inventory_quantity"]) == (True, 0)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Missing required pricing context to calculate prices - region_id"),
        ({"region_id": "reg_none"}, "Region with id reg_none not found when populating the pricing context"),
    ],
)
async def test_prices_need_a_region(store: Client, product: Any, params: dict[str, str], message: str) -> None:
    for path in ("/products", f"/products/{product['id']}"):
        answer = await store.get(path, {"fields": PRICED, **params}, expect=400)
        assert answer == {"type": "invalid_data", "message": message}


async def test_a_new_name_of_the_currency_is_seen_at_once(
    admin: Client, store: Client, product: Any, region: str
) -> None:
    params = {"region_id": region, "fields": PRICED}
    await store.get("/products", params)
    await admin.post(f"/regions/{region}", {"currency_code": "usd"})
    found = (await store.get("/products", params))["products"][0]
    assert {variant["calculated_price"]["currency_code"] for variant in found["variants"]} == {"usd"}


async def test_the_first_price_list_counts_at_once_and_no_longer_when_it_is_a_draft(
    app: App, store: Client, product: Any, region: str
) -> None:
    params = {"region_id": region, "fields": PRICED}
    variant_id = variant_of(product, "S Black")["id"]

    async def shown() -> tuple[float, bool]:
        found = (await store.get("/products", params))["products"][0]
        price = next(one for one in found["variants"] if one["id"] == variant_id)["calculated_price"]
        return float(price["calculated_amount"]), price["is_calculated_price_price_list"]

    assert await shown() == (9.5, False)
    sale = {"title": "Sale", "description": "", "type": "sale", "status": "active"}
    async with app.database.session() as session:
        price_set = await session.fetch_value(
            "SELECT price_set_id FROM product_variant_price_set WHERE variant_id = $1", variant_id
        )
        await session.write(Insert(PriceList, [sale | {"id": (list_id := unique("plist"))}]))
        price = {"price_set_id": price_set, "currency_code": "eur", "amount": 7, "price_list_id": list_id}
        await session.write(Insert(Price, [price]))
    assert await shown() == (7, True)
    async with app.database.session() as session:
        await session.write(Update(PriceList, [{"id": list_id, "status": "draft"}]))
    assert await shown() == (9.5, False)


async def test_filters(admin: Client, store: Client, product: Any) -> None:
    collection = (await admin.post("/collections", {"title": unique("Sale")}))["collection"]["id"]
    await admin.post(f"/collections/{collection}/products", {"add": [product["id"]]})

    async def count(**params: Any) -> int:
        return int((await store.get("/products", {"fields": "id", **params}))["count"])

    sku = variant_of(product, "S Black")["sku"]
    for filters in (
        {"q": "COTTON soft"},
        {"q": sku},
        {"handle": product["handle"]},
        {"id[]": product["id"]},
        {"title": product["title"]},
        {"collection_id[]": collection},
        {"variants[sku]": sku},
        {"order": "-created_at"},
    ):
        assert await count(**filters) == 1, filters
    for filters in (
        {"q": "silk"},
        {"handle": "none"},
        {"category_id[]": "pcat_none"},
        {"tag_id": "x"},
        {"is_giftcard": "true"},
    ):
        assert await count(**filters) == 0, filters
    for unknown in ({"status": "draft"}, {"colour": "red"}, {"currency_code": "eur"}):
        await store.get("/products", unknown, expect=400)


async def test_what_is_not_for_storefronts_is_not_shown(store: Client, product: Any) -> None:
    fields = "id,*sales_channels,*variants.price_set,*shipping_profile,categories.name,*tags.products"
    [found] = (await store.get("/products", {"fields": fields}))["products"]
    assert found == {"id": product["id"]}


async def test_hidden_categories(admin: Client, store: Client, product: Any) -> None:
    async def make(**more: bool) -> str:
        made = await admin.post("/product-categories", {"name": unique("Cat"), "is_active": True, **more})
        id: str = made["product_category"]["id"]
        await admin.post(f"/product-categories/{id}/products", {"add": [product["id"]]})
        return id

    shown, internal, inactive = await make(), await make(is_internal=True), await make(is_active=False)
    assert (await store.get(f"/product-categories/{shown}"))["product_category"]["id"] == shown
    for hidden in (internal, inactive):
        assert await store.get(f"/product-categories/{hidden}") == {}
        assert (await store.get("/product-categories", {"id": hidden}))["count"] == 0
    detail = await store.get(f"/products/{product['id']}", {"fields": "id,*categories"})
    assert {category["id"] for category in detail["product"]["categories"]} == {shown, inactive}


@pytest.mark.parametrize(
    "kind", ["collections", "product-tags", "product-types", "product-options", "product-variants"]
)
async def test_unknown_things(store: Client, kind: str) -> None:
    assert (await store.get(f"/{kind}/none", expect=404))["type"] == "not_found"
    await store.get(f"/{kind}", {"colour": "red"}, expect=400)
