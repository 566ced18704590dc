"""Price preferences."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.http import (
    AdminContext,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.pricing.price_preferences import (
    CreatePricePreference,
    PricePreferenceChanges,
    UpdatePricePreferences,
    create_price_preferences,
    delete_price_preferences,
    update_price_preferences,
)

PRICE_PREFERENCE = RouteFields(
    "price_preference", "id,attribute,value,is_tax_inclusive,created_at,deleted_at,updated_at"
)


class PricePreferencesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of price preferences."""

    limit: int = 300
    id: StringOrList | UnsetType = UNSET
    attribute: StringOrList | UnsetType = UNSET
    value: StringOrList | UnsetType = UNSET


@get("/admin/price-preferences")
async def list_price_preferences(ctx: AdminContext, query: PricePreferencesQuery) -> Response:
    """List price preferences."""
    return await ctx.list("price_preferences", PRICE_PREFERENCE, query)


@post("/admin/price-preferences")
async def create_price_preference(ctx: AdminContext, body: CreatePricePreference, query: FieldsQuery) -> Response:
    """Create a price preference."""
    [id] = await ctx.run(create_price_preferences, [body])
    return await ctx.detail("price_preference", PRICE_PREFERENCE, id, query)


@get("/admin/price-preferences/{id}")
async def retrieve_price_preference(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a price preference."""
    return await detail_or_nothing(ctx, "price_preference", PRICE_PREFERENCE, id, query)


@post("/admin/price-preferences/{id}")
async def update_price_preference(
    ctx: AdminContext, id: str, body: PricePreferenceChanges, query: FieldsQuery
) -> Response:
    """Change a price preference."""
    await ctx.run(update_price_preferences, UpdatePricePreferences(ids=[id], update=body))
    return await ctx.detail("price_preference", PRICE_PREFERENCE, id, query)


@delete("/admin/price-preferences/{id}")
async def delete_price_preference(ctx: AdminContext, id: str) -> Response:
    """Delete a price preference."""
    await ctx.run(delete_price_preferences, [id])
    return ctx.deleted(id, "price_preference")
