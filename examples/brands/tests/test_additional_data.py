from medusa.framework.testing.clients import Client

PRODUCT = {"title": "Described", "options": [{"title": "Size", "values": ["S"]}]}


async def test_a_product_gets_its_brand_and_a_place(admin: Client) -> None:
    [one, other] = [(await admin.post("/brands", {"name": name}))["brand"] for name in ("First", "Second")]
    fields = {"fields": "id,brand.name,brand_link.position"}
    body = {**PRODUCT, "additional_data": {"brand_id": one["id"], "position": 3}}
    product = (await admin.post("/products", body, fields))["product"]
    assert (product["brand"]["name"], product["brand_link"]["position"]) == ("First", 3)

    changed = await admin.post(f"/products/{product['id']}", {"additional_data": {"brand_id": other["id"]}}, fields)
    assert (changed["product"]["brand"]["name"], changed["product"]["brand_link"]["position"]) == ("Second", 0)
    assert (await admin.post(f"/products/{product['id']}", {"title": "Same"}, fields))["product"] == changed["product"]


async def test_data_that_does_not_fit_is_refused(admin: Client) -> None:
    async def refusal(data: object) -> str:
        answer = await admin.post("/products", {**PRODUCT, "title": "Refused", "additional_data": data}, expect=400)
        return str(answer["message"])

    wrong = "Invalid request: Expected type: 'string' for field 'additional_data, brand_id', got: '7'"
    assert await refusal({"brand_id": 7}) == wrong
    assert await refusal({"brand": "brand_1"}) == "Invalid request: Unrecognized fields: 'brand'"
    assert await refusal({"brand_id": "brand_none"}) == "There is no brand brand_none"
    assert (await admin.get("/products", {"title": "Refused"}))["count"] == 0
