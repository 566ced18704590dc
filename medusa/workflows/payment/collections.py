"""create-payment-collection-for-cart: what is to be paid for a cart."""

from __future__ import annotations

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import cart_to_pay
from medusa.links.payment_context import new_collection
from medusa.modules.cart.locks import lock_cart
from medusa.workflows.cart.editing import refuse_completed
from medusa.workflows.cart.refresh import total_of
from medusa.workflows.payment.types import CreatePaymentCollection


@workflow("create-payment-collection-for-cart", hooks=("validate",))
async def create_payment_collection(ctx: WorkflowContext, data: CreatePaymentCollection) -> str:
    """The payment collection of a cart, made where there is none; its id.

    Raises:
        NotFound: There is no such cart.
    """
    await lock_cart(ctx.session, data.cart_id)
    found = await cart_to_pay(ctx.session, data.cart_id)
    cart = found.cart
    assert cart is not None
    if found.payment_collection is not None:
        return found.payment_collection.id
    refuse_completed(cart)
    await ctx.hook("validate", input=data, cart=cart)
    id, changes = new_collection(data.cart_id, cart.currency_code, total_of(cart))
    await ctx.session.write(*changes)
    return id
