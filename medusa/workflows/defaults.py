"""What every shop has from its first start: a store, a sales channel with a key, a shipping profile, its providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from medusa.framework.app import App, on_start
from medusa.framework.db import Session
from medusa.framework.errors import ConfigurationError
from medusa.framework.ids import generate_id
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.api_key import ApiKeyType
from medusa.workflows.api_key.api_keys import create_api_keys, link_sales_channels_to_api_key
from medusa.workflows.api_key.types import CreateApiKey, LinkSalesChannels
from medusa.workflows.sales_channel.sales_channels import create_sales_channels
from medusa.workflows.sales_channel.types import CreateSalesChannel
from medusa.workflows.store.stores import create_stores
from medusa.workflows.store.types import CreateStore, SupportedCurrency

PROVIDER_TABLES: Final = {
    "payment": "payment_provider",
    "tax": "tax_provider",
    "fulfillment": "fulfillment_provider",
}
_PRESENT = (
    "SELECT EXISTS (SELECT 1 FROM store) AS store, EXISTS (SELECT 1 FROM shipping_profile) AS shipping_profile, "
    + (
        ", ".join(
            f"(SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM {table} WHERE is_enabled AND deleted_at IS NULL)"
            f" AS {module}"
            for module, table in PROVIDER_TABLES.items()
        )
    )
)


class Defaults(Struct, kw_only=True):
    """Provider ids by module, as the configuration has them."""

    providers: dict[str, list[str]]


@workflow("create-defaults")
async def create_missing(ctx: WorkflowContext, data: Defaults) -> None:
    """Create what is missing; processes that start together take turns."""
    await ctx.lock("medusa:defaults")
    present = await _present(ctx.session)
    for module, ids in data.providers.items():
        if present[module] != ids:
            await _enable_providers(ctx.session, PROVIDER_TABLES[module], ids)
    if not present["shipping_profile"]:
        await ctx.session.execute(
            "INSERT INTO shipping_profile (id, name, type) VALUES ($1, 'Default Shipping Profile', 'default')",
            generate_id("sp"),
        )
    if not present["store"]:
        await _create_store(ctx)


async def create_defaults(app: App) -> None:
    """Create what is missing; one statement where nothing is.

    Raises:
        ConfigurationError: The database has no tables.
    """
    wanted = {module: sorted(app.providers.of(module)) for module in PROVIDER_TABLES}
    async with app.database.reader() as session:
        if await session.fetch_value("SELECT to_regclass('store')") is None:
            raise ConfigurationError("The database has no tables yet: run medusa db:migrate")
        present = await _present(session)
    if not (present["store"] and present["shipping_profile"]) or any(
        present[module] != ids for module, ids in wanted.items()
    ):
        await app.run(create_missing, Defaults(providers=wanted))


@on_start
async def create_defaults_on_start(app: App) -> None:
    """A shop is ready whichever command starts it first."""
    await create_defaults(app)


async def _present(session: Session) -> Mapping[str, object]:
    row = await session.fetch_row(_PRESENT)
    assert row is not None
    return dict(row)


async def _enable_providers(session: Session, table: str, ids: list[str]) -> None:
    """Switch the configured providers on and the others off."""
    await session.execute(
        f"INSERT INTO {table} AS p (id) SELECT unnest($1::text[]) ON CONFLICT (id) "
        "DO UPDATE SET is_enabled = true, deleted_at = NULL, updated_at = now() "
        "WHERE NOT p.is_enabled OR p.deleted_at IS NOT NULL",
        ids,
    )
    await session.execute(
        f"UPDATE {table} SET is_enabled = false, updated_at = now() WHERE is_enabled AND id <> ALL($1::text[])", ids
    )
    session.touch(table)


async def _create_store(ctx: WorkflowContext) -> None:
    channel = CreateSalesChannel(name="Default Sales Channel", description="Created by Medusa")
    [channel_id] = await create_sales_channels(ctx, [channel])
    store = CreateStore(
        name="Medusa Store",
        default_sales_channel_id=channel_id,
        supported_currencies=[SupportedCurrency(currency_code="eur", is_default=True)],
    )
    await create_stores(ctx, [store])
    key = CreateApiKey(title="Default Publishable API Key", type=ApiKeyType.PUBLISHABLE, created_by="")
    [made] = await create_api_keys(ctx, [key])
    await link_sales_channels_to_api_key(ctx, LinkSalesChannels(id=made.id, add=[channel_id]))
