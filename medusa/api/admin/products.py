"""Products."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from medusa.api.admin.product_fields import PRODUCT, ProductsQuery, batch_answer
from medusa.api.bodies import given
from medusa.framework.errors import InvalidData
from medusa.framework.http import AdminContext, FieldsQuery, Response, delete, get, post
from medusa.workflows.product.products import batch_products, create_products, delete_products, update_products
from medusa.workflows.product.types import (
    BatchProducts,
    CreateProduct,
    CreateProducts,
    Option,
    UpdateProduct,
    UpdateProducts,
)


class CreateProductBody(CreateProduct, kw_only=True):
    """A product to create, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class UpdateProductBody(UpdateProduct, kw_only=True):
    """What changes of a product, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET
    options: Any = UNSET


def refuse_incomplete_options(options: list[Option]) -> None:
    """Refuse new options without title or values.

    Raises:
        InvalidData: Names the field.
    """
    for index, option in enumerate(options):
        if option.id is UNSET:
            for name in ("title", "values"):
                if getattr(option, name) is UNSET:
                    raise InvalidData(f"Invalid request: Field 'options, {index}, {name}' is required")


@get("/admin/products")
async def list_products(ctx: AdminContext, query: ProductsQuery) -> Response:
    """List products."""
    return await ctx.list("products", PRODUCT, query)


@post("/admin/products")
async def create_product(ctx: AdminContext, body: CreateProductBody, query: FieldsQuery) -> Response:
    """Create a product with its variants, prices and stock."""
    refuse_incomplete_options(body.options)
    [id] = await ctx.run(create_products, CreateProducts(products=[body], additional_data=given(body.additional_data)))
    return await ctx.detail("product", PRODUCT, id, query)


@post("/admin/products/batch")
async def change_products(ctx: AdminContext, body: BatchProducts, query: FieldsQuery) -> Response:
    """Create, change and delete products."""
    result = await ctx.run(batch_products, body)
    deleted = {"ids": result.deleted, "object": "product", "deleted": True}
    return await batch_answer(ctx, PRODUCT, query, result.created, result.updated, deleted)


@get("/admin/products/{id}")
async def retrieve_product(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a product."""
    return await ctx.detail("product", PRODUCT, id, query, not_found="Product not found")


@post("/admin/products/{id}")
async def update_product(ctx: AdminContext, id: str, body: UpdateProductBody, query: FieldsQuery) -> Response:
    """Change a product."""
    if body.options is not UNSET:
        raise InvalidData(
            "Invalid request: The 'options' property was removed in version 2.16.0. "
            "Please remove it from your request payload."
        )
    changes = UpdateProducts(products={id: body}, additional_data=given(body.additional_data))
    await ctx.run(update_products, changes)
    return await ctx.detail("product", PRODUCT, id, query)


@delete("/admin/products/{id}")
async def delete_product(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Delete a product."""
    await ctx.run(delete_products, [id])
    return ctx.deleted(id, "product")
