"""What the payment workflows take."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class CreatePaymentCollection(Struct, frozen=True, kw_only=True):
    """A cart that is to be paid."""

    cart_id: str


class CreatePaymentSession(Struct, frozen=True, kw_only=True):
    """An attempt to pay a collection with a provider; ``data`` goes to the provider."""

    payment_collection_id: str
    provider_id: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    customer_id: str | None = None
