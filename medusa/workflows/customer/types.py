"""What creates and changes customers, their addresses and groups."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.http.constraints import Email

Text = str | UnsetType | None


class CustomerData(Struct, kw_only=True, forbid_unknown_fields=True):
    """A customer, or what changes of one."""

    email: Email | UnsetType | None = UNSET
    company_name: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    phone: Text = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateCustomers(Struct, kw_only=True):
    """New customers without an account."""

    customers: list[CustomerData]
    created_by: str | None = None
    additional_data: dict[str, Any] | None = None


class CreateCustomerAccount(Struct, kw_only=True):
    """A new customer with an account for an identity."""

    auth_identity_id: str
    customer: CustomerData
    additional_data: dict[str, Any] | None = None


class UpdateCustomers(Struct, kw_only=True):
    """The same changes for some customers."""

    ids: list[str]
    update: CustomerData
    additional_data: dict[str, Any] | None = None


class AddressData(Struct, kw_only=True, forbid_unknown_fields=True):
    """An address of a customer, or what changes of one. ``country_code`` is ISO 3166 alpha-2."""

    address_name: Text = UNSET
    is_default_shipping: bool | UnsetType = UNSET
    is_default_billing: bool | UnsetType = UNSET
    company: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    address_1: Text = UNSET
    address_2: Text = UNSET
    city: Text = UNSET
    country_code: Text = UNSET
    province: Text = UNSET
    postal_code: Text = UNSET
    phone: Text = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateAddresses(Struct, kw_only=True):
    """New addresses of a customer."""

    customer_id: str
    addresses: list[AddressData]
    additional_data: dict[str, Any] | None = None


class UpdateAddresses(Struct, kw_only=True):
    """The same changes for some addresses of a customer."""

    customer_id: str
    ids: list[str]
    update: AddressData
    additional_data: dict[str, Any] | None = None


class DeleteAddresses(Struct, kw_only=True):
    """Addresses of a customer to remove."""

    customer_id: str
    ids: list[str]


class CreateGroup(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new group."""

    name: str
    metadata: dict[str, Any] | UnsetType | None = UNSET


class CreateGroups(Struct, kw_only=True):
    """New groups."""

    groups: list[CreateGroup]
    created_by: str | None = None


class GroupChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a group."""

    name: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateGroups(Struct, kw_only=True):
    """The same changes for some groups."""

    ids: list[str]
    update: GroupChanges


class LinkMembers(Struct, kw_only=True):
    """Memberships of one customer or of one group that begin and end: the ids of the other side."""

    id: str
    add: list[str] = []
    remove: list[str] = []
