"""Stock locations."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from medusa.framework.db.models import Model, WithMetadata, live_index, references, relation


class StockLocation(WithMetadata, Model):
    """Where stock is kept."""

    __tablename__ = "stock_location"
    __prefix__ = "sloc"
    __table_args__ = (live_index("address_id", unique=True, name="IDX_stock_location_address_id_unique"),)

    name: Mapped[str]
    address_id: Mapped[str | None] = references("stock_location_address.id")

    address: Mapped[StockLocationAddress | None] = relation()


class StockLocationAddress(WithMetadata, Model):
    """The address of a stock location."""

    __tablename__ = "stock_location_address"
    __prefix__ = "laddr"

    address_1: Mapped[str]
    address_2: Mapped[str | None]
    company: Mapped[str | None]
    city: Mapped[str | None]
    country_code: Mapped[str]
    phone: Mapped[str | None]
    province: Mapped[str | None]
    postal_code: Mapped[str | None]
