"""Lines of a cart: from a variant to a line, merged, priced and checked against the stock; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from medusa.framework.errors import ErrorType, InvalidData, MedusaError
from medusa.links.checkout_context import CheckoutContext, Product, Variant
from medusa.modules.cart.state import Cart, LineItem, new_item_id
from medusa.workflows.cart.prices import choose_price
from medusa.workflows.cart.types import ItemInput


class InsufficientInventory(MedusaError):
    """More is asked for than can be sold."""

    type, code = ErrorType.NOT_ALLOWED, "insufficient_inventory"

    def __init__(self) -> None:
        super().__init__("Some variant does not have the required inventory")


class KeptNowhere(InvalidData):
    """Stock of the variant is at no location from which the sales channel sells."""

    def __init__(self, *, sales_channel_id: str | None, variant_id: str) -> None:
        super().__init__(
            f"Sales channel {sales_channel_id} is not associated with any stock location for variant {variant_id}."
        )


def whole(quantity: Decimal) -> int:
    """A quantity in whole pieces, halves up, one at least."""
    return max(1, int(quantity + Decimal("0.5")))


def add_lines(
    cart: Cart, items: Sequence[ItemInput], context: CheckoutContext, values: Mapping[str, Any], *, merge: bool
) -> None:
    """Add variants to the cart, at their present price.

    Args:
        values: The pricing context.
        merge: Add to a line of the same variant with equal metadata instead of making another.
    Raises:
        InvalidData: A variant cannot be bought, or has no price.
        InsufficientInventory: There is not enough of it.
    """
    refuse_missing_variants((item.variant_id for item in items), context)
    touched: dict[str, LineItem] = {}
    for item in items:
        line = _same_line(cart, item) if merge else None
        if line is None:
            line = new_line(item, context)
            cart.items.append(line)
        else:
            line.quantity += whole(item.quantity)
        touched[line.id] = line
    price_lines(touched.values(), context, values)
    for line in touched.values():
        refuse_insufficient(line, context)


def refuse_missing_variants(ids: Iterable[str], context: CheckoutContext) -> None:
    """Raise InvalidData where a variant does not exist, or its product is not published."""
    published = {product.id for product in context.products if product.status == "published"}
    known = {variant.id for variant in context.variants if variant.product_id in published}
    if missing := [id for id in dict.fromkeys(ids) if id not in known]:
        raise InvalidData(f"Variants {', '.join(missing)} do not exist or belong to a product that is not published")


def _same_line(cart: Cart, item: ItemInput) -> LineItem | None:
    return next(
        (
            line
            for line in cart.items
            if line.variant_id == item.variant_id
            and not line.is_custom_price
            and (line.metadata or {}) == (item.metadata or {})
        ),
        None,
    )


def new_line(item: ItemInput, context: CheckoutContext) -> LineItem:
    """A line for a variant that exists, not priced yet."""
    variant = context.variant(item.variant_id)
    assert variant is not None
    product = context.product(variant.product_id)
    assert product is not None
    return LineItem(
        id=new_item_id(),
        title=product.title,
        subtitle=variant.title,
        thumbnail=variant.thumbnail or product.thumbnail,
        quantity=whole(item.quantity),
        variant_id=variant.id,
        product_id=product.id,
        product_title=product.title,
        product_description=product.description,
        product_subtitle=product.subtitle,
        product_type=product.type,
        product_type_id=product.type_id,
        product_collection=product.collection,
        product_handle=product.handle,
        variant_sku=variant.sku,
        variant_barcode=variant.barcode,
        variant_title=variant.title,
        requires_shipping=_requires_shipping(variant, product),
        is_discountable=product.discountable,
        is_giftcard=product.is_giftcard,
        unit_price=Decimal(0),
        metadata=item.metadata or {},
    )


def _requires_shipping(variant: Variant, product: Product) -> bool:
    return product.shipping_profile_id is not None or any(need.requires_shipping for need in variant.inventory)


def price_lines(lines: Iterable[LineItem], context: CheckoutContext, values: Mapping[str, Any]) -> None:
    """Give lines the present price of their variant at their quantity; custom prices stay.

    Raises:
        InvalidData: A variant has no price in the cart's currency.
    """
    missing: list[str] = []
    for line in lines:
        variant = context.variant(line.variant_id)
        if variant is None or line.is_custom_price:
            continue
        price = choose_price(variant.prices, {**values, "quantity": line.quantity}, context.preferences)
        if price is None:
            missing.append(variant.id)
            continue
        line.unit_price, line.is_tax_inclusive = price.amount, price.is_tax_inclusive
        line.compare_at_unit_price = price.original_amount if price.price_list_type == "sale" else None
    if missing:
        raise InvalidData(f"Variants with IDs {', '.join(dict.fromkeys(missing))} do not have a price")


def refuse_insufficient(line: LineItem, context: CheckoutContext) -> None:
    """Check that a line's pieces can be sold in the cart's sales channel.

    Raises:
        KeptNowhere: The channel does not sell from where the variant is.
        InsufficientInventory: There is not enough of it.
    """
    variant = context.variant(line.variant_id)
    if variant is None or not variant.manage_inventory or variant.allow_backorder:
        return
    if not any(need.levels for need in variant.inventory):
        raise KeptNowhere(sales_channel_id=context.sales_channel_id, variant_id=variant.id)
    for need in variant.inventory:
        available = sum((level.available for level in need.levels), Decimal(0))
        if available < need.required_quantity * line.quantity:
            raise InsufficientInventory
