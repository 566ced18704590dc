"""Regions: how one pays there, and in which currency."""

from medusa.framework.links import define_link, read_only_link
from medusa.framework.query import searchable
from medusa.modules.currency.models import Currency
from medusa.modules.payment.models import PaymentProvider
from medusa.modules.region.models import Region

REGION_PAYMENT_PROVIDER = define_link(
    Region,
    PaymentProvider,
    table="region_payment_provider",
    left_many=True,
    right_many=True,
    prefix="regpp",
)
read_only_link(Region, "currency", Currency, local="currency_code", remote="code")

searchable(Region, "name", "currency_code")
searchable(Currency, "name", "code")
