"""Carts: who buys what, where, with which promotions, and how it is paid."""

from medusa.framework.links import define_link, read_only_link
from medusa.framework.query import omit_null, printing
from medusa.modules.cart.models import Cart, CartLineItem, CartLineItemAdjustment, CartShippingMethod
from medusa.modules.customer.models import Customer
from medusa.modules.fulfillment.models import ShippingOption
from medusa.modules.payment.models import PaymentCollection
from medusa.modules.product.models import Product, ProductVariant
from medusa.modules.promotion.models import Promotion
from medusa.modules.region.models import Region
from medusa.modules.sales_channel.models import SalesChannel

CART_PAYMENT_COLLECTION = define_link(
    Cart,
    PaymentCollection,
    table="cart_payment_collection",
    prefix="capaycol",
)

CART_PROMOTION = define_link(
    Cart,
    Promotion,
    table="cart_promotion",
    left_many=True,
    right_many=True,
    left_link="cart_link",
    prefix="cartpromo",
)

read_only_link(Cart, "region", Region, local="region_id")
read_only_link(Cart, "customer", Customer, local="customer_id")
read_only_link(Cart, "sales_channel", SalesChannel, local="sales_channel_id")
read_only_link(CartLineItem, "variant", ProductVariant, local="variant_id")
read_only_link(CartLineItem, "product", Product, local="product_id")
read_only_link(CartShippingMethod, "shipping_option", ShippingOption, local="shipping_option_id")
read_only_link(CartLineItemAdjustment, "promotion", Promotion, local="promotion_id")
read_only_link(Customer, "carts", Cart, local="id", remote="customer_id", many=True)
read_only_link(SalesChannel, "carts", Cart, local="id", remote="sales_channel_id", many=True)

printing(Cart, ("shipping_address", "billing_address"), id=False, key=False)
omit_null(Cart, "shipping_address_id", "billing_address_id")
printing(Cart, ("items",), id=False)
printing(CartLineItem, ("tax_lines", "adjustments"), id=False)
printing(CartShippingMethod, ("tax_lines", "adjustments"), id=False)
