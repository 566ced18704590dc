"""Currencies, for storefronts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.admin.currencies import CURRENCY, CurrenciesQuery
from medusa.api.parameters import LocaleQuery
from medusa.framework.http import Response, StoreContext, get


class StoreCurrenciesQuery(CurrenciesQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of currencies."""

    limit: int = 50
    locale: str | UnsetType = UNSET


@get("/store/currencies")
async def list_currencies(ctx: StoreContext, query: StoreCurrenciesQuery) -> Response:
    """List currencies."""
    return await ctx.list("currencies", CURRENCY, query)


@get("/store/currencies/{code}")
async def retrieve_currency(ctx: StoreContext, code: str, query: LocaleQuery) -> Response:
    """Retrieve a currency by its ISO 4217 code, in any case."""
    return await ctx.detail(
        "currency", CURRENCY, code.lower(), query, not_found=f"Currency with code: {code} was not found"
    )
