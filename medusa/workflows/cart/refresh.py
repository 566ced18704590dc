"""A cart calculated anew: shipping, taxes, promotions. Pure: changes the cart in memory and reads nothing else."""

from __future__ import annotations

from collections.abc import Collection
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
from medusa.workflows.cart.shipping_offers import offer
from medusa.workflows.cart.taxes import lines_for_items, lines_for_methods

Document = dict[str, Any]


@dataclass(slots=True)
class Refreshed:
    """What a refresh found out beside the cart's own rows.

    Attributes:
        total: What is to be paid.
        promotion_ids: Promotions that take something off: those the cart is linked with from now on.
    """

    total: Decimal
    promotion_ids: list[str] = field(default_factory=list[str])


def document(cart: Cart, context: CheckoutContext) -> Document:
    """The cart as the rules of promotions, prices and totals see it: with its region, customer and products."""
    out: Document = msgspec.to_builtins(cart, builtin_types=(Decimal, datetime))
    products = {product.id: product for product in context.products}
    for item in out["items"]:
        product = products.get(item["product_id"])
        if product is not None:
            item["product"] = {
                "id": product.id,
                "type_id": product.type_id,
                "type": {"id": product.type_id},
                "collection_id": product.collection_id,
                "collection": {"id": product.collection_id},
                "tags": [{"id": id} for id in product.tag_ids],
                "categories": [{"id": id} for id in product.category_ids],
            }
    for method in out["shipping_methods"]:
        option = context.option(method["shipping_option_id"])
        kind = option.shipping_option_type_id if option else None
        method["shipping_option"] = {"id": method["shipping_option_id"], "shipping_option_type_id": kind}
    out["region"] = {"id": cart.region_id}
    customer = context.customer if context.customer and context.customer.id == cart.customer_id else context.guest
    if customer is not None and customer.id == cart.customer_id:
        groups = [{"id": id} for id in customer.group_ids]
        out["customer"] = {"id": customer.id, "email": customer.email, "groups": groups}
    return out


def refresh(
    cart: Cart, context: CheckoutContext, *, codes: Collection[str], now: datetime, force_taxes: bool = False
) -> Refreshed:
    """Bring shipping methods, tax lines and adjustments up to date with the lines and the place they go to.

    Args:
        codes: Codes of the promotions to apply besides the automatic ones.
        now: For what holds at a time only.
        force_taxes: Calculate taxes in a region that does not do so by itself, too.
    """
    taxed = _has_country(context) and (force_taxes or (context.region is not None and context.region.automatic_taxes))
    if taxed:
        apply_item_taxes(cart, context)
    refresh_shipping(cart, context)
    if taxed:
        apply_method_taxes(cart, context)
    promotions = apply_promotions(cart, context, codes, now)
    return Refreshed(total_of(cart), promotions)


def total_of(cart: Cart) -> Decimal:
    """What the cart costs, as its payment must be."""
    row: Document = msgspec.to_builtins(cart, builtin_types=(Decimal, datetime))
    decorate_cart(row, with_raw=False)
    return Decimal(row["total"])


def refresh_shipping(cart: Cart, context: CheckoutContext) -> None:
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
        offered = offer(context.option(method.shipping_option_id), context, values)
        if offered is None or offered.amount is None:
            continue
        method.amount, method.is_tax_inclusive = offered.amount, offered.is_tax_inclusive
        kept.append(method)
    cart.shipping_methods = kept


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


def apply_item_taxes(cart: Cart, context: CheckoutContext) -> None:
    """Tax lines of the lines; the country must be known."""
    found = lines_for_items(cart.items, context)
    for item in cart.items:
        item.tax_lines = _kept_tax_lines(item.tax_lines, found.get(item.id, []), "calitxl")


def apply_method_taxes(cart: Cart, context: CheckoutContext) -> None:
    """Tax lines of the shipping methods; the country must be known."""
    found = lines_for_methods(cart.shipping_methods, context)
    for method in cart.shipping_methods:
        method.tax_lines = _kept_tax_lines(method.tax_lines, found.get(method.id, []), "casmtxl")


def _has_country(context: CheckoutContext) -> bool:
    """Taxes stay as they are while nobody knows where the goods go."""
    return context.place is not None and bool(context.place.country_code)


def _kept_tax_lines(present: list[TaxLine], wanted: list[TaxLine], prefix: str) -> list[TaxLine]:
    """The wanted lines, with the ids of those that are there already: what stays the same is not written again."""
    by_rate = {line.tax_rate_id: line for line in present}
    for line in wanted:
        old = by_rate.pop(line.tax_rate_id, None)
        line.id = old.id if old else generate_id(prefix)
        if old:
            line.metadata, line.data = old.metadata, old.data
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
