from __future__ import annotations

from medusa.framework.app import App
from medusa.framework.db import Database
from medusa.workflows.defaults import create_defaults


async def _rows(database: Database) -> list[int]:
    async with database.reader() as session:
        return [
            await session.fetch_value(f"SELECT count(*) FROM {table}")
            for table in ("store", "sales_channel", "api_key", "shipping_profile", "store_currency")
        ]


async def test_second_start_changes_nothing(app: App, database: Database) -> None:
    before = await _rows(database)
    await create_defaults(app)
    assert await _rows(database) == before
    assert all(before)


async def test_provider_that_is_no_longer_configured_is_switched_off(app: App, database: Database) -> None:
    async with database.session() as session:
        await session.execute("INSERT INTO payment_provider (id) VALUES ('pp_gone')")
    await create_defaults(app)
    async with database.session() as session:
        enabled = await session.fetch("SELECT id FROM payment_provider WHERE is_enabled ORDER BY id")
        await session.execute("DELETE FROM payment_provider WHERE id = 'pp_gone'")
    assert [row["id"] for row in enabled] == sorted(app.providers.of("payment"))
