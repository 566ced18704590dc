"""A cart calculated anew: shipping, taxes, promotions. Changes the cart in memory; besides providers it asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from medusa.framework.ids import generate_id
from medusa.links.checkout_context import CheckoutContext
from medusa.modules.cart.state import Adjustment, Cart, LineItem, ShippingMethod, TaxLine
from medusa.modules.cart.totals import decorate_cart
from medusa.modules.promotion.actions import Actions, compute_actions, lines_of, shipping_methods_of
from medusa.workflows.cart.conversions import for_actions, pricing_context
from medusa.workflows.cart.documents import Document, document, parcel
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.shipping_offers import Offer, offer
from medusa.workflows.cart.taxes import lines_to_tax, shipping_to_tax


@dataclass(slots=True)
class Refreshed:
    """What a refresh found out beside the cart's own rows.

    Attributes:
        total: What is to be paid.
        promotion_ids: Promotions that take something off: those the cart is linked with from now on.
    """

    total: Decimal
    promotion_ids: list[str] = field(default_factory=list[str])


async def refresh(
    cart: Cart,
    context: CheckoutContext,
    quotes: Quotes,
    *,
    codes: Collection[str],
    now: datetime,
    force_taxes: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Refreshed:
    """Bring shipping methods, tax lines and adjustments up to date with the lines and the place they go to.

    Args:
        quotes: The providers of taxes and of calculated shipping prices.
        codes: Codes of the promotions to apply besides the automatic ones.
        now: For what holds at a time only.
        force_taxes: Calculate taxes in a region that does not do so by itself, too.
        facts: What the rules of shipping options can ask for.
    """
    taxed = _has_country(context) and (force_taxes or (context.region is not None and context.region.automatic_taxes))
    if taxed:
        await apply_item_taxes(cart, context, quotes)
    await refresh_shipping(cart, context, quotes, facts)
    if taxed:
        await apply_method_taxes(cart, context, quotes)
    promotions = apply_promotions(cart, context, codes, now)
    return Refreshed(total_of(cart), promotions)


def total_of(cart: Cart) -> Decimal:
    """What the cart costs, as its payment must be."""
    row: Document = msgspec.to_builtins(cart, builtin_types=(Decimal, datetime))
    decorate_cart(row, with_raw=False)
    return Decimal(row["total"])


async def refresh_shipping(
    cart: Cart, context: CheckoutContext, quotes: Quotes, facts: Mapping[str, Any] | None = None
) -> None:
    """Price the shipping methods anew; those that no line needs or whose option is not offered any more go."""
    if not cart.shipping_methods:
        return
    _drop_needless_methods(cart, context)
    priced = document(cart, context)
    decorate_cart(priced, with_raw=False)
    values = pricing_context(priced, context)
    kept: list[ShippingMethod] = []
    for method in cart.shipping_methods:
        if method.shipping_option_id is None:
            kept.append(method)
            continue
        offered = offer(context.option(method.shipping_option_id), context, values, facts=facts)
        price = await _price_of(method, offered, cart, context, quotes) if offered else None
        if price is not None:
            method.amount, method.is_tax_inclusive = price
            kept.append(method)
    cart.shipping_methods = kept


async def _price_of(
    method: ShippingMethod, offered: Offer, cart: Cart, context: CheckoutContext, quotes: Quotes
) -> tuple[Decimal, bool] | None:
    """What the method costs, and whether tax is in it; None where it has no price any more."""
    option = offered.option
    if not option.is_calculated:
        return None if offered.amount is None else (offered.amount, offered.is_tax_inclusive)
    if not quotes.can_price(option):
        return None
    price = await quotes.shipping_price(cart, context, option, method.data or {}, parcel(cart, context, option))
    return price.calculated_amount, price.is_calculated_price_tax_inclusive


def _drop_needless_methods(cart: Cart, context: CheckoutContext) -> None:
    """Methods for the shipping profile of no line go, unless none would be left."""
    products = [context.product(item.product_id) for item in cart.items]
    profiles = {product.shipping_profile_id for product in products if product}
    options = {method.id: context.option(method.shipping_option_id) for method in cart.shipping_methods}
    needed = [
        method
        for method in cart.shipping_methods
        if (option := options[method.id]) is None or option.shipping_profile_id in profiles
    ]
    if needed:
        cart.shipping_methods = needed


async def apply_item_taxes(cart: Cart, context: CheckoutContext, quotes: Quotes) -> None:
    """Tax lines of the lines; the country must be known."""
    found = await quotes.taxes(cart, context, lines_to_tax(cart, context), ())
    for item in cart.items:
        item.tax_lines = _kept_tax_lines(item.tax_lines, found.get(item.id, []), "calitxl")


async def apply_method_taxes(cart: Cart, context: CheckoutContext, quotes: Quotes) -> None:
    """Tax lines of the shipping methods; the country must be known."""
    found = await quotes.taxes(cart, context, (), shipping_to_tax(cart, context))
    for method in cart.shipping_methods:
        method.tax_lines = _kept_tax_lines(method.tax_lines, found.get(method.id, []), "casmtxl")


def _has_country(context: CheckoutContext) -> bool:
    """Taxes stay as they are while nobody knows where the goods go."""
    return context.place is not None and bool(context.place.country_code)


def _kept_tax_lines(present: list[TaxLine], wanted: list[TaxLine], prefix: str) -> list[TaxLine]:
    """The wanted lines, with the ids of those that are there already: what stays the same is not written again."""
    by_rate = {line.tax_rate_id or line.code: line for line in present}
    for line in wanted:
        old = by_rate.pop(line.tax_rate_id or line.code, None)
        line.id = old.id if old else generate_id(prefix)
        if old:
            line.metadata = old.metadata
    return wanted


def apply_promotions(cart: Cart, context: CheckoutContext, codes: Collection[str], now: datetime) -> list[str]:
    """Adjustments of the lines and shipping methods; the ids of the promotions that take something off."""
    wanted = [for_actions(each) for each in context.promotions if each.is_automatic or each.code in codes]
    promotions = [each for each in wanted if each is not None]
    if not promotions:
        _adjust(cart, Actions())
        return []
    subject = document(cart, context)
    for line in (*subject["items"], *subject["shipping_methods"]):
        line["adjustments"] = []
    decorate_cart(subject, with_raw=False)
    actions = compute_actions(promotions, lines_of(subject), shipping_methods_of(subject), subject, now=now)
    _adjust(cart, actions)
    return [each.id for each in actions.applied]


def _adjust(cart: Cart, actions: Actions) -> None:
    items: dict[str, list[Adjustment]] = {}
    for line in actions.line_adjustments:
        made = Adjustment(
            id=generate_id("caliadj"),
            promotion_id=line.promotion_id,
            code=line.code,
            amount=line.amount,
            is_tax_inclusive=line.is_tax_inclusive,
        )
        items.setdefault(line.item_id, []).append(made)
    methods: dict[str, list[Adjustment]] = {}
    for part in actions.shipping_adjustments:
        made = Adjustment(id=generate_id("casmadj"), promotion_id=part.promotion_id, code=part.code, amount=part.amount)
        methods.setdefault(part.shipping_method_id, []).append(made)
    for item in cart.items:
        item.adjustments = _kept_adjustments(item, items.get(item.id, []))
    for method in cart.shipping_methods:
        method.adjustments = _kept_adjustments(method, methods.get(method.id, []))


def _kept_adjustments(owner: LineItem | ShippingMethod, wanted: list[Adjustment]) -> list[Adjustment]:
    by_promotion = {part.promotion_id: part for part in owner.adjustments}
    for part in wanted:
        if old := by_promotion.pop(part.promotion_id, None):
            part.id, part.description, part.metadata = old.id, old.description, old.metadata
            part.provider_id = old.provider_id
    return wanted
