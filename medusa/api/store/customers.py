"""The customer who is logged in, and their addresses."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.parameters import LocaleQuery
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.http import (
    CUSTOMER as LOGGED_IN,
)
from medusa.framework.http import (
    REGISTERING_CUSTOMER,
    ListQuery,
    Response,
    RouteFields,
    StoreContext,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.customer.addresses import (
    create_customer_addresses,
    delete_customer_addresses,
    update_customer_addresses,
)
from medusa.workflows.customer.customers import create_customer_account, update_customers
from medusa.workflows.customer.types import (
    AddressData,
    CreateAddresses,
    CreateCustomerAccount,
    CustomerData,
    DeleteAddresses,
    Text,
    UpdateAddresses,
    UpdateCustomers,
)

_PUBLIC = "id,email,company_name,first_name,last_name,phone,metadata,has_account,deleted_at,created_at,updated_at"
CUSTOMER = RouteFields("customer", f"{_PUBLIC},*addresses", f"{_PUBLIC},*addresses,*orders")
ADDRESS = RouteFields(
    "customer_address",
    "id,address_name,company,customer_id,first_name,last_name,address_1,address_2,city,province,postal_code,"
    "country_code,phone,metadata,is_default_shipping,is_default_billing,created_at,updated_at",
)


class CustomerChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What customers may change of themselves."""

    company_name: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    phone: Text = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class AddressesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of addresses."""

    locale: str | UnsetType = UNSET
    city: StringOrList | UnsetType = UNSET
    postal_code: StringOrList | UnsetType = UNSET
    country_code: StringOrList | UnsetType = UNSET


class AlreadyCustomer(InvalidData):
    """A customer cannot become another one."""

    def __init__(self) -> None:
        super().__init__("Request already authenticated as a customer.")


class AddressUnknown(NotFound):
    """The customer has no such address."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Address with id: {id} was not found")


@post("/store/customers", authenticate=REGISTERING_CUSTOMER)
async def register(ctx: StoreContext, body: CustomerData, query: LocaleQuery) -> Response:
    """Become a customer, with the identity of the request's token."""
    actor = ctx.require_actor()
    if actor.actor_id:
        raise AlreadyCustomer
    data = CreateCustomerAccount(auth_identity_id=actor.auth_identity_id, customer=body)
    id = await ctx.run(create_customer_account, data)
    return await ctx.detail("customer", CUSTOMER, id, query)


@get("/store/customers/me", authenticate=LOGGED_IN)
async def retrieve_me(ctx: StoreContext, query: LocaleQuery) -> Response:
    """Retrieve the customer who is logged in."""
    return await ctx.detail("customer", CUSTOMER, _me(ctx), query)


@post("/store/customers/me", authenticate=LOGGED_IN)
async def update_me(ctx: StoreContext, body: CustomerChanges, query: LocaleQuery) -> Response:
    """Change the customer who is logged in."""
    changes = CustomerData(
        company_name=body.company_name,
        first_name=body.first_name,
        last_name=body.last_name,
        phone=body.phone,
        metadata=body.metadata,
    )
    await ctx.run(update_customers, UpdateCustomers(ids=[_me(ctx)], update=changes))
    return await ctx.detail("customer", CUSTOMER, _me(ctx), query)


@get("/store/customers/me/addresses", authenticate=LOGGED_IN)
async def list_addresses(ctx: StoreContext, query: AddressesQuery) -> Response:
    """List the addresses of the customer who is logged in."""
    return await ctx.list("addresses", ADDRESS, query, filters={"customer_id": _me(ctx)})


@post("/store/customers/me/addresses", authenticate=LOGGED_IN)
async def create_address(ctx: StoreContext, body: AddressData, query: LocaleQuery) -> Response:
    """Add an address to the book of the customer who is logged in."""
    await ctx.run(create_customer_addresses, CreateAddresses(customer_id=_me(ctx), addresses=[body]))
    return await detail_or_nothing(ctx, "customer", CUSTOMER, _me(ctx), query)


@get("/store/customers/me/addresses/{address_id}", authenticate=LOGGED_IN)
async def retrieve_address(ctx: StoreContext, address_id: str, query: LocaleQuery) -> Response:
    """Retrieve an address of the customer who is logged in."""
    message = AddressUnknown(address_id).message
    filters = {"customer_id": _me(ctx)}
    return await ctx.detail("address", ADDRESS, address_id, query, filters=filters, not_found=message)


@post("/store/customers/me/addresses/{address_id}", authenticate=LOGGED_IN)
async def update_address(ctx: StoreContext, address_id: str, body: AddressData, query: LocaleQuery) -> Response:
    """Change an address of the customer who is logged in."""
    data = UpdateAddresses(customer_id=_me(ctx), ids=[address_id], update=body)
    if not await ctx.run(update_customer_addresses, data):
        raise AddressUnknown(address_id)
    return await ctx.detail("customer", CUSTOMER, _me(ctx), query)


@delete("/store/customers/me/addresses/{address_id}", authenticate=LOGGED_IN)
async def delete_address(ctx: StoreContext, address_id: str, query: LocaleQuery) -> Response:
    """Remove an address from the book of the customer who is logged in."""
    if not await ctx.run(delete_customer_addresses, DeleteAddresses(customer_id=_me(ctx), ids=[address_id])):
        raise AddressUnknown(address_id)
    parent = await ctx.fetch(CUSTOMER, _me(ctx), query)
    # The contract names the customer here, not the address.
    return ctx.deleted(_me(ctx), "address", parent=parent)


def _me(ctx: StoreContext) -> str:
    return ctx.require_actor().actor_id
