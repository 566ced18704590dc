"""What a fulfillment provider can do: offer ways of shipping, price them, ship parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.framework.errors import NotAllowed
from medusa.framework.modules import Provider

Data = Mapping[str, Any]


class CalculatedShippingPrice(Struct, frozen=True):
    """A price that the provider calculated, in the currency of the cart."""

    calculated_amount: Decimal
    is_calculated_price_tax_inclusive: bool = False


class ParcelLabel(Struct, frozen=True):
    """The label of a parcel."""

    tracking_number: str
    tracking_url: str
    label_url: str


class CreatedFulfillment(Struct, frozen=True):
    """What the provider says of a fulfillment it took over."""

    data: dict[str, Any]
    labels: Sequence[ParcelLabel] = ()


class CannotCalculate(NotAllowed):
    """The provider has no prices of its own."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"The fulfillment provider {provider} does not calculate prices: give the option a flat price")


class FulfillmentProvider(Provider):
    """The base of fulfillment providers. What it does not override is permitted and does nothing."""

    module = "fulfillment"

    async def fulfillment_options(self) -> list[dict[str, Any]]:
        """The ways of shipping it offers, each with an ``id`` and ``is_return``."""
        return []

    async def validate_option(self, data: Data) -> bool:
        """Whether a shipping option can have this ``data``."""
        return True

    async def validate_fulfillment_data(self, option_data: Data, data: Data, context: Data) -> dict[str, Any]:
        """The data of a shipping method, checked and completed; raises InvalidData where it cannot be shipped."""
        return dict(data)

    async def can_calculate(self, option: Data) -> bool:
        """Whether it prices this shipping option (``provider_id``, ``data``, ``service_zone_id`` ...) by itself."""
        return False

    async def calculate_price(self, option_data: Data, data: Data, context: Data) -> CalculatedShippingPrice:
        """The price of shipping for a cart (``context``)."""
        raise CannotCalculate(self.identifier)

    async def create_fulfillment(
        self, data: Data, items: Sequence[Data], order: Data | None, fulfillment: Data
    ) -> CreatedFulfillment:
        """Take a fulfillment over: book the carrier, print labels."""
        return CreatedFulfillment(data={})

    async def cancel_fulfillment(self, data: Data) -> None:
        """Cancel what :meth:`create_fulfillment` did."""

    async def create_return_fulfillment(self, fulfillment: Data) -> CreatedFulfillment:
        """Take over the way back."""
        return CreatedFulfillment(data={})
