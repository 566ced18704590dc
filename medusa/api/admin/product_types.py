"""Product types."""

from __future__ import annotations

from medusa.api.admin.product_fields import LabelsQuery
from medusa.api.answers import detail_or_nothing
from medusa.framework.http import AdminContext, FieldsQuery, Response, RouteFields, delete, get, post
from medusa.workflows.product.sorting import (
    CreateLabel,
    LabelChange,
    UpdateLabel,
    create_product_types,
    delete_product_types,
    update_product_types,
)

TYPE = RouteFields("product_type", "id,value,external_id,created_at,updated_at,metadata")


class TypesQuery(LabelsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of types."""

    limit: int = 10


@get("/admin/product-types")
async def list_types(ctx: AdminContext, query: TypesQuery) -> Response:
    """List types."""
    return await ctx.list("product_types", TYPE, query)


@post("/admin/product-types")
async def create_type(ctx: AdminContext, body: CreateLabel, query: FieldsQuery) -> Response:
    """Create a type."""
    [id] = await ctx.run(create_product_types, [body])
    return await ctx.detail("product_type", TYPE, id, query)


@get("/admin/product-types/{id}")
async def retrieve_type(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a type."""
    return await detail_or_nothing(ctx, "product_type", TYPE, id, query)


@post("/admin/product-types/{id}")
async def update_type(ctx: AdminContext, id: str, body: UpdateLabel, query: FieldsQuery) -> Response:
    """Change a type."""
    await ctx.run(update_product_types, LabelChange(id=id, change=body))
    return await ctx.detail("product_type", TYPE, id, query)


@delete("/admin/product-types/{id}")
async def delete_type(ctx: AdminContext, id: str) -> Response:
    """Delete a type."""
    await ctx.run(delete_product_types, [id])
    return ctx.deleted(id, "product_type")
