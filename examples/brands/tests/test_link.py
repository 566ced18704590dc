from medusa.framework.app import App
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop
from src.links.product_brand import PRODUCT_BRAND
from src.modules.brand.service import BrandService


async def test_products_have_brands(app: App, admin: Client, store: Client, statements: list[str]) -> None:
    shop = await make_shop(admin, store)
    shirt, other = await shop.product(20), await shop.product(30)
    async with app.database.session() as session:
        [acme] = await app.service(BrandService).brands.create(session, [{"name": "Linked brand"}])
        await app.links.create(session, PRODUCT_BRAND, [(shirt.id, acme.id, {"position": 7})])

    product = (await admin.get(f"/products/{shirt.id}", {"fields": "+brand.*,+brand_link.position"}))["product"]
    assert (product["brand"]["name"], product["brand_link"]["position"]) == ("Linked brand", 7)

    assert "brand" not in (await store.get(f"/products/{other.id}", {"fields": "id,*brand"}))["product"]
    statements.clear()
    page = await store.get("/products", {"fields": "title,*brand", "$and[0][brand][name]": "Linked brand"})
    assert [(item["id"], item["brand"]["id"]) for item in page["products"]] == [(shirt.id, acme.id)]
    assert len(statements) == 1

    found = await admin.get("/products", {"$and[0][brand][id]": acme.id, "fields": "id"})
    assert found["products"] == [{"id": shirt.id}]
