"""A sale cannot be lost, doubled or oversold: real requests against a server with four workers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.framework.testing.clients import Client
from medusa.framework.testing.server import LiveServer, live_server
from medusa.framework.testing.shop import Shop, make_shop
from medusa.modules.inventory.service import InventoryService
from medusa.modules.inventory.types import StockChange
from tests.races.racers import paid_carts, share_stock

CARTS, UNITS, WORKERS = 200, 10, 4
# Who waits for a connection is refused after a while; on a busy machine that would be another outcome of the race.
# And PostgreSQL has a hundred connections, which are for all tests that run at the same time.
CONFIG = """
from datetime import timedelta
from medusa.framework.config import Config, HttpConfig, ProjectConfig

http, patience = HttpConfig(access_log=False), timedelta(minutes=4)
project = ProjectConfig(
    http=http, database_pool_size=5, database_acquire_timeout=patience, database_statement_timeout=patience
)
config = Config(project=project)
"""


@pytest.fixture(scope="module")
def server(app: App, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Four workers on this worker's database."""
    secrets = {"JWT_SECRET": "test", "COOKIE_SECRET": "test"}
    root = tmp_path_factory.mktemp("store")
    (root / "medusa_config.py").write_text(CONFIG)
    with live_server(root, database_url, workers=WORKERS, environment=secrets) as server:
        yield server


@pytest.fixture
async def shop(server: LiveServer, admin_token: str) -> AsyncIterator[Shop]:
    """A shop on the server; a region of its own for each test."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)

    def client(prefix: str, headers: dict[str, str]) -> Client:
        return Client(httpx.AsyncClient(base_url=server.url, headers=headers, limits=limits, timeout=250), prefix)

    async with client("/admin", {"authorization": f"Bearer {admin_token}"}) as admin, client("/store", {}) as store:
        made = await make_shop(admin, store, country="gi", tax=25)
        await asyncio.sleep(0.2)  # the other workers hear of the new key
        yield made
        for region in (await admin.get("/tax-regions", {"country_code": "gi"}))["tax_regions"]:
            await admin.delete(f"/tax-regions/{region['id']}")
        await admin.delete(f"/regions/{made.region_id}")


async def complete(shop: Shop, cart: str) -> tuple[int, Any]:
    """(status, body) of a completion."""
    answer = await shop.store.http.post(f"/store/carts/{cart}/complete")
    return answer.status_code, answer.json()


async def figures(database: Database, item: str) -> dict[str, int]:
    """What the database holds of the sale of an inventory item."""
    async with database.reader() as session:
        row = await session.fetch_row(
            """
            SELECT (SELECT sum(reserved_quantity) FROM inventory_level WHERE inventory_item_id = $1)::int AS reserved,
                   (SELECT count(*) FROM reservation_item
                      WHERE inventory_item_id = $1 AND deleted_at IS NULL)::int AS reservations,
                   (SELECT count(*) FROM reservation_item r WHERE inventory_item_id = $1 AND deleted_at IS NULL
                      AND NOT EXISTS (SELECT 1 FROM order_item o WHERE o.item_id = r.line_item_id))::int AS without_order,
                   (SELECT count(DISTINCT o.order_id) FROM reservation_item r JOIN order_item o ON o.item_id = r.line_item_id
                      WHERE r.inventory_item_id = $1)::int AS orders,
                   (SELECT count(*) FROM payment p WHERE NOT EXISTS (SELECT 1 FROM order_payment_collection l
                      WHERE l.payment_collection_id = p.payment_collection_id))::int AS payments_without_order
            """,
            item,
        )
    assert row is not None
    return dict(row)


async def test_two_hundred_carts_race_for_ten_units(shop: Shop, database: Database) -> None:
    one, other = await shop.product(10, stock=UNITS), await shop.product(12, stock=0)
    await share_stock(shop, one, other)
    carts = await paid_carts(shop, one, other, CARTS, at_a_time=16)
    answers = await asyncio.gather(*[complete(shop, cart) for cart in carts])

    won = [body for status, body in answers if status == 200 and body["type"] == "order"]
    lost = [(status, body) for status, body in answers if not (status == 200 and body["type"] == "order")]
    assert len(won) == UNITS
    assert len({body["order"]["id"] for body in won}) == UNITS
    assert len(lost) == CARTS - UNITS
    assert Counter(_refusal(status, body) for status, body in lost).most_common(1)[0][1] == CARTS - UNITS
    assert await figures(database, one.inventory_item_id) == {
        "reserved": UNITS,
        "reservations": UNITS,
        "without_order": 0,
        "orders": UNITS,
        "payments_without_order": 0,
    }


def _refusal(status: int, body: Any) -> tuple[int, str, str]:
    error = body.get("error", body)
    return status, error["type"], error["message"]


async def test_fifty_completions_of_one_cart_give_one_order(shop: Shop, database: Database) -> None:
    product = await shop.product(10, stock=50)
    cart = await shop.unpaid_cart((product, 1))
    await shop.pay(cart)
    answers = await asyncio.gather(*[complete(shop, cart) for _ in range(50)])
    assert {status for status, _ in answers} == {200}
    assert {body["type"] for _, body in answers} == {"order"}
    assert len({body["order"]["id"] for _, body in answers}) == 1
    assert all(body == answers[0][1] for _, body in answers)
    found = await figures(database, product.inventory_item_id)
    assert (found["reserved"], found["reservations"], found["orders"]) == (1, 1, 1)


async def test_changes_of_one_cart_at_once_add_up(shop: Shop) -> None:
    products = [await shop.product(10 + number) for number in range(8)]
    cart = await shop.unpaid_cart((products[0], 1))
    adds = [
        shop.store.post(f"/carts/{cart}/line-items", {"variant_id": product.variant_id, "quantity": 2})
        for product in products
    ]
    await asyncio.gather(*adds)
    raced = (await shop.store.get(f"/carts/{cart}"))["cart"]
    serial_id = await shop.unpaid_cart((products[0], 1))
    for product in products:
        await shop.store.post(f"/carts/{serial_id}/line-items", {"variant_id": product.variant_id, "quantity": 2})
    serial = (await shop.store.get(f"/carts/{serial_id}"))["cart"]
    assert {name: raced[name] for name in serial if name.endswith("total")} == {
        name: value for name, value in serial.items() if name.endswith("total")
    }
    assert Counter((item["variant_id"], item["quantity"]) for item in raced["items"]) == Counter(
        (item["variant_id"], item["quantity"]) for item in serial["items"]
    )


async def test_reservations_made_at_once_add_up(shop: Shop) -> None:
    product = await shop.product(10, stock=30)
    body = {"inventory_item_id": product.inventory_item_id, "location_id": shop.location_id, "quantity": 1}
    answers = await asyncio.gather(*[shop.admin.http.post("/admin/reservations", json=body) for _ in range(40)])
    assert Counter(answer.status_code for answer in answers) == {200: 30, 400: 10}
    assert await shop.stock(product) == (30, 30)


async def test_stock_adjustments_made_at_once_add_up(shop: Shop, app: App) -> None:
    product = await shop.product(10, stock=50)

    async def adjust(by: int) -> None:
        change = StockChange(
            inventory_item_id=product.inventory_item_id, location_id=shop.location_id, stocked=Decimal(by)
        )
        async with app.database.session() as session:
            await app.service(InventoryService).adjust(session, [change])

    cart = await shop.unpaid_cart((product, 3))
    await shop.pay(cart)
    adjustments = asyncio.gather(*[adjust(by) for by in [7, -2] * 20])
    status, _ = await complete(shop, cart)
    await adjustments
    assert status == 200
    assert await shop.stock(product) == (50 + 5 * 20, 3)
