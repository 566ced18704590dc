"""Types of shipping options."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
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
from medusa.workflows.fulfillment.profiles import (
    create_shipping_option_types,
    delete_shipping_option_types,
    update_shipping_option_types,
)
from medusa.workflows.fulfillment.types import OptionType, OptionTypeChanges, UpdateOptionTypes

SHIPPING_OPTION_TYPE = RouteFields("shipping_option_type", "id,label,code,description,created_at,updated_at")


class ShippingOptionTypesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of types."""

    limit: int = 10
    id: StringOrList | UnsetType = UNSET
    label: StringOrList | UnsetType = UNSET
    code: StringOrList | UnsetType = UNSET
    description: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


@get("/admin/shipping-option-types")
async def list_types(ctx: AdminContext, query: ShippingOptionTypesQuery) -> Response:
    """List types of shipping options."""
    return await ctx.list("shipping_option_types", SHIPPING_OPTION_TYPE, query)


@post("/admin/shipping-option-types")
async def create_type(ctx: AdminContext, body: OptionType, query: FieldsQuery) -> Response:
    """Create a type of shipping options."""
    [id] = await ctx.run(create_shipping_option_types, [body])
    return await ctx.detail("shipping_option_type", SHIPPING_OPTION_TYPE, id, query)


@get("/admin/shipping-option-types/{id}")
async def retrieve_type(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a type of shipping options."""
    return await detail_or_nothing(ctx, "shipping_option_type", SHIPPING_OPTION_TYPE, id, query)


@post("/admin/shipping-option-types/{id}")
async def update_type(ctx: AdminContext, id: str, body: OptionTypeChanges, query: FieldsQuery) -> Response:
    """Change a type of shipping options."""
    await ctx.run(update_shipping_option_types, UpdateOptionTypes(ids=[id], update=body))
    return await ctx.detail("shipping_option_type", SHIPPING_OPTION_TYPE, id, query)


@delete("/admin/shipping-option-types/{id}")
async def delete_type(ctx: AdminContext, id: str) -> Response:
    """Delete a type of shipping options."""
    await ctx.run(delete_shipping_option_types, [id])
    return ctx.deleted(id, "shipping_option_type")
