"""Variants of the products that the publishable key shows."""

from __future__ import annotations

from medusa.api.store.product_fields import (
    VARIANT,
    PricingQuery,
    StoreVariantsQuery,
    context_of,
    visible_products,
)
from medusa.framework.http import Response, StoreContext, get


@get("/store/product-variants")
async def list_variants(ctx: StoreContext, query: StoreVariantsQuery) -> Response:
    """List variants."""
    context = await context_of(ctx, VARIANT, query)
    return await ctx.list("variants", VARIANT, query, filters={"product": visible_products(ctx)}, context=context)


@get("/store/product-variants/{id}")
async def retrieve_variant(ctx: StoreContext, id: str, query: PricingQuery) -> Response:
    """Retrieve a variant."""
    context = await context_of(ctx, VARIANT, query)
    return await ctx.detail("variant", VARIANT, id, query, filters={"product": visible_products(ctx)}, context=context)
