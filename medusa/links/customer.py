"""Customers, and how payment providers know them."""

from medusa.framework.links import define_link
from medusa.framework.query import printing, searchable
from medusa.modules.customer.models import Customer, CustomerAddress, CustomerGroup
from medusa.modules.payment.models import AccountHolder

CUSTOMER_ACCOUNT_HOLDER = define_link(
    Customer,
    AccountHolder,
    table="customer_account_holder",
    right_many=True,
    prefix="custacchldr",
)

searchable(Customer, "email", "first_name", "last_name", "company_name", "phone")
searchable(CustomerGroup, "name")
searchable(
    CustomerAddress,
    "address_name",
    "company",
    "first_name",
    "last_name",
    "address_1",
    "address_2",
    "city",
    "province",
    "postal_code",
)
printing(Customer, ["groups"], id=False)
