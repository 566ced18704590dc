"""Orders: what was bought, in versions, and everything that happens to it after."""

from medusa.modules.order.models.changes import OrderChange, OrderChangeAction
from medusa.modules.order.models.items import OrderItem, OrderLineItem, OrderLineItemAdjustment, OrderLineItemTaxLine
from medusa.modules.order.models.orders import Order, OrderAddress, OrderCreditLine, OrderSummary, OrderTransaction
from medusa.modules.order.models.returns import (
    OrderClaim,
    OrderClaimItem,
    OrderClaimItemImage,
    OrderExchange,
    OrderExchangeItem,
    Return,
    ReturnItem,
    ReturnReason,
)
from medusa.modules.order.models.shipping import (
    OrderShipping,
    OrderShippingMethod,
    OrderShippingMethodAdjustment,
    OrderShippingMethodTaxLine,
)

__all__ = [
    "Order",
    "OrderAddress",
    "OrderChange",
    "OrderChangeAction",
    "OrderClaim",
    "OrderClaimItem",
    "OrderClaimItemImage",
    "OrderCreditLine",
    "OrderExchange",
    "OrderExchangeItem",
    "OrderItem",
    "OrderLineItem",
    "OrderLineItemAdjustment",
    "OrderLineItemTaxLine",
    "OrderShipping",
    "OrderShippingMethod",
    "OrderShippingMethodAdjustment",
    "OrderShippingMethodTaxLine",
    "OrderSummary",
    "OrderTransaction",
    "Return",
    "ReturnItem",
    "ReturnReason",
]
