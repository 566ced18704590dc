"""The ways to ship an order: the options of the locations that serve its channel, for its address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from medusa.framework.db import Session
from medusa.framework.query import Fields, Query
from medusa.modules.order.errors import OrderUnknown

Row = dict[str, Any]
_ORDER = Fields.of(
    "id,sales_channel_id,shipping_address.country_code,shipping_address.province,shipping_address.city,items.id,"
    "items.quantity,items.variant.manage_inventory,items.variant.allow_backorder,"
    "items.variant.inventory_items.required_quantity,items.variant.inventory_items.inventory.location_levels.location_id,"
    "items.variant.inventory_items.inventory.location_levels.stocked_quantity,"
    "items.variant.inventory_items.inventory.location_levels.reserved_quantity"
)
_OPTION = Fields.of(
    "id,name,price_type,service_zone_id,shipping_profile_id,provider_id,data,type.id,type.label,type.description,"
    "type.code,provider.id,provider.is_enabled,rules.attribute,rules.value,rules.operator,"
    "service_zone.fulfillment_set_id,service_zone.fulfillment_set.type,service_zone.fulfillment_set.location.id,"
    "service_zone.fulfillment_set.location.name"
)


async def order_shipping_options(session: Session, query: Query, order_id: str) -> list[Row]:
    """The options, each with whether its location has too little of something. Two statements.

    Raises:
        OrderUnknown: There is no such order.
    """
    rows: list[Row] = await query.graph(session, "order", fields=_ORDER, filters={"id": order_id}, into=dict)
    if not rows:
        raise OrderUnknown(order_id)
    order = rows[0]
    zone: Row = {"fulfillment_set": {"location": {"sales_channels": {"id": order["sales_channel_id"]}}}}
    if (places := _places(order.get("shipping_address") or {})) is not None:
        zone["geo_zones"] = places
    options: list[Row] = await query.graph(
        session, "shipping_option", fields=_OPTION, filters={"service_zone": zone}, into=dict
    )
    for option in options:
        for rule in option["rules"]:
            rule.pop("id", None)
        location = option["service_zone"]["fulfillment_set"]["location"]
        option["insufficient_inventory"] = any(_is_short(item, location["id"]) for item in order["items"])
    return options


def _places(address: Row) -> Row | None:
    """The geo zones that hold an address; postal ranges are not looked into."""
    country = address.get("country_code")
    if country is None:
        return None
    found: list[Row] = [{"type": "country", "country_code": country}]
    province, city = address.get("province"), address.get("city")
    if province:
        found.append({"type": "province", "country_code": country, "province_code": province})
    if city:
        found.append({"type": "city", "country_code": country, "city": city})
    return {"$or": found}


def _is_short(item: Row, location_id: str) -> bool:
    variant = item.get("variant")
    if variant is None or not variant["manage_inventory"] or variant["allow_backorder"]:
        return False
    for stock in variant.get("inventory_items") or ():
        inventory: Row = stock.get("inventory") or {}
        levels: list[Row] = inventory.get("location_levels") or []
        available = sum(
            (
                Decimal(level["stocked_quantity"]) - Decimal(level["reserved_quantity"])
                for level in levels
                if level["location_id"] == location_id
            ),
            Decimal(0),
        )
        if available < Decimal(item["quantity"]) * Decimal(stock["required_quantity"]):
            return True
    return False
