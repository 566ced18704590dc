"""Which shipping options a cart is offered, and at which price; pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.links.checkout_context import CheckoutContext, OptionRule, ShippingOption
from medusa.workflows.cart.prices import Chosen, choose_price


class Offer(Struct, frozen=True):
    """A shipping option that a cart can have; ``amount`` is None where it has no price in the cart's currency."""

    option: ShippingOption
    price: Chosen | None
    amount: Decimal | None
    is_tax_inclusive: bool


def offer(
    option: ShippingOption | None, context: CheckoutContext, values: Mapping[str, Any], *, is_return: bool = False
) -> Offer | None:
    """The offer of an option; None where the cart's place, sales channel or the option's rules forbid it.

    Args:
        values: The pricing context.
    """
    if option is None or not option.is_in_zone or option.location_id is None:
        return None
    facts = {"is_return": "true" if is_return else "false", "enabled_in_store": "true"}
    if not all(_holds(rule, facts.get(rule.attribute)) for rule in option.rules):
        return None
    price = choose_price(option.prices, values, context.preferences)
    if price is None:
        return Offer(option, None, None, is_tax_inclusive=False)
    return Offer(option, price, price.amount, is_tax_inclusive=price.is_tax_inclusive)


def _holds(rule: OptionRule, fact: str | None) -> bool:
    given: list[Any] = rule.value if rule.value.__class__ is list else [rule.value]
    texts = [_text(value) for value in given]
    match rule.operator:
        case "eq" | "in":
            return fact is not None and fact in texts
        case "ne" | "nin":
            return fact not in texts
        case _:
            return False  # nothing that a cart is offered options by has an order


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
