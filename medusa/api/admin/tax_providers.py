"""Tax providers."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import refuse_parameters
from medusa.framework.http import AdminContext, Flag, ListQuery, Response, RouteFields, StringOrList, get

TAX_PROVIDER = RouteFields("tax_provider", "id,is_enabled")


class TaxProvidersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tax providers."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    is_enabled: Flag | UnsetType = UNSET


@get("/admin/tax-providers")
async def list_tax_providers(ctx: AdminContext, query: TaxProvidersQuery) -> Response:
    """List tax providers."""
    refuse_parameters(query, "q")
    return await ctx.list("tax_providers", TAX_PROVIDER, query)
