"""Currencies."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.framework.http import AdminContext, FieldsQuery, ListQuery, Response, RouteFields, StringOrList, get

CURRENCY = RouteFields("currency", "code,name,symbol,symbol_native,decimal_digits,rounding")


class CurrenciesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of currencies."""

    limit: int = 200
    code: StringOrList | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        found = super().filters()
        if (code := found.get("code")) is not None:
            found["code"] = code.lower() if isinstance(code, str) else [str(item).lower() for item in code]
        return found


@get("/admin/currencies")
async def list_currencies(ctx: AdminContext, query: CurrenciesQuery) -> Response:
    """List currencies."""
    return await ctx.list("currencies", CURRENCY, query)


@get("/admin/currencies/{code}")
async def retrieve_currency(ctx: AdminContext, code: str, query: FieldsQuery) -> Response:
    """Retrieve a currency by its ISO 4217 code, in any case."""
    return await ctx.detail(
        "currency", CURRENCY, code.lower(), query, not_found=f"Currency with code: {code} was not found"
    )
