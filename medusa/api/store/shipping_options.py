"""Shipping options a cart can choose from."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.http import FieldsQuery, Flag, ListQuery, Response, StoreContext, get, post
from medusa.modules.fulfillment import FulfillmentService
from medusa.workflows.cart.shipping_listing import cart_offers, list_offers


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


@get("/store/shipping-options")
async def list_options(ctx: StoreContext, query: OptionsQuery) -> Response:
    """List the shipping options of a cart's place and sales channel."""
    async with ctx.reader() as session:
        rows = await list_offers(session, ctx.query, query.cart_id, is_return=query.is_return is True)
    return ctx.json({"shipping_options": rows})


@post("/store/shipping-options/{id}/calculate")
async def calculate(ctx: StoreContext, id: str, body: CalculateBody, query: FieldsQuery) -> Response:
    """The price of an option whose provider calculates it for the cart."""
    async with ctx.reader() as session:
        offered = await cart_offers(session, body.cart_id)
        rows = await list_offers(session, ctx.query, body.cart_id, is_return=False)
    option = next((each.option for each in offered.offers if each.option.id == id), None)
    if option is None or option.price_type != "calculated" or option.provider_id is None:
        raise InvalidData(f"Shipping option {id} is not calculated for this cart")
    given = {} if body.data is UNSET else body.data
    cart = {"id": offered.cart.id, "currency_code": offered.cart.currency_code, "items": offered.values}
    price = (
        await ctx.service(FulfillmentService)
        .provider(option.provider_id)
        .calculate_price(option.data or {}, given, cart)
    )
    row = next(each for each in rows if each["id"] == id)
    row["amount"] = price.calculated_amount
    row["is_tax_inclusive"] = price.is_calculated_price_tax_inclusive
    row["calculated_price"] = {
        "calculated_amount": price.calculated_amount,
        "is_calculated_price_tax_inclusive": price.is_calculated_price_tax_inclusive,
    }
    return ctx.json({"shipping_option": row})
