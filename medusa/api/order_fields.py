"""What routes show of orders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from medusa.framework.http import FieldsQuery, RouteFields
from medusa.framework.query import Fields
from medusa.framework.query.fields import make_tree

_TOTALS = (
    "total,subtotal,tax_total,discount_total,discount_tax_total,original_total,original_subtotal,original_tax_total,"
    "item_total,item_subtotal,item_tax_total,original_item_total,original_item_subtotal,original_item_tax_total,"
    "shipping_total,shipping_subtotal,shipping_tax_total,original_shipping_tax_total,original_shipping_subtotal,"
    "original_shipping_total,credit_line_total,credit_line_subtotal,credit_line_tax_total"
)
_PARTS = (
    "*credit_lines,*items,*items.tax_lines,*items.adjustments,*items.detail,*items.variant,*items.variant.product,"
    "*shipping_address,*billing_address,*shipping_methods,*shipping_methods.tax_lines,*shipping_methods.adjustments,"
    "*payment_collections"
)
_STATUSES = ("payment_status", "fulfillment_status")


@dataclass(frozen=True)
class OrderFields(RouteFields):
    """Fields of a route that also shows ``always``, whatever is asked for."""

    always: str = ""

    def of(self, query: FieldsQuery) -> Fields:
        """What this request sees."""
        return RouteFields.of(self, query).plus(self.always)


@dataclass(frozen=True)
class ChangedOrderFields(RouteFields):
    """Fields of a route that changes an order: its answer does not say how far the order is paid and fulfilled."""

    def of(self, query: FieldsQuery) -> Fields:
        """What this request sees."""
        asked = RouteFields.of(self, query)
        return _without_statuses(asked) if any(asked.asks(name) for name in _STATUSES) else asked


@lru_cache(maxsize=256)
def _without_statuses(fields: Fields) -> Fields:
    tree = fields.tree
    names = [name for name in tree.names if name not in _STATUSES]
    return Fields(make_tree(tree.star, names, tree.children))


_LISTED = "status,version,*items," + ",".join(_STATUSES)
_DETAILED = "status,version,*payment_collections,*fulfillments," + ",".join(_STATUSES)

_ADMIN = "id,display_id,custom_display_id,status,version,summary,metadata,locale,created_at,updated_at"
_ADMIN_DETAIL = (
    f"{_ADMIN},region_id,{_TOTALS},{_PARTS},*payment_collections.payments,*payment_collections.payments.refunds,"
    "*payment_collections.payments.captures"
)
ADMIN_ORDERS = OrderFields("order", _ADMIN + ",total,*items.tax_lines,*items.adjustments", always=_LISTED)
ADMIN_ORDER = OrderFields("order", _ADMIN_DETAIL, always=_DETAILED)
CHANGED_ORDER = ChangedOrderFields("order", _ADMIN_DETAIL)

_STORE_DEFAULTS = (
    "id,status,summary,currency_code,display_id,custom_display_id,region_id,email,discount_subtotal,created_at,"
    f"updated_at,{_TOTALS},{_PARTS}"
)
_STORE_ALLOWED = (
    f"{_STORE_DEFAULTS},customer_id,sales_channel_id,version,*items.product,*promotions,*fulfillments,"
    "*payment_collections.payments,payment_status,fulfillment_status"
)
STORE_ORDERS = OrderFields(
    "order",
    "id,status,summary,display_id,custom_display_id,total,currency_code,metadata,created_at,updated_at",
    f"{_STORE_ALLOWED},metadata",
    always=_LISTED,
)
STORE_ORDER = OrderFields("order", _STORE_DEFAULTS, _STORE_ALLOWED, always=_DETAILED)
