"""Customers and their addresses."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import AddAndRemove
from medusa.framework.errors import NotFound
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    Flag,
    ListQuery,
    OperatorFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.framework.modules import row_of
from medusa.workflows.customer.addresses import (
    create_customer_addresses,
    delete_customer_addresses,
    update_customer_addresses,
)
from medusa.workflows.customer.customers import create_customers, remove_customer_accounts, update_customers
from medusa.workflows.customer.groups import link_groups_to_customer
from medusa.workflows.customer.types import (
    AddressData,
    CreateAddresses,
    CreateCustomers,
    CustomerData,
    DeleteAddresses,
    LinkMembers,
    UpdateAddresses,
    UpdateCustomers,
)

CUSTOMER = RouteFields(
    "customer",
    "id,company_name,first_name,last_name,email,phone,metadata,has_account,created_by,created_at,updated_at,deleted_at",
)
ADDRESS = RouteFields(
    "customer_address",
    "id,address_name,company,customer_id,first_name,last_name,address_1,address_2,city,province,postal_code,"
    "country_code,phone,metadata,created_at,updated_at",
)


class CustomersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of customers."""

    groups: OperatorFilter | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    email: StringOrList | UnsetType = UNSET
    company_name: StringOrList | UnsetType = UNSET
    first_name: StringOrList | UnsetType = UNSET
    last_name: StringOrList | UnsetType = UNSET
    created_by: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET
    has_account: Flag | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        found = super().filters()
        if isinstance(groups := found.get("groups"), str | list):
            found["groups"] = {"id": groups}
        return found


class AddressesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of addresses."""

    company: StringOrList | UnsetType = UNSET
    city: StringOrList | UnsetType = UNSET
    country_code: StringOrList | UnsetType = UNSET
    province: StringOrList | UnsetType = UNSET
    postal_code: StringOrList | UnsetType = UNSET


class CustomerBody(CustomerData, kw_only=True, forbid_unknown_fields=True):
    """A customer; ``additional_data`` reaches hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


class AddressBody(AddressData, kw_only=True, forbid_unknown_fields=True):
    """An address; ``additional_data`` reaches hooks."""

    additional_data: dict[str, Any] | UnsetType | None = UNSET


def _customer(body: CustomerBody) -> CustomerData:
    return CustomerData(**{name: value for name, value in row_of(body).items() if name != "additional_data"})


def _address(body: AddressBody) -> AddressData:
    return AddressData(**{name: value for name, value in row_of(body).items() if name != "additional_data"})


@get("/admin/customers")
async def list_customers(ctx: AdminContext, query: CustomersQuery) -> Response:
    """List customers."""
    return await ctx.list("customers", CUSTOMER, query)


@post("/admin/customers")
async def create_customer(ctx: AdminContext, body: CustomerBody, query: FieldsQuery) -> Response:
    """Create a customer without an account."""
    data = CreateCustomers(
        customers=[_customer(body)], created_by=ctx.user_id, additional_data=body.additional_data or None
    )
    [id] = await ctx.run(create_customers, data)
    return await ctx.detail("customer", CUSTOMER, id, query)


@get("/admin/customers/{id}")
async def retrieve_customer(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a customer."""
    return await ctx.detail("customer", CUSTOMER, id, query, not_found=f"Customer with id: {id} not found")


@post("/admin/customers/{id}")
async def update_customer(ctx: AdminContext, id: str, body: CustomerBody, query: FieldsQuery) -> Response:
    """Change a customer."""
    data = UpdateCustomers(ids=[id], update=_customer(body), additional_data=body.additional_data or None)
    await ctx.run(update_customers, data)
    return await ctx.detail("customer", CUSTOMER, id, query)


@delete("/admin/customers/{id}")
async def delete_customer(ctx: AdminContext, id: str) -> Response:
    """Delete a customer; nobody can log in as them any more."""
    await ctx.run(remove_customer_accounts, [id])
    return ctx.deleted(id, "customer")


@post("/admin/customers/{id}/customer-groups")
async def manage_groups(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Put a customer into groups and take them out of others."""
    await ctx.run(link_groups_to_customer, LinkMembers(id=id, add=body.add, remove=body.remove))
    return await detail_or_nothing(ctx, "customer", CUSTOMER, id, query)


@get("/admin/customers/{id}/addresses")
async def list_addresses(ctx: AdminContext, id: str, query: AddressesQuery) -> Response:
    """List a customer's addresses."""
    return await ctx.list("addresses", ADDRESS, query, filters={"customer_id": id})


@post("/admin/customers/{id}/addresses")
async def create_address(ctx: AdminContext, id: str, body: AddressBody, query: FieldsQuery) -> Response:
    """Add an address to a customer's book."""
    data = CreateAddresses(customer_id=id, addresses=[_address(body)], additional_data=body.additional_data or None)
    await ctx.run(create_customer_addresses, data)
    return await ctx.detail("customer", CUSTOMER, id, query)


@get("/admin/customers/{id}/addresses/{address_id}")
async def retrieve_address(ctx: AdminContext, id: str, address_id: str, query: FieldsQuery) -> Response:
    """Retrieve an address of a customer."""
    return await detail_or_nothing(ctx, "address", ADDRESS, address_id, query, filters={"customer_id": id})


@post("/admin/customers/{id}/addresses/{address_id}")
async def update_address(
    ctx: AdminContext, id: str, address_id: str, body: AddressBody, query: FieldsQuery
) -> Response:
    """Change an address of a customer."""
    data = UpdateAddresses(
        customer_id=id, ids=[address_id], update=_address(body), additional_data=body.additional_data or None
    )
    await ctx.run(update_customer_addresses, data)
    return await detail_or_nothing(ctx, "customer", CUSTOMER, id, query)


@delete("/admin/customers/{id}/addresses/{address_id}")
async def delete_address(ctx: AdminContext, id: str, address_id: str, query: FieldsQuery) -> Response:
    """Remove an address from a customer's book."""
    await ctx.run(delete_customer_addresses, DeleteAddresses(customer_id=id, ids=[address_id]))
    try:
        parent = await ctx.fetch(CUSTOMER, id, query)
    except NotFound:
        return ctx.deleted(address_id, "customer_address")
    return ctx.deleted(address_id, "customer_address", parent=parent)
