"""Sales channels."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import AddAndRemove
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    Flag,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.sales_channel.sales_channels import (
    create_sales_channels,
    delete_sales_channels,
    link_products_to_sales_channel,
    update_sales_channels,
)
from medusa.workflows.sales_channel.types import (
    CreateSalesChannel,
    LinkProducts,
    SalesChannelChanges,
    UpdateSalesChannels,
)

SALES_CHANNEL = RouteFields(
    "sales_channel", "id,name,description,is_disabled,created_at,updated_at,deleted_at,metadata"
)
_RELATIONS = {"location_id": "stock_locations", "publishable_key_id": "publishable_api_keys"}


class SalesChannelsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of sales channels."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    description: str | UnsetType = UNSET
    is_disabled: Flag | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET
    location_id: StringOrList | UnsetType = UNSET
    publishable_key_id: StringOrList | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        found = super().filters()
        for name, relation in _RELATIONS.items():
            if (ids := found.pop(name, None)) is not None:
                found[relation] = {"id": ids}
        return found


@get("/admin/sales-channels")
async def list_sales_channels(ctx: AdminContext, query: SalesChannelsQuery) -> Response:
    """List sales channels."""
    return await ctx.list("sales_channels", SALES_CHANNEL, query)


@post("/admin/sales-channels")
async def create_sales_channel(ctx: AdminContext, body: CreateSalesChannel, query: FieldsQuery) -> Response:
    """Create a sales channel."""
    [id] = await ctx.run(create_sales_channels, [body])
    return await ctx.detail("sales_channel", SALES_CHANNEL, id, query)


@get("/admin/sales-channels/{id}")
async def retrieve_sales_channel(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a sales channel."""
    message = f"Sales channel with id: {id} not found"
    return await ctx.detail("sales_channel", SALES_CHANNEL, id, query, not_found=message)


@post("/admin/sales-channels/{id}")
async def update_sales_channel(ctx: AdminContext, id: str, body: SalesChannelChanges, query: FieldsQuery) -> Response:
    """Change a sales channel."""
    await ctx.run(update_sales_channels, UpdateSalesChannels(ids=[id], update=body))
    return await ctx.detail("sales_channel", SALES_CHANNEL, id, query)


@delete("/admin/sales-channels/{id}")
async def delete_sales_channel(ctx: AdminContext, id: str) -> Response:
    """Delete a sales channel."""
    await ctx.run(delete_sales_channels, [id])
    return ctx.deleted(id, "sales-channel")


@post("/admin/sales-channels/{id}/products")
async def manage_products(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Add products to a sales channel and remove others from it."""
    await ctx.run(link_products_to_sales_channel, LinkProducts(id=id, add=body.add, remove=body.remove))
    return await detail_or_nothing(ctx, "sales_channel", SALES_CHANNEL, id, query)
