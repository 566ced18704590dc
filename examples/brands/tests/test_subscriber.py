from medusa.framework.app import App
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop
from medusa.framework.worker import Worker
from outside import Outside


async def test_every_order_is_thanked_for_once(app: App, admin: Client, store: Client, outside: Outside) -> None:
    shop = await make_shop(admin, store, tax=None)
    cart = await shop.ready_cart((await shop.product(20), 1))
    order = (await store.post(f"/carts/{cart}/complete"))["order"]
    await Worker(app).run_until_idle()
    async with app.database.session() as session:
        await app.defer_events(session, [("order.placed", {"id": order["id"]})])  # delivered again
    await Worker(app).run_until_idle()

    [card] = [card for card in outside.cards.values() if card["to"] == order["email"]]
    assert card["text"] == f"Thank you for order {order['display_id']}: 25 EUR."
