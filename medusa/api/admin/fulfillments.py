"""Fulfillments of orders: pack, ship, deliver, unpack."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from medusa.api.admin.orders import changed_order
from medusa.api.bodies import given
from medusa.framework.http import AdminContext, FieldsQuery, Response, post
from medusa.workflows.order.fulfillments import create_order_fulfillment
from medusa.workflows.order.shipments import (
    cancel_order_fulfillment,
    create_order_shipment,
    mark_fulfillment_as_delivered,
)
from medusa.workflows.order.types import (
    CreateOrderFulfillment,
    CreateOrderShipment,
    ItemQuantity,
    LabelData,
    OrderFulfillment,
)

_PATH = "/admin/orders/{id}/fulfillments"


class LabelBody(LabelData, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel's label."""


class FulfillmentBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Lines to pack."""

    items: Annotated[list[ItemQuantity], Meta(min_length=1)]
    location_id: str | None = None
    shipping_option_id: str | UnsetType = UNSET
    no_notification: bool | UnsetType = UNSET
    metadata: dict[str, Any] | None = None
    additional_data: dict[str, Any] | None = None


class ShipmentBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A parcel that left."""

    items: list[ItemQuantity]
    labels: list[LabelBody] | UnsetType = UNSET
    no_notification: bool | UnsetType = UNSET
    metadata: dict[str, Any] | None = None
    additional_data: dict[str, Any] | None = None


class DeliveryBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether the customer is told."""

    no_notification: bool | UnsetType = UNSET


class CancellationBody(DeliveryBody, kw_only=True, forbid_unknown_fields=True):
    """Whether the customer is told; ``additional_data`` reaches hooks."""

    additional_data: dict[str, Any] | None = None


@post(_PATH)
async def create_fulfillment(ctx: AdminContext, id: str, body: FulfillmentBody, query: FieldsQuery) -> Response:
    """Pack lines of an order."""
    data = CreateOrderFulfillment(
        order_id=id,
        items=body.items,
        location_id=body.location_id,
        shipping_option_id=given(body.shipping_option_id),
        no_notification=given(body.no_notification),
        metadata=body.metadata,
        additional_data=body.additional_data,
    )
    await ctx.run(create_order_fulfillment, data)
    return await changed_order(ctx, id, query)


@post(_PATH + "/{fulfillment_id}/shipments")
async def create_shipment(
    ctx: AdminContext, id: str, fulfillment_id: str, body: ShipmentBody, query: FieldsQuery
) -> Response:
    """Say that a fulfillment left."""
    data = CreateOrderShipment(
        order_id=id,
        fulfillment_id=fulfillment_id,
        items=body.items,
        labels=[*(given(body.labels) or [])],
        no_notification=given(body.no_notification),
        metadata=body.metadata,
        additional_data=body.additional_data,
    )
    await ctx.run(create_order_shipment, data)
    return await changed_order(ctx, id, query)


@post(_PATH + "/{fulfillment_id}/mark-as-delivered")
async def mark_as_delivered(
    ctx: AdminContext, id: str, fulfillment_id: str, body: DeliveryBody, query: FieldsQuery
) -> Response:
    """Say that a fulfillment arrived."""
    told = given(body.no_notification)
    data = OrderFulfillment(order_id=id, fulfillment_id=fulfillment_id, no_notification=told)
    await ctx.run(mark_fulfillment_as_delivered, data)
    return await changed_order(ctx, id, query)


@post(_PATH + "/{fulfillment_id}/cancel")
async def cancel_fulfillment(
    ctx: AdminContext, id: str, fulfillment_id: str, body: CancellationBody, query: FieldsQuery
) -> Response:
    """Unpack a fulfillment that did not leave."""
    data = OrderFulfillment(
        order_id=id,
        fulfillment_id=fulfillment_id,
        no_notification=given(body.no_notification),
        additional_data=body.additional_data,
    )
    await ctx.run(cancel_order_fulfillment, data)
    return await changed_order(ctx, id, query)
