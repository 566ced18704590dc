"""A cart as others see it: the rules of promotions and prices, and fulfillment providers; pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from medusa.links.checkout_context import CheckoutContext, ShippingOption
from medusa.modules.cart.state import Cart
from medusa.modules.cart.totals import decorate_cart

Document = dict[str, Any]


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


def parcel(cart: Cart, context: CheckoutContext, option: ShippingOption) -> Document:
    """The cart as the provider of a shipping option sees it: with totals, where it comes from, and what it weighs.

    ``items[].variant`` has weight, length, height, width and material where the option's price is calculated.
    """
    out = document(cart, context)
    decorate_cart(out, with_raw=False)
    measures = {measure.id: measure for measure in context.measures}
    for item in out["items"]:
        measure = measures.get(item["variant_id"])
        item["variant"] = msgspec.to_builtins(measure, builtin_types=(Decimal,)) if measure else None
    origin = next((each for each in context.origins if each.id == option.location_id), None)
    out["from_location"] = msgspec.to_builtins(origin) if origin else {"id": option.location_id}
    return out
