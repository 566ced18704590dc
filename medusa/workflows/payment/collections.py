"""create-payment-collection-for-cart: what is to be paid for a cart."""

from __future__ import annotations

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask
from medusa.links.payment_context import new_collection
from medusa.workflows.cart.editing import open_cart
from medusa.workflows.cart.refresh import total_of
from medusa.workflows.payment.types import CreatePaymentCollection


@workflow("create-payment-collection-for-cart", hooks=("validate",))
async def create_payment_collection(ctx: WorkflowContext, data: CreatePaymentCollection) -> str:
    """The payment collection of a cart, made where there is none; its id.

    Raises:
        NotFound: There is no such cart.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id), allow_completed=True)
    present = editing.context.payment_collection
    if present is not None:
        return present.id
    editing.refuse_completed()
    await ctx.hook("validate", input=data, cart=editing.cart)
    id, changes = new_collection(data.cart_id, editing.cart.currency_code, total_of(editing.cart))
    await ctx.session.write(*changes)
    return id
