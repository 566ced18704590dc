"""Variants of a product, and the inventory items they take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from medusa.api.admin.product_fields import PRODUCT, VARIANT, VariantsQuery, batch_answer
from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import given
from medusa.framework.http import AdminContext, FieldsQuery, Response, delete, get, post
from medusa.workflows.product.types import (
    BatchInventoryLinks,
    BatchUpdateVariant,
    BatchVariants,
    Body,
    CreateVariant,
    CreateVariants,
    DeleteVariants,
    InventoryLink,
    InventoryUnlink,
    UpdateVariants,
    VariantColumns,
)
from medusa.workflows.product.variants import (
    batch_product_variants,
    batch_variant_inventory_items,
    create_product_variants,
    delete_product_variants,
    update_product_variants,
)


class CreateVariantBody(CreateVariant, kw_only=True):
    """A variant to create, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class UpdateVariantBody(VariantColumns, kw_only=True):
    """What changes of a variant, and data for hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class BatchVariantsBody(Body, kw_only=True):
    """Variants to create, change and delete."""

    create: list[CreateVariant] = field(default_factory=list[CreateVariant])
    update: list[BatchUpdateVariant] = field(default_factory=list[BatchUpdateVariant])
    delete: list[str] = field(default_factory=list[str])


class AddInventoryItem(Body, kw_only=True):
    """An inventory item, and how many of it one piece takes."""

    required_quantity: Decimal
    inventory_item_id: str


class RequiredQuantity(Body, kw_only=True):
    """How many of an inventory item one piece takes."""

    required_quantity: Decimal


class _Pair(Struct):
    product: dict[str, str]
    inventory: dict[str, str]


class _PairWithQuantity(_Pair):
    data: dict[str, Decimal]


def _pair(link: InventoryUnlink) -> _Pair:
    return _Pair({"variant_id": link.variant_id}, {"inventory_item_id": link.inventory_item_id})


def _pair_with_quantity(link: InventoryLink) -> _PairWithQuantity:
    return _PairWithQuantity(
        {"variant_id": link.variant_id},
        {"inventory_item_id": link.inventory_item_id},
        {"required_quantity": link.required_quantity},
    )


@get("/admin/products/{id}/variants")
async def list_variants(ctx: AdminContext, id: str, query: VariantsQuery) -> Response:
    """List the variants of a product."""
    return await ctx.list("variants", VARIANT, query, filters={"product_id": id})


@post("/admin/products/{id}/variants")
async def create_variant(ctx: AdminContext, id: str, body: CreateVariantBody, query: FieldsQuery) -> Response:
    """Add a variant to a product."""
    data = CreateVariants(product_id=id, variants=[body], additional_data=given(body.additional_data))
    await ctx.run(create_product_variants, data)
    return await ctx.detail("product", PRODUCT, id, query)


@post("/admin/products/{id}/variants/batch")
async def change_variants(ctx: AdminContext, id: str, body: BatchVariantsBody, query: FieldsQuery) -> Response:
    """Create, change and delete variants of a product."""
    data = BatchVariants(product_id=id, create=body.create, update=body.update, delete=body.delete)
    result = await ctx.run(batch_product_variants, data)
    deleted = {"ids": result.deleted, "object": "variant", "deleted": True}
    return await batch_answer(ctx, VARIANT, query, result.created, result.updated, deleted)


@post("/admin/products/{id}/variants/inventory-items/batch")
async def change_inventory_items(ctx: AdminContext, id: str, body: BatchInventoryLinks) -> Response:
    """Join variants with inventory items, and part them."""
    await ctx.run(batch_variant_inventory_items, body)
    return ctx.json(
        {
            "created": [_pair_with_quantity(link) for link in body.create],
            "updated": [_pair_with_quantity(link) for link in body.update],
            "deleted": [_pair(link) for link in body.delete],
        }
    )


@get("/admin/products/{id}/variants/{variant_id}")
async def retrieve_variant(ctx: AdminContext, id: str, variant_id: str, query: FieldsQuery) -> Response:
    """Retrieve a variant."""
    return await detail_or_nothing(ctx, "variant", VARIANT, variant_id, query, filters={"product_id": id})


@post("/admin/products/{id}/variants/{variant_id}")
async def update_variant(
    ctx: AdminContext, id: str, variant_id: str, body: UpdateVariantBody, query: FieldsQuery
) -> Response:
    """Change a variant."""
    data = UpdateVariants(variants={variant_id: body}, product_id=id, additional_data=given(body.additional_data))
    await ctx.run(update_product_variants, data)
    return await ctx.detail("product", PRODUCT, id, query)


@delete("/admin/products/{id}/variants/{variant_id}")
async def delete_variant(ctx: AdminContext, id: str, variant_id: str, query: FieldsQuery) -> Response:
    """Delete a variant."""
    await ctx.run(delete_product_variants, DeleteVariants(ids=[variant_id], product_id=id))
    return ctx.deleted(variant_id, "variant", parent=await ctx.fetch(PRODUCT, id, query))


@post("/admin/products/{id}/variants/{variant_id}/inventory-items")
async def add_inventory_item(
    ctx: AdminContext, id: str, variant_id: str, body: AddInventoryItem, query: FieldsQuery
) -> Response:
    """Join a variant with an inventory item."""
    link = InventoryLink(
        variant_id=variant_id, inventory_item_id=body.inventory_item_id, required_quantity=body.required_quantity
    )
    await ctx.run(batch_variant_inventory_items, BatchInventoryLinks(create=[link]))
    return await ctx.detail("variant", VARIANT, variant_id, query)


@post("/admin/products/{id}/variants/{variant_id}/inventory-items/{inventory_item_id}")
async def update_inventory_item(
    ctx: AdminContext, id: str, variant_id: str, inventory_item_id: str, body: RequiredQuantity, query: FieldsQuery
) -> Response:
    """Change how many of an inventory item a variant takes."""
    link = InventoryLink(
        variant_id=variant_id, inventory_item_id=inventory_item_id, required_quantity=body.required_quantity
    )
    await ctx.run(batch_variant_inventory_items, BatchInventoryLinks(update=[link]))
    return await ctx.detail("variant", VARIANT, variant_id, query)


@delete("/admin/products/{id}/variants/{variant_id}/inventory-items/{inventory_item_id}")
async def remove_inventory_item(
    ctx: AdminContext, id: str, variant_id: str, inventory_item_id: str, query: FieldsQuery
) -> Response:
    """Part a variant from an inventory item."""
    link = InventoryUnlink(variant_id=variant_id, inventory_item_id=inventory_item_id)
    await ctx.run(batch_variant_inventory_items, BatchInventoryLinks(delete=[link]))
    parent = await ctx.fetch(VARIANT, variant_id, query)
    answer = {"id": _pair(link), "object": "variant-inventory-item-link", "deleted": True}
    return Response(ctx.json(answer).body[:-1] + b',"parent":%b}' % parent)
