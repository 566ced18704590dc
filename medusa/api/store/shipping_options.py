"""Shipping options a cart can choose from."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.http import FieldsQuery, Flag, ListQuery, Response, RouteFields, StoreContext, get, post
from medusa.modules.cart.state import Cart
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.tax import TaxService
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.shipping_facts import shipping_options_for_cart
from medusa.workflows.cart.shipping_listing import calculated_offer, list_offers

OPTION = RouteFields(
    "shipping_option",
    "id,name,price_type,service_zone_id,shipping_profile_id,provider_id,shipping_option_type_id,metadata",
)


class OptionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The cart, and whether the goods come or go."""

    cart_id: str
    is_return: Flag | UnsetType = UNSET
    limit: int = 20
    locale: str | UnsetType = UNSET


class CalculateBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """The cart to price an option for, and data for the provider."""

    cart_id: str
    data: dict[str, Any] | UnsetType = UNSET


async def _facts(ctx: StoreContext, cart: Cart) -> dict[str, Any]:
    """What an application's hook says that rules of options can ask for."""
    if not shipping_options_for_cart.handlers["set_shipping_options_context"]:
        return {}
    return await ctx.run(shipping_options_for_cart, cart)


@get("/store/shipping-options")
async def list_options(ctx: StoreContext, query: OptionsQuery) -> Response:
    """List the shipping options of a cart's place and sales channel."""
    is_return = query.is_return is True
    rows = await list_offers(ctx.reader, ctx.query, query.cart_id, partial(_facts, ctx), is_return=is_return)
    return ctx.json({"shipping_options": rows})


@post("/store/shipping-options/{id}/calculate")
async def calculate(ctx: StoreContext, id: str, body: CalculateBody, query: FieldsQuery) -> Response:
    """The price of an option whose provider calculates it for the cart."""
    quotes = Quotes.at_once(ctx.service(TaxService), ctx.service(FulfillmentService))
    data = {} if body.data is UNSET else body.data
    price = await calculated_offer(ctx.reader, partial(_facts, ctx), quotes, body.cart_id, id, data)
    option = msgspec.json.decode(await ctx.fetch(OPTION, id, query), type=dict[str, Any])
    shown = {
        **option,
        "calculated_price": price,
        "amount": price.calculated_amount,
        "is_tax_inclusive": price.is_calculated_price_tax_inclusive,
    }
    return ctx.json({"shipping_option": shown})
