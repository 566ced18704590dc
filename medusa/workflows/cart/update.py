"""update-cart, refresh-cart-items, transfer-cart-customer: a cart's own fields, its region, its customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask, CheckoutContext
from medusa.modules.cart.state import Address
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.create import guest_for, only_country_address, place_of, stored_or_new
from medusa.workflows.cart.documents import document
from medusa.workflows.cart.editing import Editing, open_cart, refuse_unknown_codes, save_cart
from medusa.workflows.cart.lines import price_lines, refuse_missing_variants
from medusa.workflows.cart.types import RefreshCart, TransferCart, UpdateCart

Json = dict[str, Any]


@workflow("update-cart", hooks=("validate", "set_pricing_context", "cart_updated"))
async def update_cart(ctx: WorkflowContext, data: UpdateCart) -> str:
    """Change a cart; its id.

    Raises:
        NotFound: The cart, region, sales channel or an address does not exist.
        InvalidData: The cart is completed, the country is not the region's, or a promotion code is unknown.
    """
    shipping = await stored_or_new(ctx, None if data.shipping_address is UNSET else data.shipping_address)
    billing = await stored_or_new(ctx, None if data.billing_address is UNSET else data.billing_address)
    editing = await open_cart(ctx, _ask(data, shipping))
    cart, context = editing.cart, editing.context
    await ctx.hook("validate", input=data, cart=cart)
    new_region = _change_region(editing, data)
    if shipping is not None:
        _refuse_other_country(shipping, context)
        cart.shipping_address = shipping
    if billing is not None:
        cart.billing_address = billing
    _change_channel(editing, data)
    await _change_email(ctx, editing, data)
    if data.locale is not UNSET:
        cart.locale = data.locale
    if data.metadata is not UNSET:
        cart.metadata = merged(cart.metadata, data.metadata)
    codes = None if data.promo_codes is UNSET else data.promo_codes
    refuse_unknown_codes(context, codes or ())
    if new_region:
        await _price_again(ctx, editing)
    await save_cart(ctx, editing, codes=codes)
    _announce(ctx, editing, new_region=new_region)
    await ctx.hook("cart_updated", cart=cart, additional_data=data.additional_data)
    return cart.id


def _ask(data: UpdateCart, shipping: Address | None) -> Ask:
    return Ask(
        cart_id=data.id,
        region_id=data.region_id if data.region_id is not UNSET else None,
        sales_channel_id=data.sales_channel_id if data.sales_channel_id is not UNSET else None,
        with_item_variants=data.region_id is not UNSET,
        codes=() if data.promo_codes is UNSET else data.promo_codes,
        guest_email=data.email.lower() if data.email is not UNSET and data.email is not None else None,
        place=place_of(shipping) if shipping else None,
    )


def _change_region(editing: Editing, data: UpdateCart) -> bool:
    cart, region = editing.cart, editing.context.region
    if data.region_id is UNSET or data.region_id == cart.region_id:
        return False
    if region is None:
        raise NotFound(f"Region id not found: {data.region_id}")
    cart.region_id, cart.currency_code = region.id, region.currency_code
    cart.shipping_address = only_country_address(region)
    return True


def _refuse_other_country(address: Address, context: CheckoutContext) -> None:
    region = context.region
    if region is None or not address.country_code or address.country_code.lower() in region.countries:
        return
    raise InvalidData(f"Country with code {address.country_code} is not within region {region.name}")


def _change_channel(editing: Editing, data: UpdateCart) -> None:
    if data.sales_channel_id is UNSET or data.sales_channel_id is None:
        return
    if editing.context.sales_channel_id != data.sales_channel_id:
        raise NotFound(f"SalesChannel with id: {data.sales_channel_id} was not found")
    editing.cart.sales_channel_id = data.sales_channel_id


async def _change_email(ctx: WorkflowContext, editing: Editing, data: UpdateCart) -> None:
    """A customer with an account stays the cart's customer; a guest is whoever has the address."""
    if data.email is UNSET or data.email is None:
        return
    cart, customer = editing.cart, editing.context.customer
    cart.email = data.email.lower()
    if customer is None or not customer.has_account:
        cart.customer_id = await guest_for(ctx, editing, cart.email)


async def _price_again(ctx: WorkflowContext, editing: Editing) -> None:
    cart, context = editing.cart, editing.context
    values = pricing_context(document(cart, context), context)
    values |= await ctx.hook("set_pricing_context", cart=cart, variants=context.variants) or {}
    refuse_missing_variants([item.variant_id for item in cart.items if item.variant_id], context)
    price_lines(cart.items, context, values)


def _announce(ctx: WorkflowContext, editing: Editing, *, new_region: bool) -> None:
    cart, before = editing.cart, editing.before
    ctx.emit("cart.updated", {"id": cart.id})
    if new_region:
        ctx.emit("cart.region_updated", {"id": cart.id})
    if before is not None and before.customer_id != cart.customer_id:
        ctx.emit("cart.customer_updated", {"id": cart.id})


def merged(present: Mapping[str, Any] | None, given: Json | None) -> Json | None:
    """Metadata with changes: an empty text removes its key, null removes all."""
    if given is None:
        return None
    return {name: value for name, value in {**(present or {}), **given}.items() if value != ""}


@workflow("refresh-cart-items")
async def refresh_cart(ctx: WorkflowContext, data: RefreshCart) -> str:
    """Calculate taxes, shipping and promotions of a cart anew; its id. A completed one stays as it is.

    Where a country is required, taxes are calculated also in a region that does not do so by itself.

    Raises:
        NotFound: There is no such cart.
        InvalidData: A country is required and not known.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.id), allow_completed=True)
    if editing.cart.completed_at is not None:
        return data.id
    if data.require_country and not (editing.context.place and editing.context.place.country_code):
        raise InvalidData("country code is required to calculate taxes")
    await save_cart(ctx, editing, force_taxes=data.require_country)
    return data.id


@workflow("transfer-cart-customer", hooks=("validate",))
async def transfer_cart(ctx: WorkflowContext, data: TransferCart) -> str:
    """Give a cart to the customer who has logged in, with their e-mail address; its id.

    Raises:
        NotFound: The cart or the customer does not exist.
        InvalidData: The cart is completed.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.id, customer_id=data.customer_id))
    cart, customer = editing.cart, editing.context.customer
    if customer is None:
        raise NotFound(f"Customer with id: {data.customer_id} was not found")
    await ctx.hook("validate", input=data, cart=cart)
    if cart.customer_id == customer.id and cart.email == customer.email:
        return data.id
    cart.customer_id, cart.email = customer.id, customer.email or cart.email
    await save_cart(ctx, editing)
    ctx.emit("cart.customer_transferred", {"id": cart.id, "customer_id": customer.id})
    return cart.id
