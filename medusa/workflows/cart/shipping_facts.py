"""What the rules of shipping options can ask for: ``is_return``, ``enabled_in_store``, and what an application adds."""

from __future__ import annotations

from typing import Any

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.cart.state import Cart


@workflow("list-shipping-options-for-cart", hooks=("set_shipping_options_context",))
async def shipping_options_for_cart(ctx: WorkflowContext, cart: Cart) -> dict[str, Any]:
    """What hooks add, by attribute: a text, a number, a boolean, or a list of them. A part of each change of a cart."""
    facts: dict[str, Any] | None = await ctx.hook("set_shipping_options_context", cart=cart)
    return facts or {}
