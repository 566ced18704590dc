"""add-shipping-method-to-cart: how a cart is to be shipped."""

from __future__ import annotations

from typing import Any

from medusa.framework.errors import InvalidData
from medusa.framework.money import ZERO
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask
from medusa.modules.cart.state import ShippingMethod, new_method_id
from medusa.modules.cart.totals import decorate_cart
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.documents import document, parcel
from medusa.workflows.cart.editing import Editing, open_cart, save_cart
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.shipping_facts import shipping_options_for_cart
from medusa.workflows.cart.shipping_offers import Offer, offer
from medusa.workflows.cart.types import AddShippingMethods


@workflow("add-shipping-method-to-cart", hooks=("validate",))
async def add_shipping_methods(ctx: WorkflowContext, data: AddShippingMethods) -> None:
    """Choose shipping options for a cart; each takes the place of the method of the same shipping profile.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is completed, an option is not offered to it, has no price in its currency, or its provider
            refuses the data.
        Unavailable: The provider does not answer.
    """
    ids = list(dict.fromkeys(option.id for option in data.options))
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id, option_ids=ids))
    await ctx.hook("validate", input=data, cart=editing.cart)
    cart, context, quotes = editing.cart, editing.context, Quotes.of(ctx)
    offers = _offers(editing, ids, quotes, await shipping_options_for_cart(ctx, cart))
    profiles = {each.option.shipping_profile_id for each in offers.values()}
    kept: list[ShippingMethod] = []
    for method in cart.shipping_methods:
        option = context.option(method.shipping_option_id)
        if option is not None and option.shipping_profile_id not in profiles:
            kept.append(method)
    for chosen in data.options:
        each = offers[chosen.id]
        seen = parcel(cart, context, each.option)
        kept.append(
            ShippingMethod(
                id=new_method_id(),
                name=each.option.name,
                amount=each.amount or ZERO,  # one that is calculated is priced when the cart is saved
                is_tax_inclusive=each.is_tax_inclusive,
                shipping_option_id=chosen.id,
                data=await quotes.checked_data(cart, context, each.option, chosen.data, seen),
            )
        )
    cart.shipping_methods = kept
    await save_cart(ctx, editing)
    ctx.emit("cart.updated", {"id": data.cart_id})


def _offers(editing: Editing, ids: list[str], quotes: Quotes, facts: dict[str, Any]) -> dict[str, Offer]:
    priced = document(editing.cart, editing.context)
    decorate_cart(priced, with_raw=False)
    values = pricing_context(priced, editing.context)
    found: dict[str, Offer] = {}
    for id in ids:
        each = offer(editing.context.option(id), editing.context, values, facts=facts)
        if each is None:
            raise InvalidData("Shipping Options are invalid for cart.")
        found[id] = each
    if unpriced := [id for id, each in found.items() if not _has_price(each, quotes)]:
        raise InvalidData(f"Shipping options with IDs {', '.join(unpriced)} do not have a price")
    return found


def _has_price(each: Offer, quotes: Quotes) -> bool:
    return quotes.can_price(each.option) if each.option.is_calculated else each.amount is not None
