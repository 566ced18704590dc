"""Whether a cart can become an order, and what it takes out of stock; pure."""

from __future__ import annotations

from decimal import Decimal

from medusa.framework.errors import InvalidData
from medusa.links.checkout_context import CheckoutContext, InventoryNeed, Level, PaymentSession, Variant
from medusa.modules.cart.state import Cart
from medusa.modules.inventory.types import NewReservation
from medusa.workflows.cart.lines import KeptNowhere

USABLE_SESSIONS = ("pending", "requires_more", "authorized", "captured", "pending_authorization")


def refuse_unready(cart: Cart, context: CheckoutContext, total: Decimal) -> None:
    """Raise InvalidData for what is missing: lines, a payment, shipping."""
    if not cart.items:
        raise InvalidData("Cannot complete a cart with no items")
    if total > 0:
        _refuse_unpaid(context)
    _refuse_unshipped(cart, context)


def _refuse_unpaid(context: CheckoutContext) -> None:
    if context.payment_collection is None:
        raise InvalidData("Payment collection has not been initiated for cart")
    if usable_session(context) is None:
        raise InvalidData("Payment sessions are required to complete cart")


def usable_session(context: CheckoutContext) -> PaymentSession | None:
    """The attempt to pay that the cart is completed with."""
    collection = context.payment_collection
    sessions = collection.sessions if collection else []
    return next((each for each in sessions if each.status in USABLE_SESSIONS), None)


def _refuse_unshipped(cart: Cart, context: CheckoutContext) -> None:
    shipped = [item for item in cart.items if item.requires_shipping]
    if not shipped:
        return
    if not cart.shipping_methods:
        raise InvalidData("No shipping method selected but the cart contains items that require shipping.")
    options = [context.option(method.shipping_option_id) for method in cart.shipping_methods]
    offered = {option.shipping_profile_id for option in options if option}
    products = [context.product(item.product_id) for item in shipped]
    wanted = {product.shipping_profile_id for product in products if product and product.shipping_profile_id}
    if not wanted <= offered:
        raise InvalidData(
            "The cart items require shipping profiles that are not satisfied by the current shipping methods"
        )


def reservations(cart: Cart, context: CheckoutContext, line_ids: dict[str, str]) -> list[NewReservation]:
    """What the order takes out of stock, and where.

    Args:
        line_ids: The order's line for each of the cart's.
    Raises:
        KeptNowhere: The sales channel does not sell from where a variant is.
    """
    preferred = {option.location_id for option in map(context.option, _option_ids(cart)) if option}
    taken: dict[str, Decimal] = {}
    out: list[NewReservation] = []
    for item in cart.items:
        variant = context.variant(item.variant_id)
        if variant is None or not variant.manage_inventory:
            continue
        if not variant.allow_backorder and not any(need.levels for need in variant.inventory):
            raise KeptNowhere(sales_channel_id=context.sales_channel_id, variant_id=variant.id)
        for need in variant.inventory:
            quantity = need.required_quantity * item.quantity
            level = _level(need, quantity, taken, preferred)
            if level is not None:
                taken[level.id] = taken.get(level.id, Decimal(0)) + quantity
                out.append(_reservation(need, level, variant, quantity, line_ids[item.id]))
    return out


def _option_ids(cart: Cart) -> list[str | None]:
    return [method.shipping_option_id for method in cart.shipping_methods]


def _level(
    need: InventoryNeed, quantity: Decimal, taken: dict[str, Decimal], preferred: set[str | None]
) -> Level | None:
    """Where to take it from: where it ships from if there is enough, else where there is enough, else anywhere."""
    ranked = sorted(
        need.levels,
        key=lambda level: (
            level.available - taken.get(level.id, Decimal(0)) < quantity,
            level.location_id not in preferred,
        ),
    )
    return ranked[0] if ranked else None


def _reservation(
    need: InventoryNeed, level: Level, variant: Variant, quantity: Decimal, line_item_id: str
) -> NewReservation:
    return NewReservation(
        inventory_item_id=need.inventory_item_id,
        location_id=level.location_id,
        quantity=quantity,
        line_item_id=line_item_id,
        allow_backorder=variant.allow_backorder,
    )
