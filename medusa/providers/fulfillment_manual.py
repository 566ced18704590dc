"""Shipping by hand: the merchant packs and posts, nothing is booked anywhere."""

from __future__ import annotations

from typing import Any

from medusa.modules.fulfillment import FulfillmentProvider


class ManualFulfillment(FulfillmentProvider):
    """``manual_manual``."""

    identifier = "manual"
    default_id = "manual"
    is_external = False

    async def fulfillment_options(self) -> list[dict[str, Any]]:
        return [{"id": "manual-fulfillment"}, {"id": "manual-fulfillment-return", "is_return": True}]
