"""Stock locations: what they serve, how they ship, what they hold."""

from medusa.framework.links import define_link, read_only_link
from medusa.framework.query import omit_null, printing, searchable
from medusa.modules.fulfillment.models import Fulfillment, FulfillmentProvider, FulfillmentSet
from medusa.modules.inventory.models import InventoryItem, InventoryLevel, ReservationItem
from medusa.modules.sales_channel.models import SalesChannel
from medusa.modules.stock_location.models import StockLocation

SALES_CHANNEL_STOCK_LOCATION = define_link(
    SalesChannel,
    StockLocation,
    table="sales_channel_stock_location",
    left_many=True,
    right_many=True,
    prefix="scloc",
)

LOCATION_FULFILLMENT_SET = define_link(
    StockLocation,
    FulfillmentSet,
    table="location_fulfillment_set",
    left_name="location",
    right_many=True,
    right_delete_cascade=True,
    prefix="locfs",
)

LOCATION_FULFILLMENT_PROVIDER = define_link(
    StockLocation,
    FulfillmentProvider,
    table="location_fulfillment_provider",
    left_name="locations",
    left_many=True,
    right_many=True,
    prefix="locfp",
)

read_only_link(InventoryLevel, "stock_locations", StockLocation, local="location_id", many=True)
read_only_link(InventoryLevel, "location", StockLocation, local="location_id")
read_only_link(ReservationItem, "location", StockLocation, local="location_id")
read_only_link(Fulfillment, "location", StockLocation, local="location_id")

printing(InventoryItem, ("location_levels",), id=False)
printing(StockLocation, ("address",), key=False)
omit_null(StockLocation, "address_id")

searchable(InventoryItem, "sku", "title", "description", "hs_code", "mid_code")
searchable(ReservationItem, "description", "inventory_item.sku", "inventory_item.title", "inventory_item.description")
searchable(SalesChannel, "name", "description")
searchable(
    StockLocation,
    "name",
    "address.address_1",
    "address.address_2",
    "address.company",
    "address.city",
    "address.country_code",
    "address.phone",
    "address.province",
    "address.postal_code",
)
