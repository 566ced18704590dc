"""Published products of the sales channels that the publishable key opens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from medusa.api.store.product_fields import (
    PRODUCT,
    PRODUCTS,
    StoreProductsQuery,
    context_of,
    visible_products,
)
from medusa.framework.http import Response, StoreContext, get
from medusa.workflows.pricing.shown_taxes import names_a_provider, tax_prices


@get("/store/products")
async def list_products(ctx: StoreContext, query: StoreProductsQuery) -> Response:
    """List products. One statement; one more with a cart, and one with a customer."""
    visible = visible_products(ctx, query.sales_channel_id)
    context = await context_of(ctx, PRODUCTS, query)
    answer = await ctx.list("products", PRODUCTS, query, filters={**_filters(query), **visible}, context=context)
    return await _taxed(ctx, answer, context)


@get("/store/products/{id}")
async def retrieve_product(ctx: StoreContext, id: str, query: StoreProductsQuery) -> Response:
    """Retrieve a product. Its internal categories are not shown; the filters of lists are passed over."""
    context = await context_of(ctx, PRODUCT, query)
    found = await ctx.fetch(PRODUCT, id, query, filters=visible_products(ctx), context=context)
    categories = PRODUCT.of(query).tree.children.get("categories")
    if categories is not None and categories.star:
        product = msgspec.json.decode(found, type=dict[str, msgspec.Raw])
        shown: list[dict[str, Any]] = msgspec.json.decode(product["categories"])
        shown = [category for category in shown if not category["is_internal"]]
        product["categories"] = msgspec.Raw(msgspec.json.encode(shown))
        found = msgspec.json.encode(product)
    return await _taxed(ctx, Response(b'{"product":%b}' % found), context)


async def _taxed(ctx: StoreContext, answer: Response, context: Mapping[str, Any]) -> Response:
    """The answer with the taxes of a provider, where the country names one."""
    if not await names_a_provider(ctx.app, context):
        return answer
    shown = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode(answer.body)
    await tax_prices(ctx.app, shown["products"] if "products" in shown else [shown["product"]], context)
    return ctx.json(shown)


def _filters(query: StoreProductsQuery) -> dict[str, Any]:
    """The query's filters, without the sales channels: these are the key's."""
    filters = query.filters()
    conditions = [item for item in filters.get("$and", []) if "sales_channels" not in item]
    if "$and" in filters:
        filters["$and"] = conditions
    return filters
