"""How far an order is paid and fulfilled: read from its payment collections, its fulfillments and its items."""

from __future__ import annotations

from medusa.framework.query import computed
from medusa.framework.query.registry import SqlBuild
from medusa.modules.order.models import Order

# A collection that was captured or refunded in part counts half, so that it never equals the number of collections;
# what is refunded in part of what is captured in part is "refunded".
_PAYMENT = """SELECT CASE
 WHEN refunded > 0 THEN CASE WHEN refunded = captured THEN 'refunded' ELSE 'partially_refunded' END
 WHEN captured > 0 THEN CASE WHEN captured = alive THEN 'captured' ELSE 'partially_captured' END
 WHEN authorized > 0 THEN CASE WHEN authorized = alive THEN 'authorized' ELSE 'partially_authorized' END
 WHEN partially_authorized > 0 THEN 'partially_authorized'
 WHEN total > 0 AND alive = 0 THEN 'canceled'
 WHEN awaiting > 0 THEN 'awaiting'
 ELSE 'not_paid' END
FROM (SELECT
 count(*) AS total,
 count(*) FILTER (WHERE {pay}.status <> 'canceled') AS alive,
 count(*) FILTER (WHERE {pay}.status = 'authorized') AS authorized,
 count(*) FILTER (WHERE {pay}.status = 'partially_authorized') AS partially_authorized,
 count(*) FILTER (WHERE {pay}.status = 'awaiting') AS awaiting,
 coalesce(sum(CASE WHEN {pay}.captured_amount = {pay}.amount THEN 1 ELSE 0.5 END)
  FILTER (WHERE {pay}.captured_amount > 0), 0) AS captured,
 coalesce(sum(CASE WHEN {pay}.refunded_amount = {pay}.amount THEN 1 ELSE 0.5 END)
  FILTER (WHERE {pay}.refunded_amount > 0), 0) AS refunded
 FROM order_payment_collection AS {link} JOIN payment_collection AS {pay} ON {pay}.id = {link}.payment_collection_id
 WHERE {link}.order_id = {row}."id" AND {link}.deleted_at IS NULL AND {pay}.deleted_at IS NULL) AS {sums}"""

_FULFILLMENT = """SELECT CASE
 WHEN delivered > 0 THEN CASE WHEN delivered = alive AND complete THEN 'delivered' ELSE 'partially_delivered' END
 WHEN shipped > 0 THEN CASE WHEN shipped = alive AND complete THEN 'shipped' ELSE 'partially_shipped' END
 WHEN packed > 0 THEN CASE WHEN packed = alive AND complete THEN 'fulfilled' ELSE 'partially_fulfilled' END
 WHEN total > 0 AND alive = 0 THEN 'canceled'
 ELSE 'not_fulfilled' END
FROM (SELECT
 count(*) AS total,
 count(*) FILTER (WHERE state <> 'canceled') AS alive,
 count(*) FILTER (WHERE state = 'delivered') AS delivered,
 count(*) FILTER (WHERE state = 'shipped') AS shipped,
 count(*) FILTER (WHERE state = 'packed') AS packed,
 NOT EXISTS (SELECT 1 FROM order_item AS {item} WHERE {item}.order_id = {row}."id" AND {item}.version = {row}."version"
  AND {item}.deleted_at IS NULL AND {item}.fulfilled_quantity < {item}.quantity) AS complete
 FROM (SELECT CASE WHEN {ful}.canceled_at IS NOT NULL THEN 'canceled' WHEN {ful}.delivered_at IS NOT NULL THEN 'delivered'
  WHEN {ful}.shipped_at IS NOT NULL THEN 'shipped' WHEN {ful}.packed_at IS NOT NULL THEN 'packed' ELSE '' END AS state
  FROM order_fulfillment AS {link} JOIN fulfillment AS {ful} ON {ful}.id = {link}.fulfillment_id
  WHERE {link}.order_id = {row}."id" AND {link}.deleted_at IS NULL AND {ful}.deleted_at IS NULL) AS {states}) AS {sums}"""


@computed(Order, "payment_status")
def payment_status(build: SqlBuild, row: str) -> str:
    """``not_paid``, ``authorized``, ``partially_captured``, ``captured``, ``refunded`` ..."""
    return _PAYMENT.format(row=row, pay=build.alias(), link=build.alias(), sums=build.alias())


@computed(Order, "fulfillment_status")
def fulfillment_status(build: SqlBuild, row: str) -> str:
    """``not_fulfilled``, ``partially_fulfilled``, ``shipped``, ``delivered`` ...: that of the fulfillments that came furthest."""
    return _FULFILLMENT.format(
        row=row, item=build.alias(), ful=build.alias(), link=build.alias(), states=build.alias(), sums=build.alias()
    )
