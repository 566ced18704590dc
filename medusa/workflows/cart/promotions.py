"""update-cart-promotions: which codes a cart has."""

from __future__ import annotations

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask
from medusa.workflows.cart.editing import open_cart, refuse_unknown_codes, save_cart
from medusa.workflows.cart.types import UpdatePromotions


@workflow("update-cart-promotions", hooks=("validate",))
async def update_cart_promotions(ctx: WorkflowContext, data: UpdatePromotions) -> None:
    """Add, remove or replace a cart's promotion codes. Codes that take nothing off are not kept.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is completed, or a code to add is unknown.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id, codes=data.codes))
    await ctx.hook("validate", input=data, cart=editing.cart)
    present, given = editing.linked_codes(), set(data.codes)
    if data.action != "remove":
        refuse_unknown_codes(editing.context, data.codes)
    codes = {"add": present | given, "remove": present - given, "replace": given}[data.action]
    await save_cart(ctx, editing, codes=codes)
    ctx.emit("cart.updated", {"id": data.cart_id})
