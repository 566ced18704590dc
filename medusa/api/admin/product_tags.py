"""Product tags."""

from __future__ import annotations

from medusa.api.admin.product_fields import LabelsQuery
from medusa.api.answers import detail_or_nothing
from medusa.framework.http import AdminContext, FieldsQuery, Response, RouteFields, delete, get, post
from medusa.workflows.product.sorting import (
    CreateLabel,
    LabelChange,
    UpdateLabel,
    create_product_tags,
    delete_product_tags,
    update_product_tags,
)

TAG = RouteFields("product_tag", "id,value,external_id,created_at,updated_at,metadata")


class TagsQuery(LabelsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tags."""

    limit: int = 20


@get("/admin/product-tags")
async def list_tags(ctx: AdminContext, query: TagsQuery) -> Response:
    """List tags."""
    return await ctx.list("product_tags", TAG, query)


@post("/admin/product-tags")
async def create_tag(ctx: AdminContext, body: CreateLabel, query: FieldsQuery) -> Response:
    """Create a tag."""
    [id] = await ctx.run(create_product_tags, [body])
    return await ctx.detail("product_tag", TAG, id, query)


@get("/admin/product-tags/{id}")
async def retrieve_tag(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a tag."""
    return await detail_or_nothing(ctx, "product_tag", TAG, id, query)


@post("/admin/product-tags/{id}")
async def update_tag(ctx: AdminContext, id: str, body: UpdateLabel, query: FieldsQuery) -> Response:
    """Change a tag."""
    await ctx.run(update_product_tags, LabelChange(id=id, change=body))
    return await ctx.detail("product_tag", TAG, id, query)


@delete("/admin/product-tags/{id}")
async def delete_tag(ctx: AdminContext, id: str) -> Response:
    """Delete a tag."""
    await ctx.run(delete_product_tags, [id])
    return ctx.deleted(id, "product_tag")
