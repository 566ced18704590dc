"""Shipping options and what they cost."""

from medusa.framework.links import alias, define_link
from medusa.framework.query import printing, searchable
from medusa.modules.fulfillment.models import Fulfillment, FulfillmentSet, ShippingOption, ShippingOptionType
from medusa.modules.pricing.models import PriceSet

SHIPPING_OPTION_PRICE_SET = define_link(
    ShippingOption,
    PriceSet,
    table="shipping_option_price_set",
    right_delete_cascade=True,
    prefix="sops",
)
alias(ShippingOption, "prices", path="price_set.prices")

printing(ShippingOption, ("type", "provider"), key=False)
printing(Fulfillment, ("provider", "shipping_option", "delivery_address"), key=False)

searchable(ShippingOption, "name")
searchable(FulfillmentSet, "name")
searchable(ShippingOptionType, "label", "code", "description")
