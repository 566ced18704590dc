"""Variants of all products."""

from __future__ import annotations

from medusa.api.admin.product_fields import VARIANT_WITH_PRODUCT, VariantsQuery
from medusa.framework.http import AdminContext, Response, get


@get("/admin/product-variants")
async def list_variants(ctx: AdminContext, query: VariantsQuery) -> Response:
    """List variants."""
    return await ctx.list("variants", VARIANT_WITH_PRODUCT, query)
