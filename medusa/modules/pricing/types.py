"""What the pricing module takes: prices with their quantities and rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType


class RuleCondition(Struct, frozen=True, kw_only=True):
    """A comparison with a value of the pricing context."""

    value: str
    operator: str = "eq"


Rules = Mapping[str, str | list[RuleCondition]]


class PriceInput(Struct, kw_only=True):
    """A price of a price set; ``amount`` in major units.

    With the ``id`` of a price that exists, only what is set changes. ``rules`` maps an attribute of the pricing context
    (``region_id``) to the value it must have, or to conditions.
    """

    id: str | UnsetType = UNSET
    title: str | UnsetType | None = UNSET
    currency_code: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    min_quantity: Decimal | UnsetType | None = UNSET
    max_quantity: Decimal | UnsetType | None = UNSET
    price_list_id: str | UnsetType | None = UNSET
    rules: Rules | UnsetType = UNSET
