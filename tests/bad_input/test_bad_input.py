"""Bad input gets the contract's answer, and nothing is written.

``answers.json`` holds what the original answers to the same requests: ``python -m tests.bad_input.record URL SECRET``.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from medusa.framework.db import Database
from medusa.framework.http.asgi import HttpApplication
from medusa.framework.testing.clients import Client
from tests.bad_input.cases import CASES, Case
from tests.bad_input.record import ANSWERS, COUNTRY
from tests.bad_input.world import World, make_world

EXPECTED: dict[str, dict[str, Any]] = json.loads(ANSWERS.read_text())
FAILS = "the original fails with a 500; we say what is wrong"
DEVIATIONS: dict[str, tuple[str, int, Any]] = {
    "a zero byte in a string": (FAILS, 400, "invalid_data"),
    "store: session of a collection": (FAILS, 404, "not_found"),
    "admin/orders?status=sold": ("the original fails with a 500; no order has that status", 200, None),
}
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture(scope="module")
async def world(http: HttpApplication, admin_token: str) -> AsyncIterator[World]:
    """A shop with carts in every state."""

    def client(**headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=http)  # type: ignore[arg-type]  # httpx types the protocol with plain dicts
        return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)

    async with client(authorization=f"Bearer {admin_token}") as admin, client() as store, client() as nobody:
        yield await make_world(Client(admin, "/admin"), Client(store, "/store"), nobody, country=COUNTRY, secret="test")


async def contents(database: Database) -> dict[str, str]:
    """A checksum and the number of rows of every table, in one statement."""
    async with database.reader() as session:
        tables = [row[0] for row in await session.fetch(_TABLES)]
        sums = ", ".join(
            f"(SELECT count(*) || ':' || coalesce(sum(hashtext(t::text)::bigint), 0) FROM {table} AS t)"
            for table in tables
        )
        return dict(zip(tables, await session.fetch_value(f"SELECT ARRAY[{sums}]"), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_bad_input_is_refused_as_in_the_contract(case: Case, world: World, database: Database) -> None:
    before = await contents(database)
    answer = await world.play(case)
    if case.name in DEVIATIONS:
        _, status, kind = DEVIATIONS[case.name]
        assert (answer["status"], answer["body"].get("type") if kind else None) == (status, kind)
    else:
        assert answer == EXPECTED[case.name]
    if answer["status"] >= 400 or case.name.endswith("completed twice"):
        after = await contents(database)
        assert after == before, {
            table: (before.get(table), after[table]) for table in after if after[table] != before.get(table)
        }
        assert len(after) > 100


async def test_a_change_would_be_seen(database: Database) -> None:
    before = await contents(database)
    async with database.session() as session:
        await session.execute("INSERT INTO store (id, name) VALUES ('store_x', 'x')")
    assert {table for table, rows in (await contents(database)).items() if rows != before[table]} == {"store"}
    async with database.session() as session:
        await session.execute("DELETE FROM store WHERE id = 'store_x'")
    assert await contents(database) == before
