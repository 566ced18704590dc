"""Fulfillment providers."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import refuse_parameters
from medusa.framework.http import AdminContext, Flag, ListQuery, Response, RouteFields, StringOrList, get
from medusa.modules.fulfillment import FulfillmentService

FULFILLMENT_PROVIDER = RouteFields("fulfillment_provider", "id,is_enabled")


class FulfillmentProvidersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of fulfillment providers."""

    id: StringOrList | UnsetType = UNSET
    is_enabled: Flag | UnsetType = UNSET
    stock_location_id: StringOrList | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        found = super().filters()
        if (ids := found.pop("stock_location_id", None)) is not None:
            found["locations"] = {"id": ids}
        return found


@get("/admin/fulfillment-providers")
async def list_fulfillment_providers(ctx: AdminContext, query: FulfillmentProvidersQuery) -> Response:
    """List fulfillment providers."""
    refuse_parameters(query, "$and", "$or")
    return await ctx.list("fulfillment_providers", FULFILLMENT_PROVIDER, query)


@get("/admin/fulfillment-providers/{id}/options")
async def list_fulfillment_options(ctx: AdminContext, id: str) -> Response:
    """List the ways of shipping that a fulfillment provider offers."""
    options = await ctx.service(FulfillmentService).provider(id).fulfillment_options()
    return ctx.json({"fulfillment_options": options, "count": len(options), "limit": len(options), "offset": 0})
