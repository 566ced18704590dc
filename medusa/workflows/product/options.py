"""Options: create, change and delete them, and give them to products."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, field

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.product import ProductService
from medusa.modules.product.options import OfferChange
from medusa.workflows.product.conversions import option_input
from medusa.workflows.product.types import Body, Metadata, Option


class UpdateOption(Struct, kw_only=True):
    """What changes of the option with this id."""

    id: str
    change: Option


class OptionValueChange(Body, kw_only=True):
    """Text and metadata of a value."""

    value: str | UnsetType = UNSET
    metadata: Metadata = UNSET


class UpdateOptionValue(Struct, kw_only=True):
    """What changes of a value of an option."""

    option_id: str
    id: str
    change: OptionValueChange


class OptionValueOf(Struct, kw_only=True):
    """A value of an option."""

    option_id: str
    id: str


class Offer(Struct, kw_only=True):
    """Which values of an option a product offers from now on, or no longer."""

    product_option_id: str
    add: list[str] = field(default_factory=list[str])
    remove: list[str] = field(default_factory=list[str])


class ChangeOptions(Struct, kw_only=True):
    """Options to give to a product, to take from it, and whose values to change."""

    product_id: str
    add: list[str] = field(default_factory=list[str])
    remove: list[str] = field(default_factory=list[str])
    update: list[Offer] = field(default_factory=list[Offer])


@workflow("create-product-options", hooks=["product_options_created"])
async def create_product_options(ctx: WorkflowContext, options: list[Option]) -> list[str]:
    """Create options; their ids."""
    ids = await ctx.service(ProductService).create_product_options(ctx.session, [option_input(one) for one in options])
    await ctx.hook("product_options_created", product_option_ids=ids)
    ctx.emit("product-option.created", [{"id": id} for id in ids])
    return ids


@workflow("update-product-options", hooks=["product_options_updated"])
async def update_product_options(ctx: WorkflowContext, data: UpdateOption) -> None:
    """Change an option."""
    await ctx.service(ProductService).update_product_option(ctx.session, data.id, option_input(data.change))
    await ctx.hook("product_options_updated", product_option_ids=[data.id])
    ctx.emit("product-option.updated", {"id": data.id})


@workflow("delete-product-options", hooks=["product_options_deleted"])
async def delete_product_options(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete options that no product has."""
    await ctx.service(ProductService).delete_product_options(ctx.session, ids)
    await ctx.hook("product_options_deleted", ids=ids)
    ctx.emit("product-option.deleted", [{"id": id} for id in ids])


@workflow("update-product-option-values")
async def update_product_option_values(ctx: WorkflowContext, data: UpdateOptionValue) -> None:
    """Change a value of an option."""
    await ctx.service(ProductService).update_product_option_value(
        ctx.session, data.option_id, data.id, row_of(data.change)
    )


@workflow("delete-product-option-values")
async def delete_product_option_values(ctx: WorkflowContext, data: OptionValueOf) -> None:
    """Delete a value of an option."""
    await ctx.service(ProductService).delete_product_option_value(ctx.session, data.option_id, data.id)


@workflow("link-product-options-to-product")
async def link_product_options(ctx: WorkflowContext, data: ChangeOptions) -> None:
    """Change the options of a product."""
    await ctx.service(ProductService).change_product_options(
        ctx.session,
        data.product_id,
        add=data.add,
        remove=data.remove,
        update=[OfferChange(offer.product_option_id, offer.add, offer.remove) for offer in data.update],
    )
    ctx.emit("product.updated", {"id": data.product_id})
