"""Creating, changing and deleting stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.store import StoreService
from medusa.workflows.store.tax_inclusivity import remember_tax_inclusivity
from medusa.workflows.store.types import CreateStore, StoreChanges, UpdateStores


@workflow("create-stores")
async def create_stores(ctx: WorkflowContext, data: list[CreateStore]) -> list[str]:
    """Create stores; their ids."""
    stores = await ctx.service(StoreService).stores.create(ctx.session, [_columns(store) for store in data])
    for row, store in zip(stores, data, strict=True):
        await _set_lists(ctx, row.id, store)
    return [row.id for row in stores]


@workflow("update-stores")
async def update_stores(ctx: WorkflowContext, data: UpdateStores) -> list[str]:
    """Change stores; their ids."""
    columns = _columns(data.update)
    rows = [{"id": id, **columns} for id in data.ids]
    await update_rows(ctx.service(StoreService).stores, ctx.session, rows, merging=False)
    for id in data.ids:
        await _set_lists(ctx, id, data.update)
    return data.ids


@workflow("delete-stores")
async def delete_stores(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete stores (soft)."""
    await ctx.service(StoreService).stores.soft_delete(ctx.session, ids)


def _columns(store: StoreChanges) -> Mapping[str, Any]:
    lists = ("supported_currencies", "supported_locales")
    return {name: value for name, value in row_of(store).items() if name not in lists}


async def _set_lists(ctx: WorkflowContext, store_id: str, store: StoreChanges) -> None:
    service = ctx.service(StoreService)
    if isinstance(store.supported_currencies, list):
        currencies = {item.currency_code.lower(): item for item in store.supported_currencies}
        await service.set_currencies(
            ctx.session,
            store_id,
            [(item.currency_code.lower(), item.is_default or False) for item in store.supported_currencies],
        )
        await remember_tax_inclusivity(
            ctx,
            "currency_code",
            {
                code: flag if isinstance(flag := item.is_tax_inclusive, bool) else None
                for code, item in currencies.items()
            },
        )
    if isinstance(store.supported_locales, list):
        await service.set_locales(ctx.session, store_id, [item.locale_code for item in store.supported_locales])
