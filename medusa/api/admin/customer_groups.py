"""Groups of customers."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from medusa.api.bodies import AddAndRemove
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    OperatorFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.customer.groups import (
    create_customer_groups,
    delete_customer_groups,
    link_customers_to_group,
    update_customer_groups,
)
from medusa.workflows.customer.types import CreateGroup, CreateGroups, GroupChanges, LinkMembers, UpdateGroups

GROUP = RouteFields("customer_group", "id,name,created_by,created_at,updated_at,deleted_at,metadata")


class GroupsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of groups."""

    id: StringOrList | UnsetType = UNSET
    name: StringOrList | UnsetType = UNSET
    customers: OperatorFilter | UnsetType = UNSET
    created_by: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        found = super().filters()
        if isinstance(customers := found.get("customers"), str | list):
            found["customers"] = {"id": customers}
        return found


@get("/admin/customer-groups")
async def list_groups(ctx: AdminContext, query: GroupsQuery) -> Response:
    """List groups."""
    return await ctx.list("customer_groups", GROUP, query)


@post("/admin/customer-groups")
async def create_group(ctx: AdminContext, body: CreateGroup, query: FieldsQuery) -> Response:
    """Create a group."""
    [id] = await ctx.run(create_customer_groups, CreateGroups(groups=[body], created_by=ctx.user_id))
    return await ctx.detail("customer_group", GROUP, id, query)


@get("/admin/customer-groups/{id}")
async def retrieve_group(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a group."""
    message = f"Customer group with id: {id} not found"
    return await ctx.detail("customer_group", GROUP, id, query, not_found=message)


@post("/admin/customer-groups/{id}")
async def update_group(ctx: AdminContext, id: str, body: GroupChanges, query: FieldsQuery) -> Response:
    """Change a group."""
    await ctx.run(update_customer_groups, UpdateGroups(ids=[id], update=body))
    return await ctx.detail("customer_group", GROUP, id, query)


@delete("/admin/customer-groups/{id}")
async def delete_group(ctx: AdminContext, id: str) -> Response:
    """Delete a group; its customers stay."""
    await ctx.run(delete_customer_groups, [id])
    return ctx.deleted(id, "customer_group")


@post("/admin/customer-groups/{id}/customers")
async def manage_customers(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Put customers into a group and take others out of it."""
    await ctx.run(link_customers_to_group, LinkMembers(id=id, add=body.add, remove=body.remove))
    return await ctx.detail("customer_group", GROUP, id, query)
