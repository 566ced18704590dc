"""The address books of customers."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.customer import CustomerService
from medusa.workflows.customer.types import CreateAddresses, DeleteAddresses, UpdateAddresses


@workflow("create-customer-addresses", hooks=("addresses_created",))
async def create_customer_addresses(ctx: WorkflowContext, data: CreateAddresses) -> list[str]:
    """Add addresses to a customer's book; their ids. A new default one takes the place of the one before."""
    rows = [{**row_of(address), "customer_id": data.customer_id} for address in data.addresses]
    addresses = await ctx.service(CustomerService).add_addresses(ctx.session, rows)
    await ctx.hook("addresses_created", addresses=addresses, additional_data=data.additional_data)
    return [address.id for address in addresses]


@workflow("update-customer-addresses", hooks=("addresses_updated",))
async def update_customer_addresses(ctx: WorkflowContext, data: UpdateAddresses) -> list[str]:
    """Change addresses of a customer; the ids of those that exist."""
    service = ctx.service(CustomerService)
    known = await service.customer_addresses.list(ctx.session, {"id": data.ids, "customer_id": data.customer_id})
    changes = {**row_of(data.update), "customer_id": data.customer_id}
    addresses = await service.change_addresses(ctx.session, [{"id": row.id, **changes} for row in known])
    await ctx.hook("addresses_updated", addresses=addresses, additional_data=data.additional_data)
    return [address.id for address in addresses]


@workflow("delete-customer-addresses", hooks=("addresses_deleted",))
async def delete_customer_addresses(ctx: WorkflowContext, data: DeleteAddresses) -> list[str]:
    """Remove addresses of a customer for good; the ids of those that existed."""
    service = ctx.service(CustomerService)
    known = await service.customer_addresses.list(ctx.session, {"id": data.ids, "customer_id": data.customer_id})
    ids = [row.id for row in known]
    await service.customer_addresses.delete(ctx.session, ids)
    await ctx.hook("addresses_deleted", ids=ids)
    return ids
