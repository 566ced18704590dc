"""Products over the Admin API."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.app import App
from medusa.framework.testing.clients import Client, UnexpectedStatusError
from tests.api.catalogue import make_product, shirt, unique, variant_of

VARIANTS = (
    "id,variants.id,variants.title,variants.sku,variants.prices.*,variants.inventory_items.required_quantity,"
    "*variants.inventory_items.inventory"
)


async def rows(app: App, *tables: str) -> dict[str, int]:
    """How many rows there are, deleted ones included."""
    async with app.database.reader() as session:
        return {table: await session.fetch_value(f"SELECT count(*) FROM {table}") for table in tables}


TABLES = (
    "product",
    "product_variant",
    "product_option",
    "price_set",
    "price",
    "inventory_item",
    "product_sales_channel",
)


async def test_a_new_product_has_all_its_parts(admin: Client, store: Client) -> None:
    tag = (await admin.post("/product-tags", {"value": unique("tag")}))["product_tag"]["id"]
    body = shirt(
        subtitle="A shirt",
        metadata={"a": 1},
        weight=1.5,
        images=[{"url": "https://example.com/1.jpg"}, {"url": "https://example.com/2.jpg"}],
        tags=[{"id": tag}],
        sales_channels=[{"id": store.state["sales_channel_id"]}],
    )
    product = (await admin.post("/products", body))["product"]
    assert product["id"].startswith("prod_")
    assert product["handle"] == body["title"].lower().replace(" ", "-")
    assert (product["status"], product["discountable"], product["is_giftcard"]) == ("draft", True, False)
    assert product["thumbnail"] == "https://example.com/1.jpg"
    assert [image["rank"] for image in product["images"]] == [0, 1]
    assert [one["id"] for one in product["tags"]] == [tag]
    assert [one["id"] for one in product["sales_channels"]] == [store.state["sales_channel_id"]]
    assert {option["title"]: {value["value"] for value in option["values"]} for option in product["options"]} == {
        "Size": {"S", "M"},
        "Color": {"Black", "White"},
    }
    small = variant_of(product, "S Black")
    assert {value["value"] for value in small["options"]} == {"S", "Black"}
    assert {(p["currency_code"], p["amount"], p["variant_id"]) for p in small["prices"]} == {
        ("usd", 10, small["id"]),
        ("eur", Decimal("9.5"), small["id"]),
    }
    assert [image["url"] for image in small["images"]] == ["https://example.com/1.jpg", "https://example.com/2.jpg"]


async def test_managed_variants_get_an_inventory_item(admin: Client) -> None:
    product = await make_product(admin, VARIANTS)
    small, medium = variant_of(product, "S Black"), variant_of(product, "M Black")
    [link] = small["inventory_items"]
    assert link["required_quantity"] == 1
    assert (link["inventory"]["sku"], link["inventory"]["title"]) == (small["sku"], "S Black")
    assert medium["inventory_items"] == []


async def test_variants_can_name_their_inventory_items(admin: Client) -> None:
    item = (await admin.post("/inventory-items", {"sku": unique("kit")}))["inventory_item"]["id"]
    body = shirt()
    body["variants"][0]["inventory_items"] = [{"inventory_item_id": item, "required_quantity": 3}]
    product = (await admin.post("/products", body, {"fields": VARIANTS}))["product"]
    [link] = variant_of(product, "S Black")["inventory_items"]
    assert (link["inventory_item_id"], link["required_quantity"]) == (item, 3)


async def test_creating_a_product_takes_less_than_12_statements(
    admin: Client, store: Client, statements: list[str]
) -> None:
    tag = (await admin.post("/product-tags", {"value": unique("tag")}))["product_tag"]["id"]
    profile = await admin.post("/shipping-profiles", {"name": unique("Profile"), "type": "default"})
    body = {
        "title": unique("Ten"),
        "tags": [{"id": tag}],
        "images": [{"url": "https://example.com/1.jpg"}],
        "sales_channels": [{"id": store.state["sales_channel_id"]}],
        "shipping_profile_id": profile["shipping_profile"]["id"],
        "options": [{"title": "Size", "values": [str(size) for size in range(10)]}],
        "variants": [
            {
                "title": str(size),
                "sku": unique("ten"),
                "options": {"Size": str(size)},
                "prices": [{"currency_code": code, "amount": size + 1} for code in ("usd", "eur", "gbp", "dkk")],
            }
            for size in range(10)
        ],
    }
    statements.clear()
    product = (await admin.post("/products", body))["product"]
    assert len(product["variants"]) == 10
    assert len(statements) == 11, statements


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"title": ""}, 400, "Product title is required"),
    ({"options": []}, 400, "Product options are not provided for: [{title}]."),
    ({"handle": "A b"}, 400, "Invalid product handle 'A b'. It must contain URL safe characters"),
    (
        {"tags": [{"id": "ptag_none"}]},
        400,
        "Tag with id ptag_none not found. Please create the tag before associating it with the product.",
    ),
    (
        {"type_id": "ptyp_none"},
        404,
        "You tried to set relationship type_id: ptyp_none, but such entity does not exist",
    ),
    (
        {"categories": [{"id": "pcat_none"}]},
        404,
        "You tried to set relationship product_category_id: pcat_none, but such entity does not exist",
    ),
    ({"options": [{"id": "opt_none"}]}, 400, "Some product options were not found: [opt_none]"),
    ({"options": [{"title": "Size"}]}, 400, "Invalid request: Field 'options, 0, values' is required"),
    (
        {"variants": [{"title": "v", "options": {"Size": "S"}, "prices": []}]},
        400,
        "Product has 2 option values but there were 1 provided option values for the variant: v.",
    ),
    (
        {"variants": [{"title": "v", "options": {"Size": "XL", "Color": "Black"}, "prices": []}]},
        400,
        "Option value XL does not exist for option Size",
    ),
    (
        {
            "variants": [
                {
                    "title": "v",
                    "prices": [],
                    "inventory_items": [{"inventory_item_id": "iitem_none", "required_quantity": 1}],
                }
            ]
        },
        400,
        "Inventory Items with ids: iitem_none was not found",
    ),
]


@pytest.mark.parametrize(("change", "status", "message"), REFUSED)
async def test_a_refused_product_leaves_nothing_behind(
    app: App, admin: Client, change: dict[str, Any], status: int, message: str
) -> None:
    body = shirt(**change)
    before = await rows(app, *TABLES)
    answer = await admin.post("/products", body, expect=status)
    assert answer["message"] == message.replace("{title}", body["title"])
    assert await rows(app, *TABLES) == before


async def test_a_taken_sku_leaves_nothing_behind(app: App, admin: Client) -> None:
    taken = variant_of(await make_product(admin), "S Black")["sku"]
    body = shirt()
    body["variants"][3]["sku"] = taken
    before = await rows(app, *TABLES)
    answer = await admin.post("/products", body, expect=400)
    assert answer == {"type": "invalid_data", "message": f"Product variant with sku: {taken}, already exists."}
    assert await rows(app, *TABLES) == before


async def test_one_of_the_products_made_at_once_gets_the_handle(app: App, admin: Client) -> None:
    title = unique("Twin")
    body: dict[str, Any] = {"title": title, "options": [{"title": "Size", "values": ["S"]}]}

    async def create() -> str:
        try:
            return str((await admin.post("/products", body))["product"]["handle"])
        except UnexpectedStatusError as error:
            return "refused" if "already exists" in str(error) else str(error)

    handle = title.lower().replace(" ", "-")
    assert sorted(await asyncio.gather(*(create() for _ in range(5)))) == sorted([handle, *["refused"] * 4])


async def test_the_last_of_equal_prices_counts(admin: Client) -> None:
    body = shirt()
    prices: list[tuple[int, dict[str, Any]]] = [
        (1, {}),
        (2, {}),
        (3, {"rules": {"region_id": "a"}}),
        (4, {"min_quantity": 2}),
        (5, {"min_quantity": 2}),
    ]
    body["variants"][0]["prices"] = [{"currency_code": "USD", "amount": amount, **more} for amount, more in prices]
    product = (await admin.post("/products", body, {"fields": VARIANTS}))["product"]
    found = variant_of(product, "S Black")["prices"]
    assert sorted((p["amount"], p["min_quantity"], p["rules"].get("region_id")) for p in found if p["amount"] != 3) == [
        (2, None, None),
        (5, 2, None),
    ]
    assert [p["rules"] for p in found if p["amount"] == 3] == [{"region_id": "a"}]
    assert {p["currency_code"] for p in found} == {"usd"}


async def test_a_change_replaces_lists_and_merges_metadata(admin: Client) -> None:
    tag = (await admin.post("/product-tags", {"value": unique("tag")}))["product_tag"]["id"]
    product = await make_product(
        admin, tags=[{"id": tag}], metadata={"a": 1, "b": 2}, images=[{"url": "1"}, {"url": "2"}]
    )
    path = f"/products/{product['id']}"
    kept = product["images"][1]["id"]
    changed = await admin.post(
        path,
        {
            "title": "Other",
            "tags": [],
            "images": [{"url": "3"}, {"id": kept, "url": "2b"}],
            "metadata": {"a": "", "c": 3},
        },
    )
    changed = changed["product"]
    assert (changed["title"], changed["handle"]) == ("Other", product["handle"])
    assert changed["tags"] == []
    assert changed["metadata"] == {"b": 2, "c": 3}
    assert [(image["url"], image["rank"]) for image in changed["images"]] == [("3", 0), ("2b", 1)]
    assert changed["images"][1]["id"] == kept


async def test_a_change_of_variants_keeps_makes_and_removes(admin: Client) -> None:
    product = await make_product(admin, VARIANTS)
    kept = variant_of(product, "S Black")
    answer = await admin.post(
        f"/products/{product['id']}",
        {
            "variants": [
                {"id": kept["id"], "title": "Kept", "prices": [{"currency_code": "usd", "amount": 7}]},
                {"title": "New", "options": {"Size": "M", "Color": "Black"}, "prices": []},
            ]
        },
        {"fields": VARIANTS},
    )
    found = {variant["title"]: variant for variant in answer["product"]["variants"]}
    assert set(found) == {"Kept", "New"}
    assert found["Kept"]["id"] == kept["id"]
    assert [(p["currency_code"], p["amount"]) for p in found["Kept"]["prices"]] == [("usd", 7)]


async def test_changing_an_unknown_product(admin: Client) -> None:
    answer = await admin.post("/products/prod_none", {"title": "x"}, expect=404)
    assert answer["message"] == 'Product with id "prod_none" not found'
    assert (await admin.get("/products/prod_none", expect=404))["message"] == "Product not found"


async def test_a_deleted_product_takes_its_own_along(app: App, admin: Client) -> None:
    product = await make_product(admin, VARIANTS)
    item = variant_of(product, "S Black")["inventory_items"][0]["inventory_item_id"]
    path = f"/products/{product['id']}"
    assert await admin.delete(path) == {"id": product["id"], "object": "product", "deleted": True}
    await admin.get(path, expect=404)
    await admin.get(f"/inventory-items/{item}", expect=404)
    async with app.database.reader() as session:
        live = await session.fetch_value(
            "SELECT count(*) FROM price p JOIN product_variant_price_set l ON l.price_set_id = p.price_set_id "
            "JOIN product_variant v ON v.id = l.variant_id WHERE v.product_id = $1 "
            "AND (p.deleted_at IS NULL OR l.deleted_at IS NULL OR v.deleted_at IS NULL)",
            product["id"],
        )
    assert live == 0
    await admin.delete(path)
    again = shirt(handle=(await admin.post("/products", shirt()))["product"]["handle"])
    assert "already exists" in (await admin.post("/products", again, expect=400))["message"]


async def test_a_shared_inventory_item_stays(admin: Client) -> None:
    item = (await admin.post("/inventory-items", {"sku": unique("shared")}))["inventory_item"]["id"]
    made: list[str] = []
    for _ in range(2):
        body = shirt()
        body["variants"][0]["inventory_items"] = [{"inventory_item_id": item, "required_quantity": 1}]
        made.append((await admin.post("/products", body))["product"]["id"])
    await admin.delete(f"/products/{made[0]}")
    await admin.get(f"/inventory-items/{item}")
    await admin.delete(f"/products/{made[1]}")
    await admin.get(f"/inventory-items/{item}", expect=404)


async def test_a_batch_is_all_or_nothing(app: App, admin: Client) -> None:
    product = await make_product(admin)
    before = await rows(app, "product")
    new = shirt()
    body = {"create": [new], "update": [{"id": product["id"], "title": "B"}], "delete": ["prod_none"]}
    answer = await admin.post("/products/batch", body)
    assert [one["title"] for one in answer["created"]] == [new["title"]]
    assert [one["title"] for one in answer["updated"]] == ["B"]
    assert answer["deleted"] == {"ids": ["prod_none"], "object": "product", "deleted": True}
    refused = {"create": [shirt()], "update": [{"id": "prod_none", "title": "B"}]}
    answer = await admin.post("/products/batch", refused, expect=404)
    assert answer["message"] == "Unable to update the products with ids: prod_none"
    assert (await rows(app, "product"))["product"] == before["product"] + 1


async def test_lists_filter_through_relations(admin: Client, store: Client) -> None:
    tag = (await admin.post("/product-tags", {"value": unique("tag")}))["product_tag"]["id"]
    channel = store.state["sales_channel_id"]
    product = await make_product(admin, tags=[{"id": tag}], sales_channels=[{"id": channel}], status="published")
    other = await make_product(admin, tags=[{"id": tag}])
    option = product["options"][0]["id"]
    sku = variant_of(product, "S Black")["sku"]

    async def found(**filters: Any) -> list[str]:
        params = {"fields": "id", "order": "id", **filters}
        return [one["id"] for one in (await admin.get("/products", params))["products"]]

    assert await found(**{"tag_id[]": tag}) == [product["id"], other["id"]]
    assert await found(**{"tag_id[]": tag, "sales_channel_id[]": channel}) == [product["id"]]
    assert await found(**{"tag_id[]": tag, "status[]": "draft"}) == [other["id"]]
    assert await found(option_id=option) == [product["id"]]
    assert await found(**{"variants[sku]": sku}) == [product["id"]]
    assert await found(q=sku) == [product["id"]]
    assert await found(handle=product["handle"]) == [product["id"]]


async def test_lists_and_details_are_one_statement(admin: Client, statements: list[str]) -> None:
    product = await make_product(admin)
    path = f"/products/{product['id']}"
    for url in ("/products", path, f"{path}/variants", f"{path}/options", "/product-variants", "/product-options"):
        statements.clear()
        await admin.get(url)
        assert len(statements) == 1, url
