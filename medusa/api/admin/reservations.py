"""Reservations."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.parameters import refuse_parameters
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    NumberFilter,
    OperatorFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.reservation.reservations import create_reservations, delete_reservations, update_reservations
from medusa.workflows.reservation.types import CreateReservation, ReservationChanges, UpdateReservations

_ITEM = (
    "id,sku,title,description,thumbnail,origin_country,hs_code,requires_shipping,mid_code,material,unit_of_measure,"
    "weight,length,height,width,metadata,reserved_quantity,stocked_quantity,created_at,updated_at"
)
RESERVATION = RouteFields(
    "reservation_item",
    "id,location_id,inventory_item_id,quantity,line_item_id,description,metadata,created_at,updated_at,"
    + ",".join(f"inventory_item.{name}" for name in _ITEM.split(",")),
)


class ReservationsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of reservations."""

    limit: int = 20
    location_id: StringOrList | UnsetType = UNSET
    inventory_item_id: StringOrList | UnsetType = UNSET
    line_item_id: StringOrList | UnsetType = UNSET
    created_by: StringOrList | UnsetType = UNSET
    description: OperatorFilter | UnsetType = UNSET
    quantity: NumberFilter | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


def _not_found(id: str) -> str:
    return f"Reservation with id: {id} was not found"


@get("/admin/reservations")
async def list_reservations(ctx: AdminContext, query: ReservationsQuery) -> Response:
    """List reservations."""
    refuse_parameters(query, "$and", "$or")
    return await ctx.list("reservations", RESERVATION, query)


@post("/admin/reservations")
async def create_reservation(ctx: AdminContext, body: CreateReservation, query: FieldsQuery) -> Response:
    """Set stock aside."""
    [id] = await ctx.run(create_reservations, [body])
    return await ctx.detail("reservation", RESERVATION, id, query)


@get("/admin/reservations/{id}")
async def retrieve_reservation(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a reservation."""
    return await ctx.detail("reservation", RESERVATION, id, query, not_found=_not_found(id))


@post("/admin/reservations/{id}")
async def update_reservation(ctx: AdminContext, id: str, body: ReservationChanges, query: FieldsQuery) -> Response:
    """Change a reservation."""
    await ctx.run(update_reservations, UpdateReservations(ids=[id], update=body))
    return await ctx.detail("reservation", RESERVATION, id, query, not_found=_not_found(id))


@delete("/admin/reservations/{id}")
async def delete_reservation(ctx: AdminContext, id: str) -> Response:
    """Give up a reservation."""
    await ctx.run(delete_reservations, [id])
    return ctx.deleted(id, "reservation")
