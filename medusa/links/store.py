"""The store's defaults, the keys of its storefronts, and what else belongs to the shop as a whole."""

from medusa.framework.links import define_link, read_only_link
from medusa.framework.query import printing, private, searchable
from medusa.modules.api_key.models import ApiKey
from medusa.modules.auth.models import ProviderIdentity
from medusa.modules.currency.models import Currency
from medusa.modules.region.models import Region
from medusa.modules.sales_channel.models import SalesChannel
from medusa.modules.stock_location.models import StockLocation
from medusa.modules.store.models import Store, StoreCurrency
from medusa.modules.user.models import Invite, User

PUBLISHABLE_API_KEY_SALES_CHANNEL = define_link(
    ApiKey,
    SalesChannel,
    table="publishable_api_key_sales_channel",
    left_column="publishable_key_id",
    left_name="publishable_api_keys",
    left_many=True,
    right_many=True,
    left_link="sales_channels_link",
    prefix="pksc",
)

read_only_link(Store, "default_sales_channel", SalesChannel, local="default_sales_channel_id")
read_only_link(Store, "default_region", Region, local="default_region_id")
read_only_link(Store, "default_location", StockLocation, local="default_location_id")
read_only_link(StoreCurrency, "currency", Currency, local="currency_code", remote="code")

printing(Store, ("supported_currencies", "supported_locales"), id=False)

private(ApiKey, "salt")
private(ProviderIdentity, "provider_metadata")

searchable(ApiKey, "title", "redacted")
searchable(Store, "name")
searchable(User, "email", "first_name", "last_name")
searchable(Invite, "email")
