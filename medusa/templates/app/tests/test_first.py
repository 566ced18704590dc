from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop


async def test_a_purchase(admin: Client, store: Client) -> None:
    shop = await make_shop(admin, store, tax=10)
    cart = await shop.ready_cart((await shop.product(20), 2))
    answer = await store.post(f"/carts/{cart}/complete")
    assert answer["type"] == "order"
    assert answer["order"]["item_total"] == 44  # two for 20, with 10 % tax
