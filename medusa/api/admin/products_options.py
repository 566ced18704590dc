"""Options of a product."""

from __future__ import annotations

from msgspec import UNSET, UnsetType, field

from medusa.api.admin.product_fields import PRODUCT
from medusa.framework.http import AdminContext, FieldsQuery, ListQuery, Response, RouteFields, StringOrList, get, post
from medusa.workflows.product.options import ChangeOptions, Offer, link_product_options
from medusa.workflows.product.types import Body

OPTION = RouteFields("product_option", "id,title", "id,title,*values")


class ProductOptionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of a product's options."""

    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET


class ChangeOptionsBody(Body, kw_only=True):
    """Options to give to the product, to take from it, and whose values to change."""

    add: list[str] = field(default_factory=list[str])
    remove: list[str] = field(default_factory=list[str])
    update: list[Offer] = field(default_factory=list[Offer])


@get("/admin/products/{id}/options")
async def list_options(ctx: AdminContext, id: str, query: ProductOptionsQuery) -> Response:
    """List the options of a product."""
    return await ctx.list("product_options", OPTION, query, filters={"products": {"id": id}})


@post("/admin/products/{id}/options/batch")
async def change_options(ctx: AdminContext, id: str, body: ChangeOptionsBody, query: FieldsQuery) -> Response:
    """Change which options, and which of their values, a product offers."""
    data = ChangeOptions(product_id=id, add=body.add, remove=body.remove, update=body.update)
    await ctx.run(link_product_options, data)
    return await ctx.detail("product", PRODUCT, id, query)
