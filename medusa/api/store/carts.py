"""Carts, from the first line item to the order."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Raw, Struct, UnsetType, structs

from medusa.api.bodies import given
from medusa.api.parameters import LocaleQuery
from medusa.api.store.cart_fields import CART, ORDER
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    CUSTOMER,
    Email,
    FieldsQuery,
    Response,
    StoreContext,
    bounds,
    delete,
    get,
    post,
)
from medusa.framework.http.errors import HttpError
from medusa.framework.http.response import json_response
from medusa.workflows.cart.complete import complete_cart
from medusa.workflows.cart.create import create_cart
from medusa.workflows.cart.items import add_to_cart, delete_line_items, update_line_item
from medusa.workflows.cart.promotions import update_cart_promotions
from medusa.workflows.cart.shipping import add_shipping_methods
from medusa.workflows.cart.types import (
    AddressInput,
    AddShippingMethods,
    AddToCart,
    CompleteCart,
    CreateCart,
    DeleteLineItems,
    ItemInput,
    MethodInput,
    RefreshCart,
    TransferCart,
    UpdateCart,
    UpdateLineItem,
    UpdatePromotions,
)
from medusa.workflows.cart.update import refresh_cart, transfer_cart, update_cart

Json = dict[str, Any]
Text = str | UnsetType | None
Quantity = Annotated[Decimal, bounds(gt=0)]
QuantityOrNone = Annotated[Decimal, bounds(ge=0)]


class AddressBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """An address."""

    first_name: Text = UNSET
    last_name: Text = UNSET
    phone: Text = UNSET
    company: Text = UNSET
    address_1: Text = UNSET
    address_2: Text = UNSET
    city: Text = UNSET
    country_code: Text = UNSET
    province: Text = UNSET
    postal_code: Text = UNSET
    metadata: Json | UnsetType | None = UNSET

    def input(self) -> AddressInput:
        """The address for the workflow."""
        return AddressInput(**structs.asdict(self))


class StoredAddressBody(AddressBody, kw_only=True, forbid_unknown_fields=False):
    """An address, or the id of a stored one. Unknown fields are passed over, as the contract has it."""

    id: str | UnsetType = UNSET


class ItemBody(Struct, kw_only=True):
    """A first line of a cart."""

    variant_id: str
    quantity: Quantity
    metadata: Json | UnsetType | None = UNSET


class CreateCartBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new cart."""

    region_id: Text = UNSET
    shipping_address: AddressBody | str | UnsetType = UNSET
    billing_address: AddressBody | str | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    currency_code: Text = UNSET
    items: list[ItemBody] | UnsetType = UNSET
    sales_channel_id: Text = UNSET
    promo_codes: list[str] | UnsetType = UNSET
    metadata: Json | UnsetType | None = UNSET
    locale: Text = UNSET
    additional_data: Json | UnsetType | None = UNSET


class UpdateCartBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes of a cart."""

    region_id: str | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    billing_address: StoredAddressBody | UnsetType = UNSET
    shipping_address: StoredAddressBody | UnsetType = UNSET
    sales_channel_id: Text = UNSET
    metadata: Json | UnsetType | None = UNSET
    promo_codes: list[str] | UnsetType = UNSET
    locale: Text = UNSET
    additional_data: Json | UnsetType | None = UNSET


class AddLineItemBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A variant to add."""

    variant_id: str
    quantity: Quantity
    metadata: Json | UnsetType | None = UNSET


class UpdateLineItemBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new quantity; 0 removes the line."""

    quantity: QuantityOrNone
    metadata: Json | UnsetType | None = UNSET


class ShippingMethodBody(Struct, kw_only=True):
    """A shipping option to choose."""

    option_id: str
    data: Json | UnsetType = UNSET
    additional_data: Json | UnsetType | None = UNSET


class PromotionsBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Promotion codes."""

    promo_codes: list[str]


class TaxesBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Nothing."""


class CustomerBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Nothing but the application's own data."""

    additional_data: Json | UnsetType | None = UNSET


def _address(value: AddressBody | str | UnsetType) -> AddressInput | str | None:
    return value.input() if isinstance(value, AddressBody) else given(value)


def _channel(ctx: StoreContext, wanted: str | None) -> str:
    """The sales channel of a new cart: one of the publishable key's, which must be named where there are several.

    Raises:
        HttpError: 400 with the contract's list of errors.
    """
    channels = ctx.require_sales_channels()
    if wanted is not None and wanted not in channels:
        raise _body_errors(
            f"Sales channel ID in payload {wanted} is not associated with the Publishable API Key in the header."
        )
    if wanted is None and len(channels) > 1:
        raise _body_errors(
            "Cannot assign sales channel to cart. The Publishable API Key in the header has multiple associated sales "
            "channels. Please provide a sales channel ID in the request body."
        )
    return wanted or next(iter(channels))


def _body_errors(error: str) -> HttpError:
    message = "Provided request body contains errors. Please check the data and retry the request"
    return HttpError(json_response({"errors": [error], "message": message}, 400))


async def _answer(ctx: StoreContext, id: str, query: FieldsQuery) -> Response:
    return await ctx.detail("cart", CART, id, query, not_found=f"Cart with id '{id}' not found")


@post("/store/carts")
async def create(ctx: StoreContext, body: CreateCartBody, query: LocaleQuery) -> Response:
    """Create a cart, for the customer who is logged in where there is one."""
    items = [] if body.items is UNSET else body.items
    data = CreateCart(
        region_id=given(body.region_id),
        sales_channel_id=_channel(ctx, given(body.sales_channel_id)),
        customer_id=ctx.customer_id,
        email=given(body.email),
        currency_code=given(body.currency_code),
        locale=given(body.locale),
        shipping_address=_address(body.shipping_address),
        billing_address=_address(body.billing_address),
        items=[ItemInput(variant_id=i.variant_id, quantity=i.quantity, metadata=given(i.metadata)) for i in items],
        promo_codes=[] if body.promo_codes is UNSET else body.promo_codes,
        metadata=given(body.metadata),
        additional_data=given(body.additional_data),
    )
    return await _answer(ctx, await ctx.run(create_cart, data), query)


@get("/store/carts/{id}")
async def retrieve(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Retrieve a cart."""
    return await _answer(ctx, id, query)


@post("/store/carts/{id}")
async def update(ctx: StoreContext, id: str, body: UpdateCartBody, query: LocaleQuery) -> Response:
    """Change a cart's region, e-mail address, addresses, sales channel, promotion codes or metadata."""
    data = UpdateCart(
        id=id,
        region_id=body.region_id,
        sales_channel_id=body.sales_channel_id,
        email=body.email,
        locale=body.locale,
        shipping_address=UNSET if body.shipping_address is UNSET else body.shipping_address.input(),
        billing_address=UNSET if body.billing_address is UNSET else body.billing_address.input(),
        promo_codes=body.promo_codes,
        metadata=body.metadata,
        additional_data=given(body.additional_data),
    )
    await ctx.run(update_cart, data)
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/line-items")
async def add_line_item(ctx: StoreContext, id: str, body: AddLineItemBody, query: LocaleQuery) -> Response:
    """Add a variant to a cart."""
    item = ItemInput(variant_id=body.variant_id, quantity=body.quantity, metadata=given(body.metadata))
    await ctx.run(add_to_cart, AddToCart(cart_id=id, items=[item]))
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/line-items/{line_id}")
async def update_line(
    ctx: StoreContext, id: str, line_id: str, body: UpdateLineItemBody, query: LocaleQuery
) -> Response:
    """Change the quantity of a line; 0 removes it."""
    data = UpdateLineItem(
        cart_id=id,
        item_id=line_id,
        quantity=body.quantity,
        metadata=body.metadata,
    )
    await ctx.run(update_line_item, data)
    return await _answer(ctx, id, query)


@delete("/store/carts/{id}/line-items/{line_id}")
async def delete_line(ctx: StoreContext, id: str, line_id: str, query: LocaleQuery) -> Response:
    """Remove a line."""
    await ctx.run(delete_line_items, DeleteLineItems(cart_id=id, ids=[line_id]))
    return ctx.deleted(line_id, "line-item", parent=await ctx.fetch(CART, id, query))


@post("/store/carts/{id}/shipping-methods")
async def add_shipping_method(
    ctx: StoreContext, id: str, body: ShippingMethodBody | list[ShippingMethodBody], query: LocaleQuery
) -> Response:
    """Choose a shipping option, or several for the shipping profiles of a cart."""
    chosen = body if isinstance(body, list) else [body]
    if not chosen:
        raise InvalidData("Choose a shipping option")
    methods = [MethodInput(id=each.option_id, data={} if each.data is UNSET else each.data) for each in chosen]
    more = None if isinstance(body, list) else given(body.additional_data)
    data = AddShippingMethods(cart_id=id, options=methods, additional_data=more)
    await ctx.run(add_shipping_methods, data)
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/promotions")
async def add_promotions(ctx: StoreContext, id: str, body: PromotionsBody, query: LocaleQuery) -> Response:
    """Apply promotion codes."""
    await ctx.run(update_cart_promotions, UpdatePromotions(cart_id=id, action="add", codes=body.promo_codes))
    return await _answer(ctx, id, query)


@delete("/store/carts/{id}/promotions")
async def remove_promotions(ctx: StoreContext, id: str, body: PromotionsBody, query: LocaleQuery) -> Response:
    """Give up promotion codes."""
    await ctx.run(update_cart_promotions, UpdatePromotions(cart_id=id, action="remove", codes=body.promo_codes))
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/taxes")
async def calculate_taxes(ctx: StoreContext, id: str, body: TaxesBody, query: LocaleQuery) -> Response:
    """Calculate the taxes anew."""
    await ctx.run(refresh_cart, RefreshCart(id=id, require_country=True))
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/customer", authenticate=CUSTOMER)
async def transfer(ctx: StoreContext, id: str, body: CustomerBody, query: LocaleQuery) -> Response:
    """Give the cart to the customer who is logged in."""
    assert ctx.customer_id is not None
    data = TransferCart(id=id, customer_id=ctx.customer_id, additional_data=given(body.additional_data))
    await ctx.run(transfer_cart, data)
    return await _answer(ctx, id, query)


@post("/store/carts/{id}/complete")
async def complete(ctx: StoreContext, id: str, query: LocaleQuery) -> Response:
    """Make the cart an order. A payment that needs more of the customer answers with the cart and the error."""
    done = await ctx.run(complete_cart, CompleteCart(cart_id=id))
    if done.order_id is not None:
        order = await ctx.fetch(ORDER, done.order_id, query)
        return Response(b'{"type":"order","order":%b}' % order)
    cart = await ctx.fetch(CART, id, FieldsQuery())
    error = {"message": done.error, "name": "Error", "type": done.error_type}
    return ctx.json({"type": "cart", "cart": Raw(cart), "error": error})
