"""Fulfillment sets and their service zones."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.http import AdminContext, FieldsQuery, Response, RouteFields, delete, get, post
from medusa.workflows.fulfillment.sets import (
    create_service_zone,
    delete_fulfillment_sets,
    delete_service_zone,
    update_service_zone,
)
from medusa.workflows.fulfillment.types import CreateServiceZone, DeleteServiceZone, GeoZoneInput, UpdateServiceZone

FULFILLMENT_SET = RouteFields(
    "fulfillment_set", "id,name,type,created_at,updated_at,deleted_at,*service_zones,*service_zones.geo_zones"
)
PARENT = RouteFields("fulfillment_set", "*,*service_zones")
SERVICE_ZONE = RouteFields("service_zone", "id,name,created_at,updated_at,deleted_at,*geo_zones")
_NEEDED = {
    "country": (),
    "province": ("province_code",),
    "city": ("province_code", "city"),
    "zip": ("province_code", "city", "postal_expression"),
}


class CreateZone(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new service zone."""

    name: str
    geo_zones: list[GeoZoneInput] = []


class ZoneChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a service zone; ``geo_zones`` replace its places."""

    name: str | UnsetType | None = UNSET
    geo_zones: list[GeoZoneInput] | UnsetType = UNSET


def _check(zones: list[GeoZoneInput]) -> list[GeoZoneInput]:
    """Refuse places that lack what their type needs, in the words of the contract."""
    for index, zone in enumerate(zones):
        needed = _NEEDED.get(zone.type)
        if needed is None or any(not getattr(zone, name) for name in needed):
            raise InvalidData(f"Invalid request: Field 'geo_zones, {index}, type' is required")
    return zones


@delete("/admin/fulfillment-sets/{id}")
async def delete_fulfillment_set(ctx: AdminContext, id: str) -> Response:
    """Delete a fulfillment set."""
    await ctx.run(delete_fulfillment_sets, [id])
    return ctx.deleted(id, "fulfillment_set")


@post("/admin/fulfillment-sets/{id}/service-zones")
async def create_zone(ctx: AdminContext, id: str, body: CreateZone, query: FieldsQuery) -> Response:
    """Give a fulfillment set a service zone."""
    data = CreateServiceZone(fulfillment_set_id=id, name=body.name, geo_zones=_check(body.geo_zones))
    await ctx.run(create_service_zone, data)
    return await ctx.detail("fulfillment_set", FULFILLMENT_SET, id, query)


@get("/admin/fulfillment-sets/{id}/service-zones/{zone_id}")
async def retrieve_zone(ctx: AdminContext, id: str, zone_id: str, query: FieldsQuery) -> Response:
    """Retrieve a service zone."""
    return await ctx.detail(
        "service_zone", SERVICE_ZONE, zone_id, query, not_found=f"Service zone with id: {zone_id} not found"
    )


@post("/admin/fulfillment-sets/{id}/service-zones/{zone_id}")
async def update_zone(ctx: AdminContext, id: str, zone_id: str, body: ZoneChanges, query: FieldsQuery) -> Response:
    """Change a service zone."""
    data = UpdateServiceZone(
        fulfillment_set_id=id,
        id=zone_id,
        name=body.name or None,
        geo_zones=_check(body.geo_zones) if isinstance(body.geo_zones, list) else None,
    )
    await ctx.run(update_service_zone, data)
    return await ctx.detail("fulfillment_set", FULFILLMENT_SET, id, query)


@delete("/admin/fulfillment-sets/{id}/service-zones/{zone_id}")
async def delete_zone(ctx: AdminContext, id: str, zone_id: str, query: FieldsQuery) -> Response:
    """Delete a service zone."""
    # The contract shows the set as it was.
    parent = await ctx.fetch(PARENT, id, query, not_found=f"FulfillmentSet with id: {id} was not found")
    await ctx.run(delete_service_zone, DeleteServiceZone(fulfillment_set_id=id, id=zone_id))
    return ctx.deleted(zone_id, "service_zone", parent=parent)
