from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop


async def test_products_are_shown_and_found_by_their_brand(admin: Client, store: Client, statements: list[str]) -> None:
    shop = await make_shop(admin, store)
    acme, ada = [(await admin.post("/brands", {"name": name}))["brand"]["id"] for name in ("Acme Shoes", "Ada & Sons")]
    shirt = await shop.product(20, additional_data={"brand_id": acme})
    skirt = await shop.product(30, additional_data={"brand_id": ada})
    plain = await shop.product(40)

    query = {"fields": "title,*brand,*variants", "$and[0][brand][name]": "Acme Shoes"}
    await store.get("/products", query)  # the key is kept in memory from now on
    statements.clear()
    page = await store.get("/products", query)
    assert [(item["id"], item["brand"]["id"]) for item in page["products"]] == [(shirt.id, acme)]
    assert page["count"] == 1
    assert len(statements) == 1

    ordered = await store.get("/products", {"fields": "id,brand.name", "order": "-brand.name"})
    assert [item["id"] for item in ordered["products"]][-2:] == [skirt.id, shirt.id]
    one = (await store.get(f"/products/{shirt.id}", {"fields": "id,*brand"}))["product"]
    assert one["brand"]["name"] == "Acme Shoes"
    assert "brand" not in (await store.get(f"/products/{plain.id}", {"fields": "id,*brand"}))["product"]

    statements.clear()
    found = await admin.get("/products", {"$and[0][brand][id][]": [acme, ada], "fields": "id,brand.name"})
    assert {(item["id"], item["brand"]["name"]) for item in found["products"]} == {
        (shirt.id, "Acme Shoes"),
        (skirt.id, "Ada & Sons"),
    }
    assert len(statements) == 1
