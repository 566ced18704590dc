"""Creating, changing and deleting customers and their accounts."""

from __future__ import annotations

from medusa.framework.errors import Duplicate, InvalidData
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.auth import AuthService
from medusa.modules.customer import CustomerService
from medusa.workflows.customer.types import CreateCustomerAccount, CreateCustomers, UpdateCustomers

CUSTOMER = "customer"


class EmailRequired(InvalidData):
    """An account needs an address."""

    def __init__(self) -> None:
        super().__init__("Email is required to create a customer")


class CustomerHasAccount(Duplicate):
    """The address belongs to another account."""

    def __init__(self) -> None:
        super().__init__("Customer with this email already has an account")


@workflow("create-customers", hooks=("customers_created",))
async def create_customers(ctx: WorkflowContext, data: CreateCustomers) -> list[str]:
    """Create customers without an account; their ids."""
    rows = [{**row_of(customer), "created_by": data.created_by} for customer in data.customers]
    customers = await ctx.service(CustomerService).customers.create(ctx.session, rows)
    await ctx.hook("customers_created", customers=customers, additional_data=data.additional_data)
    ctx.emit("customer.created", [{"id": customer.id} for customer in customers])
    return [customer.id for customer in customers]


@workflow("create-customer-account", hooks=("customers_created",))
async def create_customer_account(ctx: WorkflowContext, data: CreateCustomerAccount) -> str:
    """Create a customer with an account for an identity; the customer's id. Guests with the address stay apart.

    Raises:
        EmailRequired: The customer has no address.
        CustomerHasAccount: Another account has the address.
    """
    row = row_of(data.customer)
    if not row.get("email"):
        raise EmailRequired
    service = ctx.service(CustomerService)
    if await service.customers.list(ctx.session, {"email": row["email"], "has_account": True}):
        raise CustomerHasAccount
    [customer] = await service.customers.create(ctx.session, [{**row, "has_account": True}])
    await ctx.service(AuthService).attach_actor(ctx.session, data.auth_identity_id, CUSTOMER, customer.id)
    await ctx.hook("customers_created", customers=[customer], additional_data=data.additional_data)
    ctx.emit("customer.created", {"id": customer.id})
    return customer.id


@workflow("update-customers", hooks=("customers_updated",))
async def update_customers(ctx: WorkflowContext, data: UpdateCustomers) -> list[str]:
    """Change customers; their ids."""
    changes = row_of(data.update)
    crud = ctx.service(CustomerService).customers
    customers = await update_rows(crud, ctx.session, [{"id": id, **changes} for id in data.ids])
    await ctx.hook("customers_updated", customers=customers, additional_data=data.additional_data)
    ctx.emit("customer.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("remove-customer-account", hooks=("customers_deleted",))
async def remove_customer_accounts(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete customers (soft) with their addresses; nobody can log in as them any more."""
    service = ctx.service(CustomerService)
    await service.delete_with_addresses(ctx.session, ids)
    await ctx.service(AuthService).detach_actors(ctx.session, CUSTOMER, ids)
    await ctx.links.delete_of(ctx.session, service.customers.model, ids)
    await ctx.hook("customers_deleted", ids=ids)
    ctx.emit("customer.deleted", [{"id": id} for id in ids])
