"""Categories, collections, tags and types over the Admin API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from tests.api.catalogue import make_product, unique


async def make(admin: Client, name: str, parent: str | None = None, **more: Any) -> str:
    body = {"name": unique(name), "parent_category_id": parent, "is_active": True, **more}
    category: str = (await admin.post("/product-categories", body))["product_category"]["id"]
    return category


async def ranks(admin: Client, parent: str) -> list[str]:
    params = {"parent_category_id": parent, "order": "rank", "fields": "id,rank"}
    found = (await admin.get("/product-categories", params))["product_categories"]
    assert [one["rank"] for one in found] == list(range(len(found)))
    return [one["id"] for one in found]


async def test_ranks_have_no_gaps(admin: Client) -> None:
    root = await make(admin, "Root")
    a, b = await make(admin, "A", root), await make(admin, "B", root)
    c = await make(admin, "C", root, rank=0)
    assert await ranks(admin, root) == [c, a, b]
    await admin.post(f"/product-categories/{b}", {"rank": 0})
    assert await ranks(admin, root) == [b, c, a]
    await admin.post(f"/product-categories/{c}", {"parent_category_id": a})
    assert await ranks(admin, root) == [b, a]
    assert await ranks(admin, a) == [c]
    await admin.delete(f"/product-categories/{b}")
    assert await ranks(admin, root) == [a]


async def test_categories_made_at_once_get_ranks_of_their_own(admin: Client) -> None:
    root = await make(admin, "Root")
    made = await asyncio.gather(*(make(admin, f"C{number}", root) for number in range(8)))
    assert sorted(await ranks(admin, root)) == sorted(made)


async def test_trees_show_all_above_and_below(admin: Client) -> None:
    root = await make(admin, "Root")
    child = await make(admin, "Child", root)
    leaf = await make(admin, "Leaf", child)
    down = await admin.get(f"/product-categories/{root}", {"include_descendants_tree": "true"})
    [found] = down["product_category"]["category_children"]
    assert (found["id"], [one["id"] for one in found["category_children"]]) == (child, [leaf])
    up = (await admin.get(f"/product-categories/{leaf}", {"include_ancestors_tree": "true"}))["product_category"]
    assert up["parent_category"]["id"] == child
    assert up["parent_category"]["parent_category"]["id"] == root
    assert up["parent_category"]["parent_category"]["parent_category"] is None


async def test_a_tree_is_two_statements(admin: Client, statements: list[str]) -> None:
    root = await make(admin, "Root")
    await make(admin, "Child", root)
    statements.clear()
    await admin.get(f"/product-categories/{root}", {"include_descendants_tree": "true"})
    assert len(statements) == 2
    for path in ("/product-categories", f"/product-categories/{root}", "/collections", "/product-tags"):
        statements.clear()
        await admin.get(path)
        assert len(statements) == 1, path


async def test_refusals_change_nothing(admin: Client) -> None:
    root = await make(admin, "Root")
    child = await make(admin, "Child", root)
    refused = await admin.delete(f"/product-categories/{root}", expect=400)
    assert refused == {
        "type": "not_allowed",
        "message": f"Deleting ProductCategory ({root}) with category children is not allowed",
    }
    await admin.post(f"/product-categories/{root}", {"parent_category_id": child}, expect=400)
    await admin.post("/product-categories", {"name": "x", "parent_category_id": "pcat_none"}, expect=400)
    await admin.post("/product-categories", {"name": "x", "rank": -1}, expect=400)
    assert await ranks(admin, root) == [child]
    await admin.delete("/product-categories/pcat_none", expect=404)


@pytest.mark.parametrize(
    ("kind", "filter"), [("product-categories", "category_id[]"), ("collections", "collection_id[]")]
)
async def test_products_go_in_and_out(admin: Client, kind: str, filter: str) -> None:
    product = (await make_product(admin, "id"))["id"]
    name = {"name": unique("Sale")} if kind == "product-categories" else {"title": unique("Sale")}
    [made] = (await admin.post(f"/{kind}", name)).values()
    path = f"/{kind}/{made['id']}/products"
    await admin.post(path, {"add": [product, "prod_none"]})
    await admin.post(path, {"add": [product]})
    found = await admin.get("/products", {filter: made["id"], "fields": "id"})
    assert [one["id"] for one in found["products"]] == [product]
    await admin.post(path, {"remove": [product]})
    assert (await admin.get("/products", {filter: made["id"], "fields": "id"}))["count"] == 0


async def test_a_deleted_collection_leaves_its_products(admin: Client) -> None:
    collection = (await admin.post("/collections", {"title": unique("Summer Sale")}))["collection"]
    assert collection["handle"] == collection["title"].lower().replace(" ", "-")
    product = await make_product(admin, collection_id=collection["id"])
    assert product["collection"]["id"] == collection["id"]
    again = await admin.post("/collections", {"title": collection["title"]}, expect=400)
    assert again["message"] == f"Product collection with handle: {collection['handle']}, already exists."
    await admin.delete(f"/collections/{collection['id']}")
    found = (await admin.get(f"/products/{product['id']}"))["product"]
    assert found["collection"] is None
    assert await admin.get(f"/collections/{collection['id']}") == {}


@pytest.mark.parametrize("kind", ["tag", "type"])
async def test_tags_and_types(admin: Client, kind: str) -> None:
    path, key = f"/product-{kind}s", f"product_{kind}"
    value = unique("cotton")
    made = (await admin.post(path, {"value": value, "metadata": {"x": "y"}}))[key]
    refused = await admin.post(path, {"value": value}, expect=400)
    assert refused["message"] == f"Product {kind} with value: {value}, already exists."
    changed = (await admin.post(f"{path}/{made['id']}", {"value": unique("wool"), "metadata": {"x": ""}}))[key]
    assert changed["metadata"] == {}
    missing = await admin.post(f"{path}/none", {"value": "x"}, expect=404)
    assert missing["message"] == f'Product {kind} with id "none" not found'
    assert (await admin.delete(f"{path}/{made['id']}"))["object"] == key
    assert await admin.get(f"{path}/{made['id']}") == {}
