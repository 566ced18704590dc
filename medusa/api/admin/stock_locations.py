"""Stock locations."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import AddAndRemove
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.stock_location.stock_locations import (
    create_location_fulfillment_set,
    create_stock_locations,
    delete_stock_locations,
    link_fulfillment_providers_to_stock_location,
    link_sales_channels_to_stock_location,
    update_stock_locations,
)
from medusa.workflows.stock_location.types import (
    CreateLocationFulfillmentSet,
    CreateStockLocation,
    LinkToLocation,
    StockLocationChanges,
    UpdateStockLocations,
)

STOCK_LOCATION = RouteFields(
    "stock_location",
    "id,name,metadata,created_at,updated_at,address.id,address.address_1,address.address_2,address.city,"
    "address.country_code,address.phone,address.province,address.postal_code,address.metadata",
)


class StockLocationsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of stock locations."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    address_id: StringOrList | UnsetType = UNSET
    sales_channel_id: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        found = super().filters()
        if (ids := found.pop("sales_channel_id", None)) is not None:
            found["sales_channels"] = {"id": ids}
        return found


class CreateSet(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new fulfillment set."""

    name: str
    type: str


@get("/admin/stock-locations")
async def list_stock_locations(ctx: AdminContext, query: StockLocationsQuery) -> Response:
    """List stock locations."""
    return await ctx.list("stock_locations", STOCK_LOCATION, query)


@post("/admin/stock-locations")
async def create_stock_location(ctx: AdminContext, body: CreateStockLocation, query: FieldsQuery) -> Response:
    """Create a stock location."""
    [id] = await ctx.run(create_stock_locations, [body])
    return await ctx.detail("stock_location", STOCK_LOCATION, id, query)


@get("/admin/stock-locations/{id}")
async def retrieve_stock_location(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a stock location."""
    return await ctx.detail(
        "stock_location", STOCK_LOCATION, id, query, not_found=f"Stock location with id: {id} was not found"
    )


@post("/admin/stock-locations/{id}")
async def update_stock_location(ctx: AdminContext, id: str, body: StockLocationChanges, query: FieldsQuery) -> Response:
    """Change a stock location."""
    await ctx.run(update_stock_locations, UpdateStockLocations(ids=[id], update=body))
    return await detail_or_nothing(ctx, "stock_location", STOCK_LOCATION, id, query)


@delete("/admin/stock-locations/{id}")
async def delete_stock_location(ctx: AdminContext, id: str) -> Response:
    """Delete a stock location."""
    await ctx.run(delete_stock_locations, [id])
    return ctx.deleted(id, "stock_location")


@post("/admin/stock-locations/{id}/sales-channels")
async def manage_sales_channels(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Add sales channels to a stock location and remove others."""
    await ctx.run(link_sales_channels_to_stock_location, LinkToLocation(id=id, add=body.add, remove=body.remove))
    return await detail_or_nothing(ctx, "stock_location", STOCK_LOCATION, id, query)


@post("/admin/stock-locations/{id}/fulfillment-providers")
async def manage_fulfillment_providers(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Add fulfillment providers to a stock location and remove others."""
    await ctx.run(link_fulfillment_providers_to_stock_location, LinkToLocation(id=id, add=body.add, remove=body.remove))
    return await detail_or_nothing(ctx, "stock_location", STOCK_LOCATION, id, query)


@post("/admin/stock-locations/{id}/fulfillment-sets")
async def create_fulfillment_set(ctx: AdminContext, id: str, body: CreateSet, query: FieldsQuery) -> Response:
    """Give a stock location a fulfillment set."""
    data = CreateLocationFulfillmentSet(location_id=id, name=body.name, type=body.type)
    await ctx.run(create_location_fulfillment_set, data)
    return await detail_or_nothing(ctx, "stock_location", STOCK_LOCATION, id, query)
