"""The links between the shipped modules; importing this package declares them all."""

from medusa.links import (
    cart,
    customer,
    fulfillment,
    order,
    order_reads,
    order_status,
    payment,
    product,
    product_inventory,
    product_pricing,
    promotion,
    region,
    stock_location,
    store,
)

__all__ = [
    "cart",
    "customer",
    "fulfillment",
    "order",
    "order_reads",
    "order_status",
    "payment",
    "product",
    "product_inventory",
    "product_pricing",
    "promotion",
    "region",
    "stock_location",
    "store",
]
