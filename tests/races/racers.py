"""What a race for the last units begins with: stock that two products share, and carts that are paid for."""

from __future__ import annotations

import asyncio

from medusa.framework.testing.shop import Goods, Shop


async def share_stock(shop: Shop, first: Goods, second: Goods) -> None:
    """Let the second product sell from the first one's stock."""
    path = f"/products/{second.id}/variants/{second.variant_id}/inventory-items"
    await shop.admin.delete(f"{path}/{second.inventory_item_id}")
    await shop.admin.post(path, {"inventory_item_id": first.inventory_item_id, "required_quantity": 1})


async def paid_carts(shop: Shop, first: Goods, second: Goods, count: int, *, at_a_time: int) -> list[str]:
    """Carts that lack nothing but their completion; each wants one of the one or the other product."""
    gate = asyncio.Semaphore(at_a_time)

    async def ready(number: int) -> str:
        async with gate:
            cart = await shop.unpaid_cart((first if number % 2 else second, 1), email=f"racer{number}@example.com")
            await shop.pay(cart)
            return cart

    return await asyncio.gather(*[ready(number) for number in range(count)])
