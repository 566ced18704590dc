from medusa.framework.testing.clients import Client


async def test_a_vendor_registers_and_logs_in(visitor: Client) -> None:
    login = {"email": "vera@example.com", "password": "correct-horse"}
    token = (await visitor.post("/auth/vendor/emailpass/register", login))["token"]
    body = {"name": "Vera", "email": "vera@example.com"}
    await visitor.post("/vendors", body, expect=401)
    vendor = (await visitor.post("/vendors", body, authorization=f"Bearer {token}"))["vendor"]
    assert vendor["id"].startswith("ven_")

    await visitor.get("/vendors/me", expect=401, authorization=f"Bearer {token}")  # made before she was a vendor
    token = (await visitor.post("/auth/vendor/emailpass", login))["token"]
    assert (await visitor.get("/vendors/me", authorization=f"Bearer {token}"))["vendor"] == vendor
    await visitor.get("/admin/products", expect=401, authorization=f"Bearer {token}")
