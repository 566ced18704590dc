"""Variants: create, change and delete them, with their prices and stock."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UnsetType

from medusa.framework.errors import NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.product import VARIANT_INVENTORY_ITEM
from medusa.modules.product import ProductService
from medusa.modules.product.types import VariantState
from medusa.workflows.product.conversions import new_variant, price_inputs, variant_change
from medusa.workflows.product.types import (
    BatchInventoryLinks,
    BatchResult,
    BatchVariants,
    CreateVariants,
    DeleteVariants,
    UpdateVariants,
    VariantColumns,
)
from medusa.workflows.product.variant_parts import VariantParts, add_price_sets, add_stock, drop_parts, replace_prices


@workflow("create-product-variants", hooks=["product_variants_created"])
async def create_product_variants(ctx: WorkflowContext, data: CreateVariants) -> list[str]:
    """Add variants to a product; their ids."""
    if not data.variants:
        return []
    created = await ctx.service(ProductService).create_product_variants(
        ctx.session, [(data.product_id, new_variant(variant)) for variant in data.variants]
    )
    parts = [
        VariantParts(id=made.id, columns=made.columns, prices=price_inputs(given.prices), kits=given.inventory_items)
        for made, given in zip(created, data.variants, strict=True)
    ]
    await add_price_sets(ctx, parts)
    await add_stock(ctx, parts)
    ids = [made.id for made in created]
    await ctx.hook("product_variants_created", product_variant_ids=ids, additional_data=data.additional_data)
    ctx.emit("product-variant.created", [{"id": id} for id in ids])
    return ids


@workflow("update-product-variants", hooks=["product_variants_updated"])
async def update_product_variants(ctx: WorkflowContext, data: UpdateVariants) -> list[str]:
    """Change variants; those that do not exist are passed over. The ids of the changed ones."""
    if not data.variants:
        return []
    changes = [variant_change(id, variant) for id, variant in data.variants.items()]
    before = await ctx.service(ProductService).update_product_variants(ctx.session, changes, product_id=data.product_id)
    known = {id: variant for id, variant in data.variants.items() if id in before}
    await replace_prices(
        ctx, {id: price_inputs(v.prices) for id, v in known.items() if not isinstance(v.prices, UnsetType)}
    )
    await follow_management(ctx, before, known)
    ids = list(known)
    await ctx.hook("product_variants_updated", product_variant_ids=ids, additional_data=data.additional_data)
    ctx.emit("product-variant.updated", [{"id": id} for id in ids])
    return ids


async def follow_management(
    ctx: WorkflowContext, before: Mapping[str, VariantState], changes: Mapping[str, VariantColumns]
) -> None:
    """Give stock to variants that become managed, and part those that no longer are from theirs."""
    stopped = [id for id, change in changes.items() if change.manage_inventory is False]
    if stopped:
        links = await ctx.links.list(ctx.session, VARIANT_INVENTORY_ITEM, left=stopped)
        pairs = [(link["variant_id"], link["inventory_item_id"]) for link in links]
        await ctx.links.dismiss(ctx.session, VARIANT_INVENTORY_ITEM, pairs)
    begun = [id for id, c in changes.items() if c.manage_inventory is True and not before[id].manage_inventory]
    if begun:
        variants = await ctx.service(ProductService).product_variants.list(ctx.session, {"id": begun})
        names = (
            "title",
            "sku",
            "origin_country",
            "mid_code",
            "material",
            "hs_code",
            "weight",
            "length",
            "height",
            "width",
        )
        parts = [VariantParts(id=v.id, columns={name: getattr(v, name) for name in names}) for v in variants]
        await add_stock(ctx, parts)


@workflow("delete-product-variants", hooks=["product_variants_deleted"])
async def delete_product_variants(ctx: WorkflowContext, data: DeleteVariants) -> None:
    """Delete variants with their prices and with the stock that is theirs alone."""
    if not data.ids:
        return
    products = ctx.service(ProductService)
    owned: dict[str, object] = {} if data.product_id is None else {"product_id": data.product_id}
    ids = [one.id for one in await products.product_variants.list(ctx.session, {"id": data.ids, **owned})]
    await drop_parts(ctx, ids, with_items=True)
    await products.product_variants.soft_delete(ctx.session, ids)
    await ctx.hook("product_variants_deleted", ids=ids)
    ctx.emit("product-variant.deleted", [{"id": id} for id in ids])


@workflow("batch-product-variants")
async def batch_product_variants(ctx: WorkflowContext, data: BatchVariants) -> BatchResult:
    """Create, change and delete variants of a product."""
    changes: dict[str, VariantColumns] = {variant.id: variant for variant in data.update}
    await ctx.service(ProductService).refuse_unknown_variants(ctx.session, list(changes))
    updated = await update_product_variants(ctx, UpdateVariants(variants=changes))
    await delete_product_variants(ctx, DeleteVariants(ids=data.delete))
    created = await create_product_variants(ctx, CreateVariants(product_id=data.product_id, variants=data.create))
    return BatchResult(created=created, updated=updated, deleted=data.delete)


@workflow("batch-variant-inventory-items")
async def batch_variant_inventory_items(ctx: WorkflowContext, data: BatchInventoryLinks) -> None:
    """Join variants with inventory items, change how many they take, and part them.

    Raises:
        NotFound: A variant does not exist.
    """
    wanted = {link.variant_id for link in (*data.create, *data.update)} | {link.variant_id for link in data.delete}
    known = await ctx.service(ProductService).product_variants.list(ctx.session, {"id": sorted(wanted)})
    if missing := sorted(wanted - {variant.id for variant in known}):
        raise NotFound(f"Product variant with id: {missing[0]} was not found")
    links = [
        (link.variant_id, link.inventory_item_id, {"required_quantity": link.required_quantity})
        for link in [*data.create, *data.update]
    ]
    await ctx.links.create(ctx.session, VARIANT_INVENTORY_ITEM, links)
    gone = [(link.variant_id, link.inventory_item_id) for link in data.delete]
    await ctx.links.dismiss(ctx.session, VARIANT_INVENTORY_ITEM, gone)
