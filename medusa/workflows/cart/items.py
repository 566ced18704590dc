"""add-to-cart, update-line-item-in-cart, delete-line-items."""

from __future__ import annotations

from msgspec import UNSET

from medusa.framework.errors import NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.checkout_context import Ask
from medusa.workflows.cart.conversions import pricing_context
from medusa.workflows.cart.documents import document
from medusa.workflows.cart.editing import Editing, open_cart, refuse_completed, save_cart
from medusa.workflows.cart.lines import add_lines, price_lines, refuse_insufficient, whole
from medusa.workflows.cart.types import AddToCart, DeleteLineItems, UpdateLineItem
from medusa.workflows.cart.update import merged


@workflow("add-to-cart", hooks=("validate", "set_pricing_context"))
async def add_to_cart(ctx: WorkflowContext, data: AddToCart) -> None:
    """Add variants to a cart; a line of the same variant with equal metadata grows instead.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is completed, or a variant cannot be bought or has no price.
        InsufficientInventory: There is not enough of a variant.
    """
    variant_ids = list(dict.fromkeys(item.variant_id for item in data.items))
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id, variant_ids=variant_ids))
    await ctx.hook("validate", input=data, cart=editing.cart)
    add_lines(editing.cart, data.items, editing.context, await _values(ctx, editing), merge=True)
    await save_cart(ctx, editing)
    ctx.emit("cart.updated", {"id": data.cart_id})


async def _values(ctx: WorkflowContext, editing: Editing) -> dict[str, object]:
    cart, context = editing.cart, editing.context
    more = await ctx.hook("set_pricing_context", cart=cart, variants=context.variants)
    return {**pricing_context(document(cart, context), context), **(more or {})}


@workflow("update-line-item-in-cart", hooks=("validate", "set_pricing_context"))
async def update_line_item(ctx: WorkflowContext, data: UpdateLineItem) -> None:
    """Change the quantity (0 removes the line) and metadata of a line, which gets the present price.

    Raises:
        NotFound: The cart or line does not exist.
        InvalidData: The cart is completed.
        InsufficientInventory: There is not enough of the variant.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id, with_item_variants=True), allow_completed=True)
    cart, context = editing.cart, editing.context
    line = cart.item(data.item_id)
    if line is None:
        raise NotFound(f"Line item with id: {data.item_id} was not found")
    refuse_completed(editing.cart)
    await ctx.hook("validate", input=data, cart=cart)
    if data.quantity == 0:
        cart.items.remove(line)
    else:
        line.quantity = whole(data.quantity)
        if data.metadata is not UNSET:
            line.metadata = merged(line.metadata, data.metadata)
        price_lines([line], context, await _values(ctx, editing))
        refuse_insufficient(line, context)
    await save_cart(ctx, editing)
    ctx.emit("cart.updated", {"id": data.cart_id})


@workflow("delete-line-items", hooks=("validate",))
async def delete_line_items(ctx: WorkflowContext, data: DeleteLineItems) -> None:
    """Remove lines from a cart.

    Raises:
        NotFound: There is no such cart.
        InvalidData: The cart is completed.
    """
    editing = await open_cart(ctx, Ask(cart_id=data.cart_id))
    await ctx.hook("validate", input=data, cart=editing.cart)
    editing.cart.items = [item for item in editing.cart.items if item.id not in data.ids]
    await save_cart(ctx, editing)
    ctx.emit("cart.updated", {"id": data.cart_id})
