"""Products: create, change and delete them, with what belongs to them in other modules."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UnsetType

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.links.product import PRODUCT_SALES_CHANNEL, PRODUCT_SHIPPING_PROFILE
from medusa.modules.product import ProductService
from medusa.modules.product.types import ProductState, VariantChange
from medusa.workflows.product.conversions import (
    new_product,
    price_inputs,
    product_change,
    upserted_variant,
    variant_change,
)
from medusa.workflows.product.types import (
    BatchProducts,
    BatchResult,
    CreateProducts,
    UpdateProduct,
    UpdateProducts,
    UpdateVariant,
)
from medusa.workflows.product.variant_parts import VariantParts, add_price_sets, add_stock, drop_parts, replace_prices


@workflow("create-products", hooks=["products_created"])
async def create_products(ctx: WorkflowContext, data: CreateProducts) -> list[str]:
    """Create products with variants, prices, stock, and what they are linked to; their ids."""
    if not data.products:
        return []
    given = data.products
    created = await ctx.service(ProductService).create_products(ctx.session, [new_product(one) for one in given])
    parts = [
        VariantParts(id=made.id, columns=made.columns, prices=price_inputs(body.prices), kits=body.inventory_items)
        for product, body_of in zip(created, given, strict=True)
        for made, body in zip(product.variants, body_of.variants, strict=True)
    ]
    await add_price_sets(ctx, parts)
    await add_stock(ctx, parts)
    pairs = list(zip([product.id for product in created], given, strict=True))
    channels = [(id, channel.id) for id, product in pairs for channel in product.sales_channels]
    await ctx.links.create(ctx.session, PRODUCT_SALES_CHANNEL, channels)
    profiles = [(id, one.shipping_profile_id) for id, one in pairs if isinstance(one.shipping_profile_id, str)]
    await ctx.links.create(ctx.session, PRODUCT_SHIPPING_PROFILE, profiles)
    ids = [product.id for product in created]
    await ctx.hook("products_created", product_ids=ids, additional_data=data.additional_data)
    ctx.emit("product.created", [{"id": id} for id in ids])
    return ids


@workflow("update-products", hooks=["products_updated"])
async def update_products(ctx: WorkflowContext, data: UpdateProducts) -> list[str]:
    """Change products, by id."""
    if not data.products:
        return []
    products = ctx.service(ProductService)
    ids = list(data.products)
    states = await products.read_products(ctx.session, ids, many=data.is_batch)
    changes = [product_change(id, product) for id, product in data.products.items()]
    await products.update_products(ctx.session, changes, states)
    for id, product in data.products.items():
        if not isinstance(product.variants, UnsetType):
            await _replace_variants(ctx, states[id], product.variants)
    await _replace_channels(ctx, data.products)
    await _replace_profiles(ctx, data.products)
    await ctx.hook("products_updated", product_ids=ids, additional_data=data.additional_data)
    ctx.emit("product.updated", [{"id": id} for id in ids])
    return ids


async def _replace_variants(ctx: WorkflowContext, state: ProductState, wanted: list[UpdateVariant]) -> None:
    """Change the variants that are named, create those without a known id, and delete all others."""
    products = ctx.service(ProductService)
    known = {variant.id for variant in state.variants}
    kept: dict[str, UpdateVariant] = {v.id: v for v in wanted if isinstance(v.id, str) and v.id in known}
    new = [variant for variant in wanted if variant.id not in kept]
    gone = [id for id in known if id not in kept]
    left = ProductState(
        id=state.id,
        title=state.title,
        options=state.options,
        variants=[variant for variant in state.variants if variant.id in kept],
    )
    changes: list[VariantChange] = [variant_change(id, variant) for id, variant in kept.items()]
    await drop_parts(ctx, gone, with_items=False)
    await products.remove_product_variants(ctx.session, gone)
    await products.update_product_variants(ctx.session, changes, {state.id: left})
    await replace_prices(
        ctx, {id: price_inputs(v.prices) for id, v in kept.items() if not isinstance(v.prices, UnsetType)}
    )
    if new:
        created = await products.create_product_variants(
            ctx.session, [(state.id, upserted_variant(variant)) for variant in new], {state.id: left}
        )
        await add_price_sets(
            ctx,
            [
                VariantParts(id=made.id, columns=made.columns, prices=price_inputs(body.prices))
                for made, body in zip(created, new, strict=True)
            ],
        )


async def _replace_channels(ctx: WorkflowContext, changes: Mapping[str, UpdateProduct]) -> None:
    wanted = {id: p.sales_channels for id, p in changes.items() if not isinstance(p.sales_channels, UnsetType)}
    if not wanted:
        return
    pairs = [(id, channel.id) for id, channels in wanted.items() for channel in channels]
    present = await ctx.links.list(ctx.session, PRODUCT_SALES_CHANNEL, left=list(wanted))
    linked = {(link["product_id"], link["sales_channel_id"]) for link in present}
    await ctx.links.dismiss(ctx.session, PRODUCT_SALES_CHANNEL, linked - set(pairs))
    await ctx.links.create(ctx.session, PRODUCT_SALES_CHANNEL, [pair for pair in pairs if pair not in linked])


async def _replace_profiles(ctx: WorkflowContext, changes: Mapping[str, UpdateProduct]) -> None:
    wanted = {
        id: p.shipping_profile_id for id, p in changes.items() if not isinstance(p.shipping_profile_id, UnsetType)
    }
    if not wanted:
        return
    present = await ctx.links.list(ctx.session, PRODUCT_SHIPPING_PROFILE, left=list(wanted))
    linked = {(link["product_id"], link["shipping_profile_id"]) for link in present}
    pairs = [(id, profile) for id, profile in wanted.items() if profile is not None]
    await ctx.links.dismiss(ctx.session, PRODUCT_SHIPPING_PROFILE, linked - set(pairs))
    await ctx.links.create(ctx.session, PRODUCT_SHIPPING_PROFILE, [pair for pair in pairs if pair not in linked])


@workflow("delete-products", hooks=["products_deleted"])
async def delete_products(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete products with everything that is theirs alone."""
    if not ids:
        return
    products = ctx.service(ProductService)
    variants = await products.product_variants.list(ctx.session, {"product_id": ids})
    await drop_parts(ctx, [variant.id for variant in variants], with_items=True)
    await ctx.links.delete_of(ctx.session, ProductService.products.model, ids)
    await products.delete_products(ctx.session, ids)
    await ctx.hook("products_deleted", ids=ids)
    ctx.emit("product.deleted", [{"id": id} for id in ids])


@workflow("batch-products")
async def batch_products(ctx: WorkflowContext, data: BatchProducts) -> BatchResult:
    """Create, change and delete products."""
    created = await create_products(ctx, CreateProducts(products=data.create))
    changes: dict[str, UpdateProduct] = {product.id: product for product in data.update}
    updated = await update_products(ctx, UpdateProducts(products=changes, is_batch=True))
    await delete_products(ctx, data.delete)
    return BatchResult(created=created, updated=updated, deleted=data.delete)
