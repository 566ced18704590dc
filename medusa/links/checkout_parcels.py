"""What providers need to know to price a parcel."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class Measure(Struct, frozen=True):
    """How large and heavy one piece of a variant is, in the merchant's units; the product's weight where it has none."""

    id: str
    weight: Decimal | None
    length: Decimal | None
    height: Decimal | None
    width: Decimal | None
    material: str | None


class OriginAddress(Struct, frozen=True):
    """Where a stock location is."""

    address_1: str
    address_2: str | None
    city: str | None
    country_code: str
    province: str | None
    postal_code: str | None


class Origin(Struct, frozen=True):
    """A stock location that parcels come from."""

    id: str
    name: str
    address: OriginAddress | None
