"""Payment providers, for storefronts."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from medusa.framework.http import ListQuery, Response, RouteFields, StoreContext, get

PROVIDER = RouteFields("payment_provider", "id,is_enabled")


class ProvidersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Providers of a region."""

    region_id: str
    limit: int = 20
    locale: str | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        given = {name: value for name, value in super().filters().items() if name not in ("locale", "region_id")}
        return {**given, "regions": {"id": self.region_id}, "is_enabled": True}


@get("/store/payment-providers")
async def list_providers(ctx: StoreContext, query: ProvidersQuery) -> Response:
    """List the payment providers of a region."""
    return await ctx.list("payment_providers", PROVIDER, query)
