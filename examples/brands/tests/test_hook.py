from medusa.framework.testing.clients import Client

PRODUCT = {"title": "Hooked", "options": [{"title": "Size", "values": ["S"]}]}


async def test_a_new_product_gets_its_brand(admin: Client) -> None:
    brand = (await admin.post("/brands", {"name": "Hooked brand"}))["brand"]
    body = {**PRODUCT, "additional_data": {"brand_id": brand["id"]}}
    product = (await admin.post("/products", body, {"fields": "id,*brand"}))["product"]
    assert product["brand"]["name"] == "Hooked brand"

    refused = {**PRODUCT, "title": "Refused", "additional_data": {"brand_id": "brand_none"}}
    assert (await admin.post("/products", refused, expect=400))["message"] == "There is no brand brand_none"
    assert (await admin.get("/products", {"title": "Refused"}))["count"] == 0
