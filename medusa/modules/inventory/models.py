"""Stock: items, their levels at locations, and reservations."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, live_index, references, relation


class InventoryItem(WithMetadata, Model):
    """Something kept in stock."""

    __tablename__ = "inventory_item"
    __prefix__ = "iitem"
    __table_args__ = (live_index("sku", unique=True),)

    sku: Mapped[str | None]
    origin_country: Mapped[str | None]
    hs_code: Mapped[str | None]
    mid_code: Mapped[str | None]
    material: Mapped[str | None]
    weight: Mapped[int | None]
    length: Mapped[int | None]
    height: Mapped[int | None]
    width: Mapped[int | None]
    requires_shipping: Mapped[bool] = mapped_column(server_default=true())
    description: Mapped[str | None]
    title: Mapped[str | None]
    thumbnail: Mapped[str | None]
    unit_of_measure: Mapped[str | None]

    location_levels: Mapped[list[InventoryLevel]] = relation(order_by="InventoryLevel.id")
    reservation_items: Mapped[list[ReservationItem]] = relation(order_by="ReservationItem.id")


class InventoryLevel(WithMetadata, Model):
    """How much of an item is at a location."""

    __tablename__ = "inventory_level"
    __prefix__ = "ilev"
    __table_args__ = (
        live_index("inventory_item_id", "location_id", unique=True),
        live_index("location_id"),
    )

    inventory_item_id: Mapped[str] = references("inventory_item.id")
    location_id: Mapped[str]
    stocked_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    reserved_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    incoming_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))

    inventory_item: Mapped[InventoryItem | None] = relation()


class ReservationItem(WithMetadata, Model):
    """Stock set aside, as a rule for a line item."""

    __tablename__ = "reservation_item"
    __prefix__ = "resitem"
    __table_args__ = (
        live_index("line_item_id"),
        live_index("location_id"),
    )

    line_item_id: Mapped[str | None]
    location_id: Mapped[str]
    quantity: Mapped[Decimal]
    external_id: Mapped[str | None]
    description: Mapped[str | None]
    created_by: Mapped[str | None]
    inventory_item_id: Mapped[str] = references("inventory_item.id")
    allow_backorder: Mapped[bool | None] = mapped_column(server_default=false())

    inventory_item: Mapped[InventoryItem | None] = relation()
