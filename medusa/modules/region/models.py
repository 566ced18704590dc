"""Regions: where one sells, in which currency, to which countries."""

from __future__ import annotations

from sqlalchemy import true
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Base, Model, Timestamps, WithMetadata, references, relation


class Region(WithMetadata, Model):
    """A market: one currency and its countries."""

    __tablename__ = "region"
    __prefix__ = "reg"

    name: Mapped[str]
    currency_code: Mapped[str]
    automatic_taxes: Mapped[bool] = mapped_column(server_default=true())

    countries: Mapped[list[RegionCountry]] = relation(order_by="RegionCountry.iso_2")


class RegionCountry(WithMetadata, Timestamps, Base):
    """A country of the world (ISO 3166), in one region at most."""

    __tablename__ = "region_country"

    iso_2: Mapped[str] = mapped_column(primary_key=True)
    iso_3: Mapped[str]
    num_code: Mapped[str]
    name: Mapped[str]
    display_name: Mapped[str]
    region_id: Mapped[str | None] = references("region.id", ondelete="SET NULL")

    region: Mapped[Region | None] = relation()
