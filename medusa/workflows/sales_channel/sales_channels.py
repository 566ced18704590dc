"""Creating, changing and deleting sales channels, and what they sell."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import InvalidData
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.sales_channel import SalesChannelService
from medusa.workflows.sales_channel.types import CreateSalesChannel, LinkProducts, UpdateSalesChannels

LINK = "product_sales_channel"


class SalesChannelIsDefault(InvalidData):
    """A store's default sales channel cannot be deleted."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Cannot delete default sales channels: {', '.join(ids)}")


@workflow("create-sales-channels")
async def create_sales_channels(ctx: WorkflowContext, data: list[CreateSalesChannel]) -> list[str]:
    """Create sales channels; their ids."""
    rows = await ctx.service(SalesChannelService).sales_channels.create(ctx.session, data)
    ctx.emit("sales-channel.created", [{"id": row.id} for row in rows])
    return [row.id for row in rows]


@workflow("update-sales-channels")
async def update_sales_channels(ctx: WorkflowContext, data: UpdateSalesChannels) -> list[str]:
    """Change sales channels; their ids."""
    changes = row_of(data.update)
    crud = ctx.service(SalesChannelService).sales_channels
    await update_rows(crud, ctx.session, [{"id": id, **changes} for id in data.ids])
    ctx.emit("sales-channel.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("delete-sales-channels")
async def delete_sales_channels(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete sales channels (soft); products, locations and keys lose them.

    Raises:
        SalesChannelIsDefault: A store's default is among them.
    """
    stores = await ctx.query.graph(
        ctx.session,
        "store",
        fields=Fields.of("default_sales_channel_id"),
        filters={"default_sales_channel_id": ids},
        into=dict[str, str],
    )
    if stores:
        raise SalesChannelIsDefault([store["default_sales_channel_id"] for store in stores])
    crud = ctx.service(SalesChannelService).sales_channels
    await crud.soft_delete(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, crud.model, ids)
    ctx.emit("sales-channel.deleted", [{"id": id} for id in ids])


@workflow("link-products-to-sales-channel")
async def link_products_to_sales_channel(ctx: WorkflowContext, data: LinkProducts) -> None:
    """Give a sales channel products and take others away; what does not exist is passed over."""
    if data.add:
        products = await ctx.query.graph(
            ctx.session, "product", fields=Fields.of("id"), filters={"id": data.add}, into=dict[str, str]
        )
        channels = await ctx.service(SalesChannelService).sales_channels.list(ctx.session, {"id": data.id})
        pairs = [(product["id"], channel.id) for channel in channels for product in products]
        await ctx.links.create(ctx.session, LINK, pairs)
    await ctx.links.dismiss(ctx.session, LINK, [(product, data.id) for product in data.remove])
