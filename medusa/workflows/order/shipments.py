"""What becomes of a packed parcel: it leaves, it arrives, or it is unpacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, field, to_builtins

from medusa.framework.db import Change
from medusa.framework.money import amount_text
from medusa.framework.workflows import Retry, WorkflowContext, step, workflow
from medusa.links.order_parcels import (
    PARCEL_FIELDS,
    Parcel,
    ParcelOrder,
    canceled,
    delivered,
    label_changes,
    line_quantities,
    shipped,
)
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.order.errors import check_not_canceled
from medusa.modules.order.versions import Action, OrderEdit, new_version
from medusa.workflows.order.loading import load_order_with
from medusa.workflows.order.parcel_rules import (
    check_deliverable,
    check_shippable,
    known_quantities,
    parcel_of,
    parcel_to_cancel,
)
from medusa.workflows.order.parcel_stock import return_stock
from medusa.workflows.order.types import CreateOrderShipment, OrderFulfillment


class Cancelling(Struct, frozen=True, kw_only=True):
    """What a provider is asked to take back."""

    provider_id: str
    is_external: bool
    data: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Unpack:
    """A fulfillment to cancel; ``read`` holds the order while the transaction that read it is open."""

    data: OrderFulfillment
    read: list[ParcelOrder]


@workflow("create-order-shipment", hooks=("shipment_created",))
async def create_order_shipment(ctx: WorkflowContext, data: CreateOrderShipment) -> None:
    """Say that a fulfillment left, with all that is in it.

    Raises:
        NotAllowed: It left before, or is cancelled.
    """
    order = await _open_order(ctx, data.order_id)
    known_quantities(order, data.items)
    parcel = parcel_of(order, data.fulfillment_id)
    check_shippable(parcel)
    quantities = line_quantities(order, parcel)
    await ctx.session.write(
        shipped(parcel.id, ctx.actor_id),
        *label_changes(parcel.id, [to_builtins(label) for label in data.labels]),
        *_version(order, parcel, "SHIP_ITEM", "shipped_quantity", quantities, created_by=ctx.actor_id),
    )
    ctx.emit("shipment.created", {"id": parcel.id, "no_notification": data.no_notification})
    await ctx.hook(
        "shipment_created", fulfillment_id=parcel.id, order_id=order.id, additional_data=data.additional_data
    )


@workflow("mark-order-fulfillment-as-delivered-workflow")
async def mark_fulfillment_as_delivered(ctx: WorkflowContext, data: OrderFulfillment) -> None:
    """Say that a fulfillment arrived.

    Raises:
        NotAllowed: It arrived before, or is cancelled.
    """
    order = await _open_order(ctx, data.order_id)
    parcel = parcel_of(order, data.fulfillment_id)
    check_deliverable(parcel)
    quantities = line_quantities(order, parcel)
    await ctx.session.write(
        delivered(parcel.id), *_version(order, parcel, "DELIVER_ITEM", "delivered_quantity", quantities)
    )
    ctx.emit("delivery.created", {"id": parcel.id, "no_notification": data.no_notification})


@workflow("cancel-order-fulfillment", hooks=("order_fulfillment_canceled",))
async def cancel_order_fulfillment(ctx: WorkflowContext, data: OrderFulfillment) -> None:
    """Unpack a fulfillment: its goods are back in stock, set aside for the order.

    Raises:
        NotAllowed, InvalidData: It left, arrived, or is cancelled.
    """
    read: list[ParcelOrder] = []
    cancelling = await examine_fulfillment(ctx, Unpack(data, read))
    if cancelling.is_external:
        await cancel_booking(ctx, cancelling)
        read = []
    await store_cancellation(ctx, Unpack(data, read))


@step("examine-fulfillment-to-cancel", no_undo="it only reads")
async def examine_fulfillment(ctx: WorkflowContext, unpack: Unpack) -> Cancelling:
    """Refuse to cancel what left."""
    order = await _open_order(ctx, unpack.data.order_id)
    unpack.read.append(order)
    parcel = parcel_to_cancel(order, unpack.data.fulfillment_id)
    provider_id = parcel.provider_id or ""
    provider = ctx.service(FulfillmentService).provider(provider_id) if provider_id else None
    is_external = provider is not None and provider.is_external
    if provider is not None and not is_external:
        await provider.cancel_fulfillment(parcel.data or {})
    return Cancelling(provider_id=provider_id, is_external=is_external, data=parcel.data or {})


@step(
    "cancel-booked-fulfillment",
    external=True,
    no_undo="a carrier that let go of a parcel has to be asked anew",
    retry=Retry(times=3),
    timeout=timedelta(seconds=20),
)
async def cancel_booking(ctx: WorkflowContext, cancelling: Cancelling) -> None:
    """Ask an external provider to let go of the parcel."""
    await ctx.service(FulfillmentService).provider(cancelling.provider_id).cancel_fulfillment(cancelling.data)


@step("store-cancelled-fulfillment", no_undo="the last step")
async def store_cancellation(ctx: WorkflowContext, unpack: Unpack) -> None:
    """Write that the parcel is unpacked."""
    data = unpack.data
    order = unpack.read[0] if unpack.read else await _open_order(ctx, data.order_id)
    parcel = parcel_to_cancel(order, data.fulfillment_id)
    await return_stock(ctx, parcel)
    removed = line_quantities(order, parcel)
    await ctx.session.write(
        canceled(parcel.id),
        *_version(order, parcel, "CANCEL_ITEM_FULFILLMENT", "fulfilled_quantity", removed, sign=-1),
    )
    ctx.emit(
        "order.fulfillment_canceled",
        {"order_id": order.id, "fulfillment_id": parcel.id, "no_notification": data.no_notification},
    )
    await ctx.hook(
        "order_fulfillment_canceled", fulfillment_id=parcel.id, order_id=order.id, additional_data=data.additional_data
    )


async def _open_order(ctx: WorkflowContext, id: str) -> ParcelOrder:
    order = await load_order_with(ctx, id, PARCEL_FIELDS, ParcelOrder)
    check_not_canceled(order)
    return order


def _version(
    order: ParcelOrder,
    parcel: Parcel,
    action: str,
    name: str,
    quantities: Mapping[str, Decimal],
    *,
    sign: int = 1,
    created_by: str | None = None,
) -> list[Change]:
    # The contract writes quantities of stocked goods as text here.
    stocked = {item.line_item_id for item in parcel.items if item.inventory_item_id is not None}
    actions = [
        Action(
            action=action,
            reference="fulfillment",
            reference_id=parcel.id,
            details={"quantity": amount_text(quantity) if line in stocked else quantity, "reference_id": line},
        )
        for line, quantity in quantities.items()
    ]
    added = {line: {name: sign * quantity} for line, quantity in quantities.items()}
    return new_version(order, OrderEdit(actions=actions, quantities=added, created_by=created_by))
