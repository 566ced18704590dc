"""The shipping options that a cart is offered, as storefronts see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.query import Fields, Query
from medusa.links.checkout_context import Ask, CheckoutContext, checkout_context
from medusa.modules.cart.state import Cart
from medusa.modules.cart.totals import decorate_cart
from medusa.modules.fulfillment import CalculatedShippingPrice
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.documents import document, parcel
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.shipping_offers import Offer, offer

Json = dict[str, Any]
Reader = Callable[[], AbstractAsyncContextManager[Session]]
Facts = Callable[[Cart], Awaitable[Mapping[str, Any]]]
FIELDS = Fields.of(
    "id,name,price_type,service_zone_id,shipping_profile_id,provider_id,data,service_zone.id,"
    "service_zone.fulfillment_set_id,service_zone.fulfillment_set.id,service_zone.fulfillment_set.type,"
    "service_zone.fulfillment_set.location.id,type.id,type.label,type.description,type.code,provider.id,"
    "provider.is_enabled,rules.attribute,rules.value,rules.operator,calculated_price,*prices,prices.price_list.id,"
    "*prices.price_rules"
)


class CartOffers(Struct, frozen=True):
    """What a cart is offered, and the pricing context it was priced in."""

    cart: Cart
    context: CheckoutContext
    offers: list[Offer]
    values: dict[str, Any]


async def cart_offers(session_of: Reader, cart_id: str, facts_of: Facts, *, is_return: bool = False) -> CartOffers:
    """The offers for a cart, one statement.

    Args:
        facts_of: What the rules of options can ask for; asked while nobody holds a connection.
    Raises:
        NotFound: There is no such cart.
    """
    cart, context = await _gather(session_of, Ask(cart_id=cart_id, with_all_options=True, with_item_variants=True))
    facts = await facts_of(cart)
    subject = document(cart, context)
    decorate_cart(subject, with_raw=False)
    values = pricing_context(subject, context)
    found = [offer(option, context, values, is_return=is_return, facts=facts) for option in context.shipping_options]
    return CartOffers(cart, context, [each for each in found if each is not None], values)


async def calculated_offer(
    session_of: Reader, facts_of: Facts, quotes: Quotes, cart_id: str, option_id: str, data: Json
) -> CalculatedShippingPrice:
    """What an option whose provider calculates it costs for a cart. Nobody's connection is held while the provider is asked.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is not offered this option, or its price is not calculated.
        Unavailable: The provider does not answer.
    """
    cart, context = await _gather(session_of, Ask(cart_id=cart_id, option_ids=[option_id]))
    values = pricing_context(document(cart, context), context)
    offered = offer(context.option(option_id), context, values, facts=await facts_of(cart))
    if offered is None or not offered.option.is_calculated or not quotes.can_price(offered.option):
        raise InvalidData(f"Shipping option {option_id} is not calculated for this cart")
    seen = parcel(cart, context, offered.option)
    return await quotes.shipping_price(cart, context, offered.option, data, seen)


async def _gather(session_of: Reader, ask: Ask) -> tuple[Cart, CheckoutContext]:
    async with session_of() as session:
        context, _ = await checkout_context(session, ask)
    if context.cart is None:
        raise NotFound(f"Cart id not found: {ask.cart_id}")
    return context.cart, context


async def list_offers(
    session_of: Reader, query: Query, cart_id: str, facts_of: Facts, *, is_return: bool
) -> list[dict[str, Any]]:
    """The offers for a cart as rows; two statements.

    Raises:
        NotFound: There is no such cart.
    """
    offered = await cart_offers(session_of, cart_id, facts_of, is_return=is_return)
    by_id = {each.option.id: each for each in offered.offers}
    if not by_id:
        return []
    async with session_of() as session:
        rows: list[dict[str, Any]] = await query.graph(
            session,
            "shipping_option",
            fields=FIELDS,
            filters={"id": list(by_id)},
            context=_query_context(offered),
            into=dict,
        )
    for row in rows:
        each = by_id[row["id"]]
        for rule in row["rules"]:
            rule.pop("id", None)
        if each.amount is not None:
            row["amount"] = each.amount
        row["is_tax_inclusive"] = each.is_tax_inclusive
        row["insufficient_inventory"] = _is_short(offered, each.option.location_id)
    return rows


def _query_context(offered: CartOffers) -> dict[str, Any]:
    values = offered.values
    return {
        "region_id": values["region_id"],
        "currency_code": values["currency_code"],
        "customer_id": values["customer_id"],
        "customer_group_ids": values["customer_group_id"],
        "pricing_context": {name: value for name, value in values.items() if _is_plain(value)},
    }


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)


def _is_short(offered: CartOffers, location_id: str | None) -> bool:
    """Whether the place an option ships from lacks something of the cart."""
    return any(_lacks(offered, item.variant_id, item.quantity, location_id) for item in offered.cart.items)


def _lacks(offered: CartOffers, variant_id: str | None, quantity: int, location_id: str | None) -> bool:
    variant = offered.context.variant(variant_id)
    if variant is None or not variant.manage_inventory or variant.allow_backorder:
        return False
    for need in variant.inventory:
        here: Iterable[Decimal] = (level.available for level in need.levels if level.location_id == location_id)
        if sum(here, Decimal(0)) < need.required_quantity * quantity:
            return True
    return False
