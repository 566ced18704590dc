"""PostgreSQL dies under load and comes back; the pool is full."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from medusa.framework.app import App, load
from medusa.framework.asgi import http_application
from medusa.framework.config import Config, Environment, HttpConfig, ProjectConfig, complete
from medusa.framework.db.autogenerate import sync_links
from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.db.migrations import migrate
from medusa.framework.db.postgres_place import data_directory
from medusa.framework.testing.clients import Client
from medusa.framework.testing.server import LiveServer, live_server
from medusa.framework.testing.shop import Shop, make_shop
from tests.chaos.harness import EMAIL, PASSWORD

CARTS, BUYERS = 40, 8
SECRETS = {"JWT_SECRET": "test", "COOKIE_SECRET": "test"}


class Postgres:
    """A server of the test's own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.hold = EmbeddedPostgres(directory)
        self.url = self.hold.start()

    def die(self) -> None:
        """Immediate shutdown: every connection is cut, nothing is written any more."""
        pid = int((data_directory(self.directory.resolve()) / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.02)

    def start_again(self) -> None:
        """Start it on the same data."""
        before, self.hold = self.hold, EmbeddedPostgres(self.directory)
        assert self.hold.start() == self.url
        before.stop()


@pytest.fixture(scope="module")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Postgres]:
    """A fresh, migrated server, stopped at the end."""
    made = Postgres(tmp_path_factory.mktemp("pg"))
    load(Path.cwd())
    migrate(made.url)
    sync_links(made.url)
    yield made
    made.hold.stop()


async def complete_cart(shop: Shop, cart: str) -> str | int:
    """The order's id, or the status of the refusal."""
    answer = await shop.store.http.post(f"/store/carts/{cart}/complete")
    if answer.status_code != 200:
        assert answer.status_code != 503 or "retry-after" in answer.headers
        return answer.status_code
    assert answer.json()["type"] == "order"
    order: str = answer.json()["order"]["id"]
    return order


async def test_postgresql_killed_under_load_loses_no_acknowledged_order(postgres: Postgres, tmp_path: Path) -> None:
    root = tmp_path / "store"
    with live_server(root, postgres.url, workers=2, environment=SECRETS) as server:
        await make_admin(root, postgres.url)
        async with client(server, "/admin") as admin, client(server, "/store") as store:
            await log_in(admin)
            shop = await make_shop(admin, store, tax=None, country="no")
            await asyncio.sleep(0.3)  # the other worker hears of the new key
            product = await shop.product(20, stock=CARTS)
            carts = [await shop.ready_cart((product, 1)) for _ in range(CARTS)]
            first = await buy_while_it_dies(shop, carts, postgres)
            statuses = Counter(answer for answer in first.values() if isinstance(answer, int))
            assert set(statuses) <= {503}, statuses
            last = {cart: await until_sold(shop, cart) for cart in carts}
            assert await shop.stock(product) == (CARTS, CARTS)
        assert server.process.poll() is None
    for cart, answer in first.items():
        assert isinstance(answer, int) or last[cart] == answer
    assert len(set(last.values())) == CARTS
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute(
            'SELECT count(*), count(DISTINCT cart_id) FROM order_cart JOIN "order" o ON o.id = order_id'
        )
        assert found.fetchone() == (CARTS, CARTS)


async def buy_while_it_dies(shop: Shop, carts: list[str], postgres: Postgres) -> dict[str, str | int]:
    """Complete every cart; the server dies when a quarter is sold and comes back half a second later."""
    answers: dict[str, str | int] = {}
    gate = asyncio.Semaphore(BUYERS)

    is_time = asyncio.Event()

    async def buy(cart: str) -> None:
        async with gate:
            answers[cart] = await complete_cart(shop, cart)
        if len(answers) >= CARTS // 4:
            is_time.set()

    async def die() -> None:
        await is_time.wait()
        await asyncio.to_thread(postgres.die)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.start_again)

    await asyncio.gather(die(), *[buy(cart) for cart in carts])
    return answers


async def until_sold(shop: Shop, cart: str) -> str:
    """Ask again until the cart is an order (20 s at most)."""
    answer: str | int = 0
    for _ in range(100):
        answer = await complete_cart(shop, cart)
        if isinstance(answer, str):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(f"{cart} cannot be completed: {answer}")


def client(server: LiveServer, prefix: str) -> Client:
    """A client of one scope."""
    return Client(httpx.AsyncClient(base_url=server.url, timeout=60), prefix)


async def make_admin(root: Path, url: str) -> None:
    """A user who may log in."""
    command = [sys.executable, "-m", "medusa.cli.main", "user", "-e", EMAIL, "-p", PASSWORD]
    variables = {**os.environ, **SECRETS, "DATABASE_URL": url}
    made = await asyncio.create_subprocess_exec(*command, cwd=root, env=variables)
    assert await made.wait() == 0


async def log_in(admin: Client) -> None:
    """Give the client that user's token."""
    login = await admin.http.post("/auth/user/emailpass", json={"email": EMAIL, "password": PASSWORD})
    admin.http.headers["authorization"] = f"Bearer {login.json()['token']}"


async def test_a_full_pool_answers_503_with_retry_after(database_url: str, tmp_path: Path, app: App) -> None:
    patience = timedelta(milliseconds=200)
    http = HttpConfig(jwt_secret="test", cookie_secret="test", access_log=False)
    project = ProjectConfig(
        database_url=database_url, database_pool_size=2, database_acquire_timeout=patience, http=http, log_level="error"
    )
    config = complete(Config(project=project, environment=Environment.TEST, root=tmp_path), {})
    async with App.open(tmp_path, config=config) as small:
        transport = httpx.ASGITransport(app=http_application(small))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as visitor:
            body = {"email": "nobody@example.com", "password": "wrong"}
            async with small.database.session(), small.database.session():
                start = time.monotonic()
                answer = await visitor.post("/auth/user/emailpass", json=body)
                seconds = time.monotonic() - start
            assert (answer.status_code, answer.json()["type"]) == (503, "service_unavailable")
            assert int(answer.headers["retry-after"]) >= 1
            assert 0.2 <= seconds < 8  # those who are not told to be quick wait ten
            assert (await visitor.post("/auth/user/emailpass", json=body)).status_code == 401
