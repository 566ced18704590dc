"""What belongs to variants in other modules: price sets and inventory items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.workflows import WorkflowContext
from medusa.links.product import VARIANT_INVENTORY_ITEM, VARIANT_PRICE_SET
from medusa.modules.inventory import InventoryService
from medusa.modules.pricing import PricingService
from medusa.modules.pricing.types import PriceInput
from medusa.modules.product import ProductService
from medusa.workflows.product.conversions import inventory_item, is_managed
from medusa.workflows.product.types import InventoryKit


class VariantParts(Struct, frozen=True, kw_only=True):
    """A new variant with what it gets in other modules."""

    id: str
    columns: dict[str, Any]
    prices: Sequence[PriceInput] = ()
    kits: list[InventoryKit] | UnsetType = UNSET


async def add_price_sets(ctx: WorkflowContext, variants: Sequence[VariantParts]) -> None:
    """Give each variant a price set with its prices. Two statements."""
    if not variants:
        return
    ids = await ctx.service(PricingService).create_price_sets(ctx.session, [variant.prices for variant in variants])
    pairs = [(variant.id, id) for variant, id in zip(variants, ids, strict=True)]
    await ctx.links.create(ctx.session, VARIANT_PRICE_SET, pairs)


async def add_stock(ctx: WorkflowContext, variants: Sequence[VariantParts]) -> None:
    """Give each managed variant its inventory items: those it names, else a new one like the variant.

    Raises:
        InvalidData: An inventory item does not exist.
        Duplicate: An inventory item has the SKU already.
    """
    managed = [variant for variant in variants if is_managed(variant.columns)]
    named = [(variant.id, kit) for variant in managed for kit in _kits(variant)]
    inventory = ctx.service(InventoryService)
    if named:
        await _refuse_unknown_items(ctx, [kit.inventory_item_id for _, kit in named])
    plain = [variant for variant in managed if not _kits(variant)]
    items = await inventory.inventory_items.create(ctx.session, [inventory_item(variant.columns) for variant in plain])
    one = Decimal(1)
    pairs = [(variant.id, item.id, {"required_quantity": one}) for variant, item in zip(plain, items, strict=True)]
    pairs += [(id, kit.inventory_item_id, {"required_quantity": kit.required_quantity}) for id, kit in named]
    await ctx.links.create(ctx.session, VARIANT_INVENTORY_ITEM, pairs)


def _kits(variant: VariantParts) -> list[InventoryKit]:
    return [] if isinstance(variant.kits, UnsetType) else variant.kits


async def _refuse_unknown_items(ctx: WorkflowContext, ids: Sequence[str]) -> None:
    present = await ctx.service(InventoryService).inventory_items.list(ctx.session, {"id": list(ids)})
    known = {item.id for item in present}
    if missing := [id for id in dict.fromkeys(ids) if id not in known]:
        raise InvalidData(f"Inventory Items with ids: {', '.join(missing)} was not found")


async def replace_prices(ctx: WorkflowContext, wanted: Mapping[str, Sequence[PriceInput]]) -> None:
    """Give variants exactly these prices, by variant id."""
    if not wanted:
        return
    links = await ctx.links.list(ctx.session, VARIANT_PRICE_SET, left=list(wanted))
    sets = {link["variant_id"]: link["price_set_id"] for link in links}
    await ctx.service(PricingService).replace_prices(
        ctx.session, {sets[id]: prices for id, prices in wanted.items() if id in sets}
    )
    without = [VariantParts(id=id, columns={}, prices=prices) for id, prices in wanted.items() if id not in sets]
    await add_price_sets(ctx, without)


async def drop_parts(ctx: WorkflowContext, variant_ids: Sequence[str], *, with_items: bool) -> None:
    """Delete the price sets and the links of variants, and the inventory items that were theirs alone.

    Args:
        with_items: Delete the inventory items, too.
    Raises:
        InvalidData: There are reservations of an inventory item.
    """
    if not variant_ids:
        return
    session = ctx.session
    sets = await ctx.links.list(session, VARIANT_PRICE_SET, left=variant_ids)
    items = await _items_of_only(ctx, variant_ids) if with_items else []
    await ctx.links.delete_of(session, ProductService.product_variants.model, variant_ids)
    await ctx.service(PricingService).delete_price_sets(session, [link["price_set_id"] for link in sets])
    if items:
        await ctx.links.delete_of(session, InventoryService.inventory_items.model, items)
        await ctx.service(InventoryService).delete_items(session, items)


async def _items_of_only(ctx: WorkflowContext, variant_ids: Sequence[str]) -> list[str]:
    """The inventory items that no other variant takes."""
    mine = await ctx.links.list(ctx.session, VARIANT_INVENTORY_ITEM, left=variant_ids)
    ids = list(dict.fromkeys(link["inventory_item_id"] for link in mine))
    if not ids:
        return []
    uses = await ctx.links.list(ctx.session, VARIANT_INVENTORY_ITEM, right=ids)
    others = {link["inventory_item_id"] for link in uses if link["variant_id"] not in set(variant_ids)}
    return [id for id in ids if id not in others]
