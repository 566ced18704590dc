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


async def test_customers_propose_brands(store: Client, visitor: Client) -> None:
    await store.post("/brands", {"name": "Proposed"}, expect=401)
    login = {"email": "polly@example.com", "password": "correct-horse"}
    token = (await visitor.post("/auth/customer/emailpass/register", login))["token"]
    await store.post("/customers", {"email": login["email"]}, authorization=f"Bearer {token}")
    token = (await visitor.post("/auth/customer/emailpass", login))["token"]

    brand = (await store.post("/brands", {"name": "Proposed"}, authorization=f"Bearer {token}"))["brand"]
    assert (await store.get("/brands", {"name": "Proposed"}))["brands"] == [brand]
    refused = await store.post("/brands", {"name": ""}, expect=400, authorization=f"Bearer {token}")
    assert refused["message"] == "Invalid request: Value for field 'name' too small, expected at least: '1'"
    await store.post("/brands", {"name": "Proposed"}, expect=400, authorization=f"Bearer {token}")
    assert (await store.get("/brands", {"name": "Proposed"}))["count"] == 1
