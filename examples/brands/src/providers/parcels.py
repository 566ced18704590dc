from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.errors import InvalidData
from medusa.modules.fulfillment.provider import (
    CalculatedShippingPrice,
    CreatedFulfillment,
    Data,
    FulfillmentProvider,
    ParcelLabel,
)
from src.outside import ask, client, forget


class ParcelOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the carrier is, and what it takes: for each parcel, and for each kilogram."""

    url: str
    base: Decimal = Decimal(3)
    per_kilogram: Decimal = Decimal("1.50")


class Piece(Struct):
    """One of a variant; its weight in grams."""

    weight: Decimal | None = None


class Line(Struct):
    """How many of it."""

    quantity: int
    variant: Piece | None = None


class Contents(Struct):
    """What this carrier asks of a cart."""

    items: list[Line]


class Parcels(FulfillmentProvider):
    """Ships to parcel shops, at a price by weight; with the id ``shop`` it is ``parcels_shop``."""

    identifier = "parcels"

    def check_options(self) -> None:
        self.terms = self.options_as(ParcelOptions)

    async def open(self, app: App) -> None:
        self.http = client(self.terms.url)

    async def close(self) -> None:
        await self.http.aclose()

    async def fulfillment_options(self) -> list[dict[str, Any]]:
        return [{"id": "parcel-shop"}]

    async def validate_fulfillment_data(self, option_data: Data, data: Data, context: Data) -> dict[str, Any]:
        """Nothing can be shipped without the number of a parcel shop."""
        if not data.get("shop"):
            raise InvalidData("Choose a parcel shop")
        return {"shop": data["shop"]}

    async def can_calculate(self, option: Data) -> bool:
        """Its options may have ``price_type: "calculated"``."""
        return True

    async def calculate_price(self, option_data: Data, data: Data, context: Data) -> CalculatedShippingPrice:
        """A base, and something for each kilogram; ``context`` is the cart."""
        cart = msgspec.convert(context, Contents)
        grams = sum((item.variant.weight or 0) * item.quantity for item in cart.items if item.variant)
        return CalculatedShippingPrice(self.terms.base + self.terms.per_kilogram * grams / 1000)

    async def create_fulfillment(
        self, data: Data, items: Sequence[Data], order: Data | None, fulfillment: Data
    ) -> CreatedFulfillment:
        """Book the parcel. The fulfillment's id is the same for each try: with it the carrier books once."""
        booked = await ask(self.http, "/parcels", key=fulfillment["id"], shop=data["shop"])
        number = booked["number"]
        label = ParcelLabel(number, f"https://carrier.example/{number}", booked["label"])
        return CreatedFulfillment(data={"number": number, "shop": data["shop"]}, labels=[label])

    async def cancel_fulfillment(self, data: Data) -> None:
        """Cancel the booking; safe to repeat."""
        await forget(self.http, f"/parcels/{data['number']}")
