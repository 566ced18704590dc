"""A cart in the hands of a workflow: locked, gathered, changed in memory, written with one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import WorkflowContext
from medusa.links.checkout_context import Ask, CheckoutContext, checkout_context
from medusa.links.checkout_writes import write_cart
from medusa.modules.cart.locks import lock_cart
from medusa.modules.cart.state import Cart
from medusa.workflows.cart.quotes import Quotes
from medusa.workflows.cart.refresh import Refreshed, refresh
from medusa.workflows.cart.shipping_facts import shipping_options_for_cart


@dataclass(slots=True)
class Editing:
    """A cart as it is stored (``before``; None for a new one) and as it will be (``cart``)."""

    before: Cart | None
    cart: Cart
    context: CheckoutContext

    def linked_codes(self) -> set[str]:
        """Codes of the promotions the cart has now."""
        return {each.code for each in self.context.promotions if each.link_id is not None}


async def open_cart(ctx: WorkflowContext, ask: Ask, *, allow_completed: bool = False) -> Editing:
    """Lock a cart and gather all it is calculated from.

    Raises:
        NotFound: There is no such cart.
        InvalidData: It is completed.
    """
    assert ask.cart_id is not None
    await lock_cart(ctx.session, ask.cart_id)
    context, before = await checkout_context(ctx.session, ask)
    if context.cart is None:
        raise NotFound(f"Cart id not found: {ask.cart_id}")
    editing = Editing(before, context.cart, context)
    if not allow_completed:
        refuse_completed(context.cart)
    return editing


def refuse_completed(cart: Cart) -> None:
    """Raise InvalidData for a cart that has become an order."""
    if cart.completed_at is not None:
        raise InvalidData(f"Cart {cart.id} is already completed.")


async def save_cart(
    ctx: WorkflowContext, editing: Editing, *, codes: Collection[str] | None = None, force_taxes: bool = False
) -> Refreshed:
    """Calculate the cart anew and write what has changed, its payment and its promotions included.

    Args:
        codes: Promotion codes to apply besides the automatic ones; those the cart has, where none are given.
        force_taxes: Calculate taxes in a region that does not do so by itself, too.
    Raises:
        Unavailable: The provider of taxes or of a calculated shipping price does not answer.
    """
    wanted = editing.linked_codes() if codes is None else set(codes)
    cart, context, now = editing.cart, editing.context, datetime.now(UTC)
    facts = await shipping_options_for_cart(ctx, cart)
    refreshed = await refresh(
        cart, context, Quotes.of(ctx), codes=wanted, now=now, force_taxes=force_taxes, facts=facts
    )
    await write_cart(
        ctx.session,
        before=editing.before,
        cart=editing.cart,
        context=editing.context,
        promotion_ids=refreshed.promotion_ids,
        total=refreshed.total,
    )
    return refreshed


def refuse_unknown_codes(context: CheckoutContext, codes: Collection[str]) -> None:
    """Raise InvalidData for the first code that no promotion has."""
    known = {each.code for each in context.promotions}
    for code in codes:
        if code not in known:
            raise InvalidData(f"The promotion code {code} is invalid")
