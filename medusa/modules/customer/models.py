"""Customers, their addresses and groups."""

from __future__ import annotations

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, live_index, references, relation


class Customer(WithMetadata, Model):
    """Someone who buys: a guest, or with an account."""

    __tablename__ = "customer"
    __prefix__ = "cus"
    __table_args__ = (live_index("email", "has_account", unique=True),)

    company_name: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    has_account: Mapped[bool] = mapped_column(server_default=false())
    created_by: Mapped[str | None]

    addresses: Mapped[list[CustomerAddress]] = relation(order_by="CustomerAddress.id")
    groups: Mapped[list[CustomerGroup]] = relation(secondary="customer_group_customer", order_by="CustomerGroup.id")


class CustomerAddress(WithMetadata, Model):
    """An address in a customer's book."""

    __tablename__ = "customer_address"
    __prefix__ = "cuaddr"
    __table_args__ = (
        live_index(
            "customer_id",
            unique=True,
            where="is_default_shipping",
            name="IDX_customer_address_unique_customer_shipping",
        ),
        live_index(
            "customer_id", unique=True, where="is_default_billing", name="IDX_customer_address_unique_customer_billing"
        ),
    )

    customer_id: Mapped[str] = references("customer.id")
    address_name: Mapped[str | None]
    is_default_shipping: Mapped[bool] = mapped_column(server_default=false())
    is_default_billing: Mapped[bool] = mapped_column(server_default=false())
    company: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    address_1: Mapped[str | None]
    address_2: Mapped[str | None]
    city: Mapped[str | None]
    country_code: Mapped[str | None]
    province: Mapped[str | None]
    postal_code: Mapped[str | None]
    phone: Mapped[str | None]

    customer: Mapped[Customer | None] = relation()


class CustomerGroup(WithMetadata, Model):
    """Customers treated alike."""

    __tablename__ = "customer_group"
    __prefix__ = "cusgroup"
    __table_args__ = (live_index("name", unique=True),)

    name: Mapped[str]
    created_by: Mapped[str | None]

    customers: Mapped[list[Customer]] = relation(secondary="customer_group_customer", order_by="Customer.id")


class CustomerGroupCustomer(WithMetadata, Model):
    """A customer's membership of a group."""

    __tablename__ = "customer_group_customer"
    __prefix__ = "cusgc"

    customer_id: Mapped[str] = references("customer.id")
    customer_group_id: Mapped[str] = references("customer_group.id")
    created_by: Mapped[str | None]

    customer: Mapped[Customer | None] = relation()
    customer_group: Mapped[CustomerGroup | None] = relation()
