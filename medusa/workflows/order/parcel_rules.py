"""What can be packed, shipped, delivered and unpacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from medusa.framework.errors import InvalidData, NotAllowed, NotFound
from medusa.links.order_parcels import Parcel, ParcelLine, ParcelOrder
from medusa.modules.order.errors import LinesUnknown
from medusa.workflows.order.types import ItemQuantity


class StockNotReserved(InvalidData):
    """More is to be packed than is set aside."""

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Quantity to fulfill exceeds the reserved quantity for the item: {line_id}")


class NothingReserved(InvalidData):
    """Nothing at all is set aside."""

    def __init__(self, line: ParcelLine) -> None:
        super().__init__(f"No stock reservation found for item {line.id} - {line.title} ({line.variant_title or ''})")


class LevelMissing(NotFound):
    """The goods are not kept where they are to be taken from."""

    def __init__(self, item_id: str, location_id: str) -> None:
        super().__init__(f"Inventory level for item {item_id} and location {location_id} not found")


class MoreThanOrdered(InvalidData):
    """More is to be packed than was ordered."""

    def __init__(self, line_id: str) -> None:
        super().__init__(f"Cannot fulfill more items than what was ordered for item {line_id}.")


def known_quantities(order: ParcelOrder, items: Sequence[ItemQuantity]) -> dict[str, Decimal]:
    """How many pieces of each line are asked for.

    Raises:
        LinesUnknown: The order has no such line.
    """
    lines = {line.id for line in order.items}
    if unknown := [item.id for item in items if item.id not in lines]:
        raise LinesUnknown(unknown, order.id)
    out: dict[str, Decimal] = {}
    for item in items:
        out[item.id] = out.get(item.id, Decimal(0)) + item.quantity
    return out


def check_positive(quantities: Mapping[str, Decimal]) -> None:
    """Refuse to pack nothing of a line."""
    for id, quantity in quantities.items():
        if quantity == 0:
            raise InvalidData(f"Quantity to fulfill of item {id} is required.")
        if quantity < 0:
            raise InvalidData(f"Quantity of item {id} must be greater than 0.")


def check_ordered(order: ParcelOrder, quantities: Mapping[str, Decimal]) -> None:
    """Refuse to pack more than was ordered and is not packed yet."""
    for line in order.items:
        wanted = quantities.get(line.id, Decimal(0))
        if wanted > line.detail.quantity - line.detail.fulfilled_quantity:
            raise MoreThanOrdered(line.id)


def check_shipping(order: ParcelOrder, quantities: Mapping[str, Decimal]) -> bool:
    """Whether the lines need shipping: all or none of them.

    Raises:
        InvalidData: Some do, some do not.
    """
    kinds = {line.requires_shipping for line in order.items if line.id in quantities}
    if len(kinds) > 1:
        raise InvalidData(
            "Fulfillment can only be created entirely with items with shipping or items without shipping. "
            "Split this request into 2 fulfillments."
        )
    return True in kinds


def parcel_of(order: ParcelOrder, id: str) -> Parcel:
    """A parcel of the order.

    Raises:
        NotFound: It is not one of the order's.
    """
    for parcel in order.fulfillments:
        if parcel.id == id:
            return parcel
    raise NotFound(f"Fulfillment id not found: {id}")


def check_shippable(parcel: Parcel) -> None:
    """Refuse to ship what left, or never will."""
    if parcel.shipped_at is not None:
        raise NotAllowed("Shipment has already been created")
    if parcel.canceled_at is not None:
        raise NotAllowed("Cannot create shipment for a canceled fulfillment")


def check_deliverable(parcel: Parcel) -> None:
    """Refuse to deliver what was delivered, or never left."""
    if parcel.canceled_at is not None:
        raise NotAllowed("Cannot deliver an already canceled fulfillment")
    if parcel.delivered_at is not None:
        raise NotAllowed("Fulfillment has already been marked delivered")


def parcel_to_cancel(order: ParcelOrder, id: str) -> Parcel:
    """A parcel that is still there to be unpacked."""
    parcel = next((one for one in order.fulfillments if one.id == id), None)
    if parcel is None:
        raise InvalidData(f"Fulfillment with id {id} not found in the order")
    if parcel.canceled_at is not None:
        raise NotAllowed("The fulfillment is already canceled")
    if parcel.shipped_at is not None:
        raise NotAllowed("The fulfillment has already been shipped. Shipped fulfillments cannot be canceled")
    if parcel.delivered_at is not None:
        raise InvalidData(f"Fulfillment with id {id} already delivered")
    return parcel
