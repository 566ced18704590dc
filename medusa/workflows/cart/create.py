"""create-cart: a new cart, with region, customer, addresses and first lines."""

from __future__ import annotations

from msgspec import UNSET

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask, CheckoutContext, Place, Region, checkout_context
from medusa.links.checkout_writes import guest_customer
from medusa.modules.cart import CartService
from medusa.modules.cart.state import Address, Cart, new_address, new_cart_id
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.documents import document
from medusa.workflows.cart.editing import Editing, refuse_unknown_codes, save_cart
from medusa.workflows.cart.lines import add_lines
from medusa.workflows.cart.types import AddressInput, CreateCart


@workflow("create-cart", hooks=("validate", "set_pricing_context", "cart_created"))
async def create_cart(ctx: WorkflowContext, data: CreateCart) -> str:
    """Make a cart; its id.

    Raises:
        NotFound: The region does not exist.
        InvalidData: The currency is not the region's; a variant cannot be bought; a promotion code is unknown.
        InsufficientInventory: There is not enough of a variant.
    """
    shipping = await stored_or_new(ctx, data.shipping_address)
    billing = await stored_or_new(ctx, data.billing_address)
    context, _ = await checkout_context(ctx.session, _ask(data, shipping))
    region = _region(data, context)
    cart = Cart(
        id=new_cart_id(),
        region_id=region.id,
        currency_code=region.currency_code,
        sales_channel_id=data.sales_channel_id,
        email=data.email,
        locale=data.locale,
        metadata=data.metadata,
        shipping_address=shipping or only_country_address(region),
        billing_address=billing,
    )
    editing = Editing(None, cart, context)
    await set_customer(ctx, editing, data)
    await ctx.hook("validate", input=data, cart=cart)
    refuse_unknown_codes(context, data.promo_codes)
    if data.items:
        values = pricing_context(document(cart, context), context)
        values |= await ctx.hook("set_pricing_context", cart=cart, variants=context.variants) or {}
        add_lines(cart, data.items, context, values, merge=False)
    await save_cart(ctx, editing, codes=data.promo_codes)
    ctx.emit("cart.created", {"id": cart.id})
    await ctx.hook("cart_created", cart=cart, additional_data=data.additional_data)
    return cart.id


def _ask(data: CreateCart, shipping: Address | None) -> Ask:
    by_email = data.email is not None and data.customer_id is None
    return Ask(
        region_id=data.region_id,
        sales_channel_id=data.sales_channel_id,
        variant_ids=list(dict.fromkeys(item.variant_id for item in data.items)),
        codes=data.promo_codes,
        customer_id=data.customer_id,
        guest_email=data.email.lower() if by_email and data.email else None,
        place=place_of(shipping) if shipping else None,
    )


def _region(data: CreateCart, context: CheckoutContext) -> Region:
    region = context.region
    if region is None:
        raise NotFound("No regions found")
    if data.currency_code is not None and data.currency_code.lower() != region.currency_code:
        raise InvalidData(
            f"Currency code {data.currency_code} does not match the region's currency code {region.currency_code}"
        )
    return region


async def set_customer(ctx: WorkflowContext, editing: Editing, data: CreateCart) -> None:
    """Give the cart its customer: the one who is logged in, else the guest of the e-mail address."""
    cart, context = editing.cart, editing.context
    if data.customer_id is not None:
        cart.customer_id = data.customer_id
        cart.email = cart.email or (context.customer.email if context.customer else None)
    elif cart.email is not None:
        cart.customer_id = await guest_for(ctx, editing, cart.email)


async def guest_for(ctx: WorkflowContext, editing: Editing, email: str) -> str:
    """The id of the customer without account who has this e-mail address; one is made where there is none."""
    guest = editing.context.guest
    return guest.id if guest is not None else await guest_customer(ctx.session, email.lower())


async def stored_or_new(ctx: WorkflowContext, given: AddressInput | str | None) -> Address | None:
    """The address that is given, or that an id names.

    Raises:
        NotFound: No address has that id.
    """
    if given is None:
        return None
    if isinstance(given, str):
        try:
            return await ctx.service(CartService).address(ctx.session, given)
        except NotFound as error:
            raise NotFound(
                f"You tried to set relationship shipping_address_id: {given}, but such entity does not exist"
            ) from error
    if given.id is not UNSET:
        return await ctx.service(CartService).address(ctx.session, given.id)
    return new_address(
        **{name: value for name in given.__struct_fields__ if (value := getattr(given, name)) is not UNSET}
    )


def place_of(address: Address) -> Place:
    """Where an address is, for taxes and shipping."""
    return Place(address.country_code, address.province, address.city, address.postal_code)


def only_country_address(region: Region) -> Address | None:
    """An address that says no more than the country, where the region has just one."""
    return new_address(country_code=region.countries[0]) if len(region.countries) == 1 else None
