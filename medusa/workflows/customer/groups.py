"""Groups of customers and who is in them."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.customer import CustomerService
from medusa.workflows.customer.types import CreateGroups, LinkMembers, UpdateGroups


@workflow("create-customer-groups")
async def create_customer_groups(ctx: WorkflowContext, data: CreateGroups) -> list[str]:
    """Create groups; their ids."""
    rows = [{**row_of(group), "created_by": data.created_by} for group in data.groups]
    groups = await ctx.service(CustomerService).customer_groups.create(ctx.session, rows)
    return [group.id for group in groups]


@workflow("update-customer-groups")
async def update_customer_groups(ctx: WorkflowContext, data: UpdateGroups) -> list[str]:
    """Change groups; their ids."""
    changes = row_of(data.update)
    crud = ctx.service(CustomerService).customer_groups
    await update_rows(crud, ctx.session, [{"id": id, **changes} for id in data.ids])
    return data.ids


@workflow("delete-customer-groups")
async def delete_customer_groups(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete groups (soft); their customers stay."""
    await ctx.service(CustomerService).delete_groups(ctx.session, ids)


@workflow("link-customers-to-customer-group")
async def link_customers_to_group(ctx: WorkflowContext, data: LinkMembers) -> None:
    """Put customers into a group, and take others out of it."""
    service = ctx.service(CustomerService)
    await service.add_to_groups(ctx.session, [(customer, data.id) for customer in data.add])
    await service.remove_from_groups(ctx.session, [(customer, data.id) for customer in data.remove])


@workflow("link-customer-groups-to-customer")
async def link_groups_to_customer(ctx: WorkflowContext, data: LinkMembers) -> None:
    """Put a customer into groups, and take them out of others."""
    service = ctx.service(CustomerService)
    await service.add_to_groups(ctx.session, [(data.id, group) for group in data.add])
    await service.remove_from_groups(ctx.session, [(data.id, group) for group in data.remove])
