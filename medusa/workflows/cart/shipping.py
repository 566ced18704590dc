"""add-shipping-method-to-cart: how a cart is to be shipped."""

from __future__ import annotations

from typing import Any

from medusa.framework.errors import InvalidData
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask
from medusa.modules.cart.state import Cart, ShippingMethod, new_method_id
from medusa.modules.cart.totals import decorate_cart
from medusa.modules.fulfillment import FulfillmentService
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.editing import Editing, open_cart, save_cart
from medusa.workflows.cart.refresh import document
from medusa.workflows.cart.shipping_offers import Offer, offer
from medusa.workflows.cart.types import AddShippingMethods, MethodInput


@workflow("add-shipping-method-to-cart", hooks=("validate",))
async def add_shipping_methods(ctx: WorkflowContext, data: AddShippingMethods) -> None:
    """Choose shipping options for a cart; each takes the place of the method of the same shipping profile.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is completed, an option is not offered to it, or has no price in its currency.
    """
    ids = list(dict.fromkeys(option.id for option in data.options))
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id, option_ids=ids))
    await ctx.hook("validate", input=data, cart=editing.cart)
    offers = _offers(editing, ids)
    cart, context = editing.cart, editing.context
    profiles = {each.option.shipping_profile_id for each in offers.values()}
    kept: list[ShippingMethod] = []
    for method in cart.shipping_methods:
        option = context.option(method.shipping_option_id)
        if option is not None and option.shipping_profile_id not in profiles:
            kept.append(method)
    for chosen in data.options:
        each = offers[chosen.id]
        assert each.amount is not None
        stored = await _checked_data(ctx, each, chosen, cart)
        kept.append(
            ShippingMethod(
                id=new_method_id(),
                name=each.option.name,
                amount=each.amount,
                is_tax_inclusive=each.is_tax_inclusive,
                shipping_option_id=chosen.id,
                data=stored,
            )
        )
    cart.shipping_methods = kept
    await save_cart(ctx, editing)
    ctx.emit("cart.updated", {"id": data.cart_id})


async def _checked_data(ctx: WorkflowContext, each: Offer, chosen: MethodInput, cart: Cart) -> dict[str, Any]:
    """The data of the method, as the fulfillment provider completes it; InvalidData where it cannot ship."""
    service, id = ctx.service(FulfillmentService), each.option.provider_id
    if id is None or id not in service.providers.of("fulfillment"):
        return chosen.data
    context = {"cart_id": cart.id, "currency_code": cart.currency_code}
    return await service.provider(id).validate_fulfillment_data(each.option.data or {}, chosen.data, context)


def _offers(editing: Editing, ids: list[str]) -> dict[str, Offer]:
    priced = document(editing.cart, editing.context)
    decorate_cart(priced, with_raw=False)
    values = pricing_context(priced, editing.context)
    found: dict[str, Offer] = {}
    for id in ids:
        each = offer(editing.context.option(id), editing.context, values)
        if each is None:
            raise InvalidData("Shipping Options are invalid for cart.")
        found[id] = each
    if unpriced := [id for id, each in found.items() if each.amount is None]:
        raise InvalidData(f"Shipping options with IDs {', '.join(unpriced)} do not have a price")
    return found
