"""Regions."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

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
from medusa.workflows.region.regions import create_regions, delete_regions, update_regions
from medusa.workflows.region.types import CreateRegion, RegionChanges, UpdateRegions

REGION = RouteFields(
    "region", "id,name,currency_code,created_at,updated_at,deleted_at,automatic_taxes,metadata,*countries"
)


class RegionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of regions."""

    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    currency_code: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/admin/regions")
async def list_regions(ctx: AdminContext, query: RegionsQuery) -> Response:
    """List regions."""
    return await ctx.list("regions", REGION, query)


@post("/admin/regions")
async def create_region(ctx: AdminContext, body: CreateRegion, query: FieldsQuery) -> Response:
    """Create a region."""
    [id] = await ctx.run(create_regions, [body])
    return await ctx.detail("region", REGION, id, query)


@get("/admin/regions/{id}")
async def retrieve_region(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a region."""
    return await ctx.detail("region", REGION, id, query, not_found=f"Region with id: {id} not found")


@post("/admin/regions/{id}")
async def update_region(ctx: AdminContext, id: str, body: RegionChanges, query: FieldsQuery) -> Response:
    """Change a region."""
    await ctx.run(update_regions, UpdateRegions(ids=[id], update=body))
    return await ctx.detail("region", REGION, id, query)


@delete("/admin/regions/{id}")
async def delete_region(ctx: AdminContext, id: str) -> Response:
    """Delete a region."""
    await ctx.run(delete_regions, [id])
    return ctx.deleted(id, "region")
