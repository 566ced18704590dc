"""Options that products share or have alone, and their values."""

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
from medusa.workflows.product.options import (
    OptionValueChange,
    OptionValueOf,
    UpdateOption,
    UpdateOptionValue,
    create_product_options,
    delete_product_option_values,
    delete_product_options,
    update_product_option_values,
    update_product_options,
)
from medusa.workflows.product.types import Body, Metadata, Option

OPTION = RouteFields("product_option", "id,title,is_exclusive,created_at,updated_at,metadata,*values,*products")
VALUE = RouteFields("product_option_value", "id,value,rank,option_id,created_at,updated_at,metadata")


class OptionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of options."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class ValuesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of values."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    value: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class CreateOptionBody(Body, kw_only=True):
    """An option to create; ``is_exclusive``: for one product only."""

    title: str
    values: list[str]
    ranks: dict[str, int] | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    metadata: Metadata = UNSET


class UpdateOptionBody(Body, kw_only=True):
    """What changes of an option; ``values`` is the whole list."""

    title: str | UnsetType = UNSET
    values: list[str] | UnsetType = UNSET
    ranks: dict[str, int] | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET
    metadata: Metadata = UNSET


def _option(body: CreateOptionBody | UpdateOptionBody) -> Option:
    return Option(
        title=body.title, values=body.values, ranks=body.ranks, is_exclusive=body.is_exclusive, metadata=body.metadata
    )


@get("/admin/product-options")
async def list_options(ctx: AdminContext, query: OptionsQuery) -> Response:
    """List options."""
    return await ctx.list("product_options", OPTION, query)


@post("/admin/product-options")
async def create_option(ctx: AdminContext, body: CreateOptionBody, query: FieldsQuery) -> Response:
    """Create an option."""
    [id] = await ctx.run(create_product_options, [_option(body)])
    return await ctx.detail("product_option", OPTION, id, query)


@get("/admin/product-options/{id}")
async def retrieve_option(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an option."""
    return await detail_or_nothing(ctx, "product_option", OPTION, id, query)


@post("/admin/product-options/{id}")
async def update_option(ctx: AdminContext, id: str, body: UpdateOptionBody, query: FieldsQuery) -> Response:
    """Change an option."""
    await ctx.run(update_product_options, UpdateOption(id=id, change=_option(body)))
    return await ctx.detail("product_option", OPTION, id, query)


@delete("/admin/product-options/{id}")
async def delete_option(ctx: AdminContext, id: str) -> Response:
    """Delete an option that no product has."""
    await ctx.run(delete_product_options, [id])
    return ctx.deleted(id, "product_option")


@get("/admin/product-options/{id}/values")
async def list_values(ctx: AdminContext, id: str, query: ValuesQuery) -> Response:
    """List the values of an option."""
    return await ctx.list("product_option_values", VALUE, query, filters={"option_id": id})


@get("/admin/product-options/{id}/values/{value_id}")
async def retrieve_value(ctx: AdminContext, id: str, value_id: str, query: FieldsQuery) -> Response:
    """Retrieve a value of an option."""
    missing = f'Product option value with id "{value_id}" was not found for option with id "{id}"'
    return await ctx.detail(
        "product_option_value", VALUE, value_id, query, filters={"option_id": id}, not_found=missing
    )


@post("/admin/product-options/{id}/values/{value_id}")
async def update_value(
    ctx: AdminContext, id: str, value_id: str, body: OptionValueChange, query: FieldsQuery
) -> Response:
    """Change a value of an option."""
    await ctx.run(update_product_option_values, UpdateOptionValue(option_id=id, id=value_id, change=body))
    return await ctx.detail("product_option_value", VALUE, value_id, query)


@delete("/admin/product-options/{id}/values/{value_id}")
async def delete_value(ctx: AdminContext, id: str, value_id: str) -> Response:
    """Delete a value that no product offers."""
    await ctx.run(delete_product_option_values, OptionValueOf(option_id=id, id=value_id))
    return ctx.deleted(value_id, "product_option_value")
