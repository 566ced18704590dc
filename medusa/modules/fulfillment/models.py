"""Fulfillment: what is shipped from where, by whom, at which price."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, one_of, references, relation


class FulfillmentProvider(Model):
    """Who ships."""

    __tablename__ = "fulfillment_provider"

    is_enabled: Mapped[bool] = mapped_column(server_default=true())


class FulfillmentSet(WithMetadata, Model):
    """The ways a stock location hands out goods: shipping, or pick-up."""

    __tablename__ = "fulfillment_set"
    __prefix__ = "fuset"
    __table_args__ = (live_index("name", unique=True),)

    name: Mapped[str]
    type: Mapped[str]

    service_zones: Mapped[list[ServiceZone]] = relation(order_by="ServiceZone.id")


class ServiceZone(WithMetadata, Model):
    """The places that share shipping options."""

    __tablename__ = "service_zone"
    __prefix__ = "serzo"
    __table_args__ = (live_index("name", unique=True),)

    name: Mapped[str]
    fulfillment_set_id: Mapped[str] = references("fulfillment_set.id")

    fulfillment_set: Mapped[FulfillmentSet | None] = relation()
    geo_zones: Mapped[list[GeoZone]] = relation(order_by="GeoZone.id")
    shipping_options: Mapped[list[ShippingOption]] = relation(order_by="ShippingOption.id")


class GeoZone(WithMetadata, Model):
    """A country, province, city or postal area."""

    __tablename__ = "geo_zone"
    __prefix__ = "fgz"
    __table_args__ = (
        one_of("type", "country", "province", "city", "zip"),
        live_index("country_code"),
        live_index("province_code", where="province_code IS NOT NULL"),
        live_index("city", where="city IS NOT NULL"),
    )

    type: Mapped[str] = mapped_column(server_default="country")
    country_code: Mapped[str]
    province_code: Mapped[str | None]
    city: Mapped[str | None]
    service_zone_id: Mapped[str] = references("service_zone.id")
    postal_expression: Mapped[Json | None]

    service_zone: Mapped[ServiceZone | None] = relation()


class ShippingProfile(WithMetadata, Model):
    """Products that ship alike."""

    __tablename__ = "shipping_profile"
    __prefix__ = "sp"
    __table_args__ = (live_index("name", unique=True),)

    name: Mapped[str]
    type: Mapped[str]

    shipping_options: Mapped[list[ShippingOption]] = relation(order_by="ShippingOption.id")


class ShippingOptionType(Model):
    """The kind of a shipping option: standard, express."""

    __tablename__ = "shipping_option_type"
    __prefix__ = "sotype"

    label: Mapped[str]
    description: Mapped[str | None]
    code: Mapped[str]

    shipping_options: Mapped[list[ShippingOption]] = relation(order_by="ShippingOption.id")


class ShippingOption(WithMetadata, Model):
    """A way of shipping that a customer can choose."""

    __tablename__ = "shipping_option"
    __prefix__ = "so"
    __table_args__ = (one_of("price_type", "calculated", "flat"),)

    name: Mapped[str]
    price_type: Mapped[str] = mapped_column(server_default="flat")
    service_zone_id: Mapped[str] = references("service_zone.id")
    shipping_profile_id: Mapped[str | None] = references("shipping_profile.id", ondelete="SET NULL")
    provider_id: Mapped[str | None] = references("fulfillment_provider.id", ondelete="SET NULL")
    data: Mapped[Json | None]
    shipping_option_type_id: Mapped[str] = references("shipping_option_type.id", ondelete=None)

    service_zone: Mapped[ServiceZone | None] = relation()
    shipping_profile: Mapped[ShippingProfile | None] = relation()
    provider: Mapped[FulfillmentProvider | None] = relation()
    type: Mapped[ShippingOptionType | None] = relation()
    rules: Mapped[list[ShippingOptionRule]] = relation(order_by="ShippingOptionRule.id")
    fulfillments: Mapped[list[Fulfillment]] = relation(order_by="Fulfillment.id")


class ShippingOptionRule(Model):
    """A condition on the context under which an option is offered."""

    __tablename__ = "shipping_option_rule"
    __prefix__ = "sorul"
    __table_args__ = (one_of("operator", "in", "eq", "ne", "gt", "gte", "lt", "lte", "nin"),)

    attribute: Mapped[str]
    operator: Mapped[str]
    value: Mapped[Any | None]
    shipping_option_id: Mapped[str] = references("shipping_option.id")

    shipping_option: Mapped[ShippingOption | None] = relation()


class Fulfillment(WithMetadata, Model):
    """Goods packed to leave a location."""

    __tablename__ = "fulfillment"
    __prefix__ = "ful"
    __table_args__ = (live_index("location_id"),)

    location_id: Mapped[str]
    packed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    data: Mapped[Json | None]
    provider_id: Mapped[str | None] = references("fulfillment_provider.id", ondelete="SET NULL")
    shipping_option_id: Mapped[str | None] = references("shipping_option.id", ondelete="SET NULL")
    delivery_address_id: Mapped[str | None] = references("fulfillment_address.id", ondelete="SET NULL")
    marked_shipped_by: Mapped[str | None]
    created_by: Mapped[str | None]
    requires_shipping: Mapped[bool] = mapped_column(server_default=true())

    items: Mapped[list[FulfillmentItem]] = relation(order_by="FulfillmentItem.id")
    labels: Mapped[list[FulfillmentLabel]] = relation(order_by="FulfillmentLabel.id")
    delivery_address: Mapped[FulfillmentAddress | None] = relation()
    provider: Mapped[FulfillmentProvider | None] = relation()
    shipping_option: Mapped[ShippingOption | None] = relation()


class FulfillmentAddress(WithMetadata, Model):
    """Where a fulfillment goes."""

    __tablename__ = "fulfillment_address"
    __prefix__ = "fuladdr"

    company: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    address_1: Mapped[str | None]
    address_2: Mapped[str | None]
    city: Mapped[str | None]
    country_code: Mapped[str | None]
    province: Mapped[str | None]
    postal_code: Mapped[str | None]
    phone: Mapped[str | None]


class FulfillmentItem(Model):
    """A line item, or an inventory item of it, in a fulfillment."""

    __tablename__ = "fulfillment_item"
    __prefix__ = "fulit"
    __table_args__ = (
        live_index("line_item_id"),
        live_index("inventory_item_id"),
    )

    title: Mapped[str]
    sku: Mapped[str]
    barcode: Mapped[str]
    quantity: Mapped[Decimal]
    line_item_id: Mapped[str | None]
    inventory_item_id: Mapped[str | None]
    fulfillment_id: Mapped[str] = references("fulfillment.id")

    fulfillment: Mapped[Fulfillment | None] = relation()


class FulfillmentLabel(Model):
    """A parcel's label."""

    __tablename__ = "fulfillment_label"
    __prefix__ = "fulla"

    tracking_number: Mapped[str]
    tracking_url: Mapped[str]
    label_url: Mapped[str]
    fulfillment_id: Mapped[str] = references("fulfillment.id")

    fulfillment: Mapped[Fulfillment | None] = relation()
