from medusa.framework.testing.clients import Client


async def test_brands_are_created_changed_and_listed(admin: Client, store: Client, visitor: Client) -> None:
    brand = (await admin.post("/brands", {"name": "Routed", "country_code": "de"}))["brand"]
    assert (brand["name"], brand["country_code"], brand["metadata"]) == ("Routed", "de", None)
    changed = (await admin.post(f"/brands/{brand['id']}", {"country_code": "fr"}))["brand"]
    assert (changed["name"], changed["country_code"]) == ("Routed", "fr")

    page = await store.get("/brands", {"country_code": "fr", "fields": "id,name"})
    assert page == {"brands": [{"id": brand["id"], "name": "Routed"}], "count": 1, "offset": 0, "limit": 20}
    assert (await store.get("/brands", {"country_code": "fr", "limit": 1, "offset": 1}))["brands"] == []
    assert (await store.get(f"/brands/{brand['id']}"))["brand"]["name"] == "Routed"

    refused = await admin.post("/brands", {"name": "", "color": "red"}, expect=400)
    assert refused["type"] == "invalid_data"
    assert (await store.get("/brands/brand_none", expect=404))["message"] == "Brand with id: brand_none was not found"
    await visitor.get("/admin/brands", expect=401)
    await visitor.get("/store/brands", expect=400)

    assert (await admin.delete(f"/brands/{brand['id']}"))["deleted"] is True
    assert (await store.get("/brands", {"country_code": "fr"}))["count"] == 0
