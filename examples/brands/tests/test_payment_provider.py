import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from outside import Outside


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    shop = await make_shop(admin, store, tax=None)
    await admin.post(f"/regions/{shop.region_id}", {"payment_providers": ["pp_system_default", "pp_bank_eu"]})
    return shop


async def cart_to_pay(shop: Shop, amount: int) -> str:
    """A cart that is to be paid through the bank."""
    cart = await shop.ready_cart((await shop.product(amount, stock=1), 1))
    collection = (await shop.store.post("/payment-collections", {"cart_id": cart}))["payment_collection"]["id"]
    await shop.store.post(f"/payment-collections/{collection}/payment-sessions", {"provider_id": "pp_bank_eu"})
    return cart


async def test_an_order_is_paid_through_the_bank(shop: Shop, outside: Outside) -> None:
    listed = await shop.store.get("/payment-providers", {"region_id": shop.region_id})
    assert {provider["id"] for provider in listed["payment_providers"]} == {"pp_system_default", "pp_bank_eu"}

    cart = await cart_to_pay(shop, 20)
    order = (await shop.store.post(f"/carts/{cart}/complete"))["order"]
    assert outside.payments["pay_1"] == {"id": "pay_1", "amount": "25", "status": "held", "moved": "0"}

    fields = {"fields": "id,payment_collections.payments.*"}
    found = (await shop.admin.get(f"/orders/{order['id']}", fields))["order"]
    [payment] = found["payment_collections"][0]["payments"]
    assert (payment["provider_id"], payment["amount"], payment["data"]) == ("pp_bank_eu", 25, {"id": "pay_1"})

    captured = (await shop.admin.post(f"/payments/{payment['id']}/capture"))["payment"]
    assert captured["captured_at"] is not None
    assert outside.payments["pay_1"]["status"] == "taken"
    await shop.admin.post(f"/payments/{payment['id']}/refund", {"amount": 5})
    assert (outside.payments["pay_1"]["status"], outside.payments["pay_1"]["moved"]) == ("returned", "5")


async def test_a_no_of_the_bank_leaves_the_cart_as_it_was(shop: Shop, outside: Outside) -> None:
    cart = await cart_to_pay(shop, 2000)
    refused = await shop.store.post(f"/carts/{cart}/complete")
    assert (refused["type"], refused["error"]["message"]) == ("cart", "Payment authorization failed")
    assert refused["cart"]["completed_at"] is None
    assert outside.payments["pay_1"]["status"] == "begun"
