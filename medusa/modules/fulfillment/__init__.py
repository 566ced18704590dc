"""Fulfillment: what is shipped from where to where, by whom, at which price."""

from medusa.modules.fulfillment.provider import (
    CalculatedShippingPrice,
    CreatedFulfillment,
    FulfillmentProvider,
)
from medusa.modules.fulfillment.service import FulfillmentService

__all__ = ["CalculatedShippingPrice", "CreatedFulfillment", "FulfillmentProvider", "FulfillmentService"]
