"""The race for the last units against any running server, through HTTP alone: prints what was sold, refused and reserved.

python -m tests.races.reference_race http://127.0.0.1:9000 --carts 200 --units 10
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from typing import Any

import httpx

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop
from tests.races.racers import paid_carts, share_stock


async def main(url: str, *, carts: int, units: int, country: str, email: str, password: str) -> dict[str, Any]:
    """Make a shop, let the carts race, remove what would be in the way of another run."""
    http = httpx.AsyncClient(base_url=url, timeout=600, limits=httpx.Limits(max_connections=64))
    async with http, httpx.AsyncClient(base_url=url, timeout=600, limits=httpx.Limits(max_connections=64)) as buyers:
        login = await http.post("/auth/user/emailpass", json={"email": email, "password": password})
        http.headers["authorization"] = f"Bearer {login.json()['token']}"
        shop = await make_shop(Client(http, "/admin"), Client(buyers, "/store"), tax=None, country=country)
        await asyncio.sleep(0.5)  # other processes of the server hear of the new key
        try:
            return await race(shop, carts=carts, units=units)
        finally:
            await shop.admin.delete(f"/regions/{shop.region_id}")


async def race(shop: Shop, *, carts: int, units: int) -> dict[str, Any]:
    """Two products share the units; every cart wants one. The figures of the outcome."""
    one, other = await shop.product(10, stock=units), await shop.product(12, stock=0)
    await share_stock(shop, one, other)

    async def complete(cart: str) -> tuple[str, str]:
        answer = await shop.store.http.post(f"/store/carts/{cart}/complete")
        body = answer.json()
        if body.get("type") == "order":
            return "order", str(body["order"]["id"])
        error = body.get("error", body)
        kind, message = error.get("type") or error.get("name"), error.get("message")
        return f"{answer.status_code} {kind}: {message}".replace(cart, "CART"), ""

    ready_carts = await paid_carts(shop, one, other, carts, at_a_time=8)
    start = time.perf_counter()
    answers = await asyncio.gather(*[complete(cart) for cart in ready_carts])
    seconds = time.perf_counter() - start
    filters = {"inventory_item_id[]": one.inventory_item_id, "fields": "id,quantity,line_item_id", "limit": 1000}
    reservations = (await shop.admin.get("/reservations", filters))["reservations"]
    filters = {"sales_channel_id[]": shop.channel_id, "fields": "id,items.id", "limit": 1000}
    orders = (await shop.admin.get("/orders", filters))["orders"]
    lines = {item["id"] for order in orders for item in order["items"]}
    held = {row["line_item_id"] for row in reservations}
    return {
        "carts": carts,
        "units": units,
        "answers_order": sum(kind == "order" for kind, _ in answers),
        "refusals": Counter(kind for kind, _ in answers if kind != "order"),
        "orders": len(orders),
        "stocked_reserved": await shop.stock(one),
        "reservations": len(reservations),
        "order_lines_without_reservation": len(lines - held),
        "reservations_without_order": len(held - lines),
        "seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("url")
    arguments.add_argument("--carts", type=int, default=200)
    arguments.add_argument("--units", type=int, default=10)
    arguments.add_argument("--country", default="fo")
    arguments.add_argument("--email", default="admin@medusajs.com")
    arguments.add_argument("--password", default="supersecret")
    print(json.dumps(asyncio.run(main(**vars(arguments.parse_args()))), indent=1))
