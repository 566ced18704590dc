from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop

EMAIL = "gold@example.com"


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    return await make_shop(admin, store, tax=None)


@pytest.fixture
async def member(shop: Shop, visitor: Client) -> dict[str, Any]:
    """The header of a customer who is a member."""
    login = {"email": EMAIL, "password": "correct-horse"}
    token = (await visitor.post("/auth/customer/emailpass/register", login))["token"]
    made = await shop.store.post("/customers", {"email": EMAIL}, authorization=f"Bearer {token}")
    await shop.admin.post(f"/customers/{made['customer']['id']}", {"metadata": {"membership": "gold"}})
    token = (await visitor.post("/auth/customer/emailpass", login))["token"]
    return {"authorization": f"Bearer {token}"}


async def test_members_see_and_pay_less(shop: Shop, member: dict[str, Any], statements: list[str]) -> None:
    prices = [
        {"currency_code": "eur", "amount": 20},
        {"currency_code": "eur", "amount": 15, "rules": {"membership": "gold"}},
    ]
    shirt = await shop.product(20, variant={"prices": prices})

    query = {"region_id": shop.region_id, "id": shirt.id}

    async def shown(**headers: Any) -> int:
        [product] = (await shop.store.get("/products", query, **headers))["products"]
        return int(product["variants"][0]["calculated_price"]["calculated_amount"])

    assert (await shown(), await shown(**member)) == (20, 15)

    cart = {"region_id": shop.region_id, "items": [{"variant_id": shirt.variant_id, "quantity": 1}]}
    assert (await shop.store.post("/carts", cart))["cart"]["total"] == 20
    mine = (await shop.store.post("/carts", cart, **member))["cart"]
    assert mine["total"] == 15
    line = {"variant_id": shirt.variant_id, "quantity": 2}
    assert (await shop.store.post(f"/carts/{mine['id']}/line-items", line))["cart"]["total"] == 45
