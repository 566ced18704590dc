from typing import Any

import msgspec
from msgspec import Struct

from medusa.framework.errors import InvalidData
from medusa.framework.workflows import WorkflowContext
from medusa.workflows.product.products import create_products, update_products
from src.links.product_brand import PRODUCT_BRAND
from src.modules.brand.service import BrandService


class ProductBrand(Struct, forbid_unknown_fields=True):
    """The ``additional_data`` of a product: its brand, and its place among the brand's products."""

    brand_id: str | None = None
    position: int = 0


@create_products.hook("products_created")
@update_products.hook("products_updated")
async def link_brand(ctx: WorkflowContext, product_ids: list[str], additional_data: dict[str, Any] | None) -> None:
    """Link the products to the brand that came with the request."""
    data = msgspec.convert(additional_data or {}, ProductBrand)
    if data.brand_id is None:
        return
    if not await ctx.service(BrandService).brands.list(ctx.session, {"id": data.brand_id}):
        raise InvalidData(f"There is no brand {data.brand_id}")
    present = await ctx.links.list(ctx.session, PRODUCT_BRAND, left=product_ids)
    await ctx.links.dismiss(ctx.session, PRODUCT_BRAND, [(row["product_id"], row["brand_id"]) for row in present])
    pairs = [(id, data.brand_id, {"position": data.position}) for id in product_ids]
    await ctx.links.create(ctx.session, PRODUCT_BRAND, pairs)
