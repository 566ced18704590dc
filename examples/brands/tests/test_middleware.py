from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop


async def test_a_closed_shop_makes_no_carts(admin: Client, store: Client) -> None:
    shop = await make_shop(admin, store)
    body = {"region_id": shop.region_id}
    refused = await store.post("/carts", body, expect=400, x_shop_closed="yes")
    assert refused == {"type": "not_allowed", "message": "The shop is closed for stocktaking"}
    assert (await store.post("/carts", body))["cart"]["id"].startswith("cart_")
