"""Variants and options over the Admin API."""

from __future__ import annotations

from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from tests.api.catalogue import make_product, unique, variant_of


@pytest.fixture
async def product(admin: Client) -> dict[str, Any]:
    return await make_product(admin)


async def test_a_deleted_variant_makes_room_for_another(admin: Client, product: dict[str, Any]) -> None:
    path = f"/products/{product['id']}/variants"
    body: dict[str, Any] = {"title": "Again", "options": {"Size": "S", "Color": "Black"}, "prices": []}
    refused = await admin.post(path, body, expect=400)
    assert refused == {"type": "invalid_data", "message": "Variant (S Black) with provided options already exists."}
    gone = variant_of(product, "S Black")["id"]
    answer = await admin.delete(f"{path}/{gone}")
    assert (answer["id"], answer["object"], answer["deleted"]) == (gone, "variant", True)
    assert {variant["title"] for variant in answer["parent"]["variants"]} == {"S White", "M Black", "M White"}
    made = (await admin.post(path, body))["product"]
    assert variant_of(made, "Again")["manage_inventory"] is True


async def test_prices_are_replaced_as_a_whole(admin: Client, product: dict[str, Any]) -> None:
    variant = variant_of(product, "S Black")
    path = f"/products/{product['id']}/variants/{variant['id']}"
    kept = next(price["id"] for price in variant["prices"] if price["currency_code"] == "eur")
    prices = [{"id": kept, "amount": 8}, {"currency_code": "usd", "amount": 3, "rules": {"region_id": "reg_1"}}]
    await admin.post(path, {"prices": prices})
    found = (await admin.get(path))["variant"]["prices"]
    assert {(price["currency_code"], price["amount"], price["rules"].get("region_id")) for price in found} == {
        ("eur", 8, None),
        ("usd", 3, "reg_1"),
    }
    assert kept in [price["id"] for price in found]
    await admin.post(path, {"title": "Other title"})
    assert len((await admin.get(path))["variant"]["prices"]) == 2
    await admin.post(path, {"prices": []})
    assert (await admin.get(path))["variant"]["prices"] == []


async def test_variants_are_reached_through_their_product_only(admin: Client, product: dict[str, Any]) -> None:
    other = (await make_product(admin, "id"))["id"]
    variant = variant_of(product, "S Black")["id"]
    for id, status in ((other, 200), ("prod_none", 404)):
        await admin.post(f"/products/{id}/variants/{variant}", {"title": "Stolen"}, expect=status)
        await admin.delete(f"/products/{id}/variants/{variant}", expect=status)
    found = (await admin.get(f"/products/{product['id']}/variants/{variant}"))["variant"]
    assert (found["title"], len(found["prices"])) == ("S Black", 2)


async def test_a_variant_that_is_no_longer_managed_loses_its_stock(admin: Client, product: dict[str, Any]) -> None:
    path = f"/products/{product['id']}/variants/{variant_of(product, 'S Black')['id']}"
    fields = {"fields": "id,manage_inventory,inventory_items.inventory_item_id"}
    await admin.post(path, {"manage_inventory": False})
    found = (await admin.get(path, fields))["variant"]
    assert (found["manage_inventory"], found["inventory_items"]) == (False, [])
    await admin.post(path, {"manage_inventory": True, "sku": unique("new")}, expect=200)
    assert len((await admin.get(path, fields))["variant"]["inventory_items"]) == 1


async def test_options_of_a_variant_change_together(admin: Client, product: dict[str, Any]) -> None:
    path = f"/products/{product['id']}/variants/{variant_of(product, 'S Black')['id']}"
    assert "there were 1 provided" in (await admin.post(path, {"options": {"Size": "M"}}, expect=400))["message"]
    answer = await admin.post(path, {"options": {"Size": "M", "Color": "White"}}, expect=400)
    assert answer["message"] == "Variant (M White) with provided options already exists."
    await admin.delete(f"/products/{product['id']}/variants/{variant_of(product, 'M White')['id']}")
    await admin.post(path, {"options": {"Size": "M", "Color": "White"}})
    values = (await admin.get(path))["variant"]["options"]
    assert {value["value"] for value in values} == {"M", "White"}


async def test_a_batch_refuses_unknown_variants(admin: Client, product: dict[str, Any]) -> None:
    path = f"/products/{product['id']}/variants/batch"
    answer = await admin.post(path, {"update": [{"id": "variant_none", "title": "x"}]}, expect=400)
    assert answer["message"] == "Cannot update non-existing variants with ids: variant_none"
    one, two = variant_of(product, "S Black")["id"], variant_of(product, "M White")["id"]
    answer = await admin.post(path, {"update": [{"id": one, "weight": 99}], "delete": [two]})
    assert [(variant["id"], variant["weight"]) for variant in answer["updated"]] == [(one, 99)]
    assert (answer["created"], answer["deleted"]["ids"]) == ([], [two])


async def test_inventory_items_of_a_variant(admin: Client, product: dict[str, Any]) -> None:
    item = (await admin.post("/inventory-items", {"sku": unique("item")}))["inventory_item"]["id"]
    variant = variant_of(product, "M Black")["id"]
    path = f"/products/{product['id']}/variants/{variant}/inventory-items"
    fields = {"fields": "id,inventory_items.inventory_item_id,inventory_items.required_quantity"}

    async def links() -> list[tuple[str, int]]:
        found = await admin.get(f"/products/{product['id']}/variants/{variant}", fields)
        return [(link["inventory_item_id"], link["required_quantity"]) for link in found["variant"]["inventory_items"]]

    await admin.post(path, {"inventory_item_id": item, "required_quantity": 2})
    assert await links() == [(item, 2)]
    await admin.post(f"{path}/{item}", {"required_quantity": 5})
    assert await links() == [(item, 5)]
    pair = {"inventory_item_id": item, "variant_id": variant}
    batch = f"/products/{product['id']}/variants/inventory-items/batch"
    answer = await admin.post(batch, {"update": [{**pair, "required_quantity": 7}]})
    assert answer["updated"][0]["data"] == {"required_quantity": 7}
    assert await links() == [(item, 7)]
    answer = await admin.delete(f"{path}/{item}")
    assert answer["object"] == "variant-inventory-item-link"
    assert await links() == []
    unknown = f"/products/{product['id']}/variants/variant_none/inventory-items"
    await admin.post(unknown, {"inventory_item_id": item, "required_quantity": 2}, expect=404)


async def test_a_product_offers_some_values_of_a_shared_option(admin: Client, product: dict[str, Any]) -> None:
    made = await admin.post("/product-options", {"title": unique("Fit"), "values": ["Slim", "Wide"]})
    option = made["product_option"]
    slim, wide = (next(v["id"] for v in option["values"] if v["value"] == word) for word in ("Slim", "Wide"))
    path = f"/products/{product['id']}/options/batch"
    fields = {"fields": "id,options.title,options.values.value"}

    async def offered(body: dict[str, Any]) -> set[str] | None:
        shown = (await admin.post(path, body, fields))["product"]["options"]
        found = [one for one in shown if one["title"] == option["title"]]
        return {value["value"] for value in found[0]["values"]} if found else None

    assert await offered({"add": [option["id"]]}) == {"Slim", "Wide"}
    assert await offered({"update": [{"product_option_id": option["id"], "remove": [wide]}]}) == {"Slim"}
    assert await offered({"update": [{"product_option_id": option["id"], "add": [wide]}]}) == {"Slim", "Wide"}
    refused = await admin.delete(f"/product-options/{option['id']}", expect=400)
    assert refused["message"] == "Cannot delete product options that are associated with products."
    assert await offered({"remove": [option["id"]]}) is None
    size = next(one["id"] for one in product["options"] if one["title"] == "Size")
    refused = await admin.post(path, {"remove": [size]}, expect=400)
    assert refused["message"] == "Cannot unassign product option from product which has variants for that option"
    await admin.delete(f"/product-options/{option['id']}/values/{slim}")
    await admin.delete(f"/product-options/{option['id']}")


async def test_values_of_an_option_change_as_a_list(admin: Client) -> None:
    made = await admin.post(
        "/product-options", {"title": unique("Fit"), "values": ["a", "b"], "ranks": {"a": 2, "b": 1}}
    )
    path = f"/product-options/{made['product_option']['id']}"
    assert {(v["value"], v["rank"]) for v in made["product_option"]["values"]} == {("a", 2), ("b", 1)}
    changed = (await admin.post(path, {"values": ["a", "c"], "ranks": {"c": 5}}))["product_option"]
    assert {(v["value"], v["rank"]) for v in changed["values"]} == {("a", None), ("c", 5)}
    refused = await admin.post(path, {"ranks": {"zz": 1}}, expect=400)
    assert refused["message"] == 'Value "zz" is assigned a rank but is not defined in the list of values.'
    refused = await admin.post(path, {"is_exclusive": True}, expect=400)
    assert "from global to exclusive" in refused["message"]
    missing = await admin.get(f"{path}/values/none", expect=404)
    assert missing["message"].startswith('Product option value with id "none" was not found for option')
