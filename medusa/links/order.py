"""Orders: where they come from, who they are for, and how they are paid and fulfilled."""

from medusa.framework.links import define_link, read_only_link
from medusa.framework.query import ViewColumn, computed, omit_null, printing, searchable, view, view_relation
from medusa.framework.query.registry import SqlBuild
from medusa.modules.cart.models import Cart
from medusa.modules.customer.models import Customer
from medusa.modules.fulfillment.models import Fulfillment, ShippingOption
from medusa.modules.order.models import (
    Order,
    OrderItem,
    OrderLineItem,
    OrderLineItemAdjustment,
    OrderShipping,
    OrderShippingMethod,
    OrderShippingMethodAdjustment,
    Return,
    ReturnReason,
)
from medusa.modules.payment.models import PaymentCollection
from medusa.modules.product.models import Product, ProductVariant
from medusa.modules.promotion.models import Promotion
from medusa.modules.region.models import Region
from medusa.modules.sales_channel.models import SalesChannel

ORDER_CART = define_link(Order, Cart, table="order_cart", prefix="ordercart")

ORDER_PAYMENT_COLLECTION = define_link(
    Order,
    PaymentCollection,
    table="order_payment_collection",
    right_many=True,
    prefix="ordpay",
)

ORDER_FULFILLMENT = define_link(
    Order,
    Fulfillment,
    table="order_fulfillment",
    right_many=True,
    prefix="ordful",
)

RETURN_FULFILLMENT = define_link(
    Return,
    Fulfillment,
    table="return_fulfillment",
    right_many=True,
    prefix="retful",
)

ORDER_PROMOTION = define_link(
    Order,
    Promotion,
    table="order_promotion",
    left_many=True,
    right_many=True,
    left_link="order_link",
    prefix="orderpromo",
)

read_only_link(Order, "region", Region, local="region_id")
read_only_link(Order, "customer", Customer, local="customer_id")
read_only_link(Order, "sales_channel", SalesChannel, local="sales_channel_id")
read_only_link(OrderLineItem, "variant", ProductVariant, local="variant_id")
read_only_link(OrderLineItem, "product", Product, local="product_id")
read_only_link(OrderShippingMethod, "shipping_option", ShippingOption, local="shipping_option_id")
read_only_link(OrderLineItemAdjustment, "promotion", Promotion, local="promotion_id")
read_only_link(Customer, "orders", Order, local="id", remote="customer_id", many=True)
read_only_link(Region, "orders", Order, local="id", remote="region_id", many=True)


def _columns(model: type[OrderLineItem | OrderShippingMethod], alias: str, *, without: tuple[str, ...] = ()) -> str:
    return ", ".join(f'{alias}."{column.name}"' for column in model.__table__.columns if column.name not in without)


# The contract prints an order's items as line items that carry the quantity of the order's version, with the row that
# says so as ``detail``; shipping methods likewise.
view(
    "order_line",
    OrderLineItem,
    f"SELECT {_columns(OrderLineItem, 'i', without=('unit_price', 'compare_at_unit_price', 'metadata'))}, "
    "coalesce(d.unit_price, i.unit_price) AS unit_price, "
    "coalesce(d.compare_at_unit_price, i.compare_at_unit_price) AS compare_at_unit_price, "
    "coalesce(d.metadata, i.metadata) AS metadata, i.metadata AS line_item_metadata, "
    "d.quantity, d.order_id, d.version, d.id AS detail_id "
    "FROM order_item AS d JOIN order_line_item AS i ON i.id = d.item_id WHERE d.deleted_at IS NULL",
    columns=[
        ViewColumn("quantity", "numeric", raw=True),
        ViewColumn("line_item_metadata", "jsonb"),
        ViewColumn("order_id", private=True),
        ViewColumn("version", "integer", private=True),
        ViewColumn("detail_id", private=True),
    ],
)
view(
    "order_shipping_line",
    OrderShippingMethod,
    f"SELECT {_columns(OrderShippingMethod, 'm')}, d.order_id, d.version, d.id AS detail_id "
    "FROM order_shipping AS d JOIN order_shipping_method AS m ON m.id = d.shipping_method_id "
    "WHERE d.deleted_at IS NULL",
    columns=[
        ViewColumn("order_id"),
        ViewColumn("version", "integer", private=True),
        ViewColumn("detail_id", private=True),
    ],
)

_VERSION = [("id", "order_id"), ("version", "version")]
view_relation(Order, "items", "order_line", on=_VERSION, many=True, id=False)
view_relation(Order, "shipping_methods", "order_shipping_line", on=_VERSION, many=True, id=False)
view_relation("order_line", "detail", OrderItem, on=[("detail_id", "id")], many=False, id=False, in_star=True)
view_relation(
    "order_shipping_line",
    "detail",
    OrderShipping,
    on=[("detail_id", "id")],
    many=False,
    id=False,
    in_star=True,
)
view_relation(
    "order_line",
    "adjustments",
    OrderLineItemAdjustment,
    on=[("id", "item_id"), ("version", "version")],
    many=True,
    id=False,
)
view_relation(
    "order_shipping_line",
    "adjustments",
    OrderShippingMethodAdjustment,
    on=[("id", "shipping_method_id"), ("version", "version")],
    many=True,
    id=False,
)


@computed(Order, "summary")
def order_summary(build: SqlBuild, row: str) -> str:
    """The totals of the order's version, as an object."""
    summary = build.alias()
    return (
        f'SELECT {summary}.totals FROM order_summary AS {summary} WHERE {summary}.order_id = {row}."id" '
        f'AND {summary}.version = {row}."version" AND {summary}.deleted_at IS NULL LIMIT 1'
    )


printing(Order, ("shipping_address", "billing_address"), id=False, key=False)
printing(OrderLineItem, ("tax_lines", "adjustments"), id=False)
printing(OrderShippingMethod, ("tax_lines", "adjustments"), id=False)
printing(OrderItem, ("order",), stub=False)
printing(OrderItem, ("item",), id=False, stub=False)
omit_null(Return, "claim_id", "exchange_id")
printing(OrderShipping, ("order", "shipping_method", "return", "claim", "exchange"), stub=False)

_ADDRESS = ("company", "first_name", "last_name", "address_1", "address_2", "city", "province", "postal_code", "phone")
searchable(
    Order,
    "display_id",
    "email",
    "customer.email",
    "customer.first_name",
    "customer.last_name",
    *(f"shipping_address.{column}" for column in _ADDRESS),
    *(f"billing_address.{column}" for column in _ADDRESS),
    "items.title",
    "items.product_title",
)
searchable(ReturnReason, "value", "label")
