"""Shipping profiles."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.fulfillment.profiles import (
    create_shipping_profiles,
    delete_shipping_profiles,
    update_shipping_profiles,
)
from medusa.workflows.fulfillment.types import CreateShippingProfile, ShippingProfileChanges, UpdateShippingProfiles

SHIPPING_PROFILE = RouteFields("shipping_profile", "id,name,type,metadata,created_at,updated_at")


class ShippingProfilesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of shipping profiles."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    type: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/admin/shipping-profiles")
async def list_shipping_profiles(ctx: AdminContext, query: ShippingProfilesQuery) -> Response:
    """List shipping profiles."""
    return await ctx.list("shipping_profiles", SHIPPING_PROFILE, query)


@post("/admin/shipping-profiles")
async def create_shipping_profile(ctx: AdminContext, body: CreateShippingProfile, query: FieldsQuery) -> Response:
    """Create a shipping profile."""
    [id] = await ctx.run(create_shipping_profiles, [body])
    return await ctx.detail("shipping_profile", SHIPPING_PROFILE, id, query)


@get("/admin/shipping-profiles/{id}")
async def retrieve_shipping_profile(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a shipping profile."""
    return await detail_or_nothing(ctx, "shipping_profile", SHIPPING_PROFILE, id, query)


@post("/admin/shipping-profiles/{id}")
async def update_shipping_profile(
    ctx: AdminContext, id: str, body: ShippingProfileChanges, query: FieldsQuery
) -> Response:
    """Change a shipping profile."""
    await ctx.run(update_shipping_profiles, UpdateShippingProfiles(ids=[id], update=body))
    return await detail_or_nothing(ctx, "shipping_profile", SHIPPING_PROFILE, id, query)


@delete("/admin/shipping-profiles/{id}")
async def delete_shipping_profile(ctx: AdminContext, id: str) -> Response:
    """Delete a shipping profile."""
    await ctx.run(delete_shipping_profiles, [id])
    return ctx.deleted(id, "shipping_profile")
