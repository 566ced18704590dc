from medusa.framework.app import App
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop
from src.links.product_brand import PRODUCT_BRAND
from src.modules.brand.service import BrandService


async def test_products_have_brands(app: App, admin: Client, store: Client) -> None:
    shop = await make_shop(admin, store)
    shirt = await shop.product(20)
    async with app.database.session() as session:
        [acme] = await app.service(BrandService).brands.create(session, [{"name": "Linked brand"}])
        await app.links.create(session, PRODUCT_BRAND, [(shirt.id, acme.id, {"position": 7})])
    fields = {"fields": "id,brand.name,brand_link.position"}
    product = (await admin.get(f"/products/{shirt.id}", fields))["product"]
    assert (product["brand"]["name"], product["brand_link"]["position"]) == ("Linked brand", 7)
    found = await admin.get("/products", {"$and[0][brand][name]": "Linked brand", "fields": "id"})
    assert [item["id"] for item in found["products"]] == [shirt.id]

    await admin.delete(f"/products/{shirt.id}")
    async with app.database.reader() as session:
        assert await app.links.list(session, PRODUCT_BRAND, right=[acme.id]) == []
