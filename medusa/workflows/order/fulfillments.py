"""create-order-fulfillment: pack lines of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, field, structs, to_builtins

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.query import Fields
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from medusa.links.order_parcels import (
    PARCEL_FIELDS,
    NewParcel,
    ParcelOrder,
    new_parcel_id,
    parcel_changes,
    parcel_items,
)
from medusa.modules.fulfillment import CreatedFulfillment, FulfillmentService
from medusa.modules.order.errors import check_not_canceled
from medusa.modules.order.versions import Action, OrderEdit, new_version
from medusa.workflows.order.loading import load_order_with
from medusa.workflows.order.parcel_rules import check_ordered, check_positive, check_shipping, known_quantities
from medusa.workflows.order.parcel_stock import plan_stock, take_stock
from medusa.workflows.order.types import CreateOrderFulfillment

_OPTION = Fields.of("id,provider_id,service_zone.fulfillment_set.location.id")
_LOCATION = Fields.of("id")
_MANUAL = "manual_manual"


class Place(Struct, frozen=True, kw_only=True):
    """A stock location."""

    id: str


class FulfillmentSetPlace(Struct, frozen=True, kw_only=True):
    """Where a fulfillment set ships from."""

    location: Place | None = None


class ZonePlace(Struct, frozen=True, kw_only=True):
    """The set of a zone."""

    fulfillment_set: FulfillmentSetPlace | None = None


class OptionPlace(Struct, frozen=True, kw_only=True):
    """Who ships by a shipping option, and from where."""

    id: str
    provider_id: str | None = None
    service_zone: ZonePlace | None = None

    @property
    def location_id(self) -> str | None:
        """Where it ships from."""
        zone = self.service_zone
        place = zone.fulfillment_set.location if zone and zone.fulfillment_set else None
        return place.id if place else None


class Booking(Struct, frozen=True, kw_only=True):
    """What a provider is asked to take over."""

    parcel: NewParcel
    quantities: dict[str, Decimal]
    is_external: bool
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    order: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Loaded:
    """The order as this process has read it; empty when the run was taken over from another process."""

    order: ParcelOrder | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """Lines to pack, and where to keep what was read."""

    data: CreateOrderFulfillment
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Store:
    """A parcel to store; no answer where the provider has yet to be asked."""

    data: CreateOrderFulfillment
    booking: Booking
    answer: CreatedFulfillment | None
    loaded: Loaded


@workflow("create-order-fulfillment", hooks=("fulfillment_created",))
async def create_order_fulfillment(ctx: WorkflowContext, data: CreateOrderFulfillment) -> str:
    """Pack lines of an order; the fulfillment's id. What was set aside for them leaves the stock.

    Raises:
        OrderUnknown, OrderCanceled, LinesUnknown, MoreThanOrdered, StockNotReserved: It cannot be packed.
    """
    loaded = Loaded()
    booking = await plan_fulfillment(ctx, Pack(data, loaded))
    if not booking.is_external:
        await store_fulfillment(ctx, Store(data, booking, None, loaded))
        return booking.parcel.id
    answer = await book_fulfillment(ctx, booking)
    await store_fulfillment(ctx, Store(data, booking, answer, Loaded()))
    return booking.parcel.id


async def _load(ctx: WorkflowContext, id: str, loaded: Loaded) -> ParcelOrder:
    if loaded.order is None:
        loaded.order = await load_order_with(ctx, id, PARCEL_FIELDS, ParcelOrder)
    return loaded.order


@step("plan-fulfillment", no_undo="it only reads")
async def plan_fulfillment(ctx: WorkflowContext, pack: Pack) -> Booking:
    """Read the order, refuse what cannot be packed, find out who ships it from where."""
    data = pack.data
    order = await _load(ctx, data.order_id, pack.loaded)
    check_not_canceled(order)
    quantities = known_quantities(order, data.items)
    check_positive(quantities)
    method = order.shipping_methods[0] if order.shipping_methods else None
    option_id = data.shipping_option_id or (method.shipping_option_id if method else None)
    option = await _option(ctx, option_id)
    provider_id = (option.provider_id if option else None) or _MANUAL
    parcel = NewParcel(
        id=new_parcel_id(),
        order_id=order.id,
        location_id=await _location(ctx, data.location_id, option),
        provider_id=provider_id,
        shipping_option_id=option.id if option else None,
        items=parcel_items(order, quantities),
        requires_shipping=check_shipping(order, quantities),
        address=order.shipping_address,
        created_by=ctx.actor_id,
        metadata=data.metadata,
    )
    provider = ctx.service(FulfillmentService).provider(provider_id)
    if provider.is_external:  # before a carrier is asked for nothing
        await plan_stock(ctx, order, quantities)
        check_ordered(order, quantities)
    return Booking(
        parcel=parcel,
        quantities=quantities,
        is_external=provider.is_external,
        data=(method.data if method else None) or {},
        order={"id": order.id, "display_id": order.display_id, "email": order.email},
    )


async def _option(ctx: WorkflowContext, id: str | None) -> OptionPlace | None:
    if id is None:
        return None
    rows = await ctx.query.graph(
        ctx.session, "shipping_option", fields=_OPTION, filters={"id": id}, with_deleted=True, into=OptionPlace
    )
    if not rows:
        raise NotFound(f"ShippingOption id not found: {id}")
    return rows[0]


async def _location(ctx: WorkflowContext, asked: str | None, option: OptionPlace | None) -> str:
    known = option.location_id if option else None
    if asked is None or asked == known:
        if known is None:
            raise InvalidData("The shipping option has no stock location: say from which one to ship (location_id)")
        return known
    found = await ctx.query.graph(ctx.session, "stock_location", fields=_LOCATION, filters={"id": asked}, into=Place)
    if not found:
        raise NotFound(f"StockLocation id not found: {asked}")
    return asked


async def _ask(ctx: WorkflowContext, booking: Booking) -> CreatedFulfillment:
    parcel = booking.parcel
    provider = ctx.service(FulfillmentService).provider(parcel.provider_id)
    described = {key: value for key, value in structs.asdict(parcel).items() if key != "items"}
    return await provider.create_fulfillment(booking.data, parcel.items, booking.order, described)


async def _cancel_booking(ctx: WorkflowContext, booking: Booking) -> None:
    await ctx.service(FulfillmentService).provider(booking.parcel.provider_id).cancel_fulfillment(booking.data)


@step("book-fulfillment", external=True, undo=_cancel_booking, retry=Retry(times=3), timeout=timedelta(seconds=20))
async def book_fulfillment(ctx: WorkflowContext, booking: Booking) -> Undoable[CreatedFulfillment, Booking]:
    """Ask an external provider to take the parcel over."""
    answer = await _ask(ctx, booking)
    return Undoable(answer, structs.replace(booking, data=answer.data))


@step("store-fulfillment", no_undo="the last step")
async def store_fulfillment(ctx: WorkflowContext, store: Store) -> None:
    """Write the parcel, take its goods from the stock, and make the order's next version."""
    booking, data = store.booking, store.data
    order = await _load(ctx, data.order_id, store.loaded)
    check_not_canceled(order)
    parcel = booking.parcel
    await take_stock(ctx, order, booking.quantities, parcel.location_id)
    check_ordered(order, booking.quantities)
    answer = store.answer or await _ask(ctx, booking)
    edit = OrderEdit(
        actions=[
            Action(
                action="FULFILL_ITEM",
                reference="fulfillment",
                reference_id=parcel.id,
                details={"quantity": quantity, "reference_id": line},
            )
            for line, quantity in booking.quantities.items()
        ],
        quantities={line: {"fulfilled_quantity": quantity} for line, quantity in booking.quantities.items()},
        created_by=ctx.actor_id,
    )
    labels = [to_builtins(label) for label in answer.labels]
    await ctx.session.write(*parcel_changes(parcel, answer.data, labels), *new_version(order, edit))
    ctx.emit(
        "order.fulfillment_created",
        {"order_id": order.id, "fulfillment_id": parcel.id, "no_notification": data.no_notification},
    )
    await ctx.hook(
        "fulfillment_created", fulfillment_id=parcel.id, order_id=order.id, additional_data=data.additional_data
    )
