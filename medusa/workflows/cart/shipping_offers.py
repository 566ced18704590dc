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
    option: ShippingOption | None,
    context: CheckoutContext,
    values: Mapping[str, Any],
    *,
    is_return: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Offer | None:
    """The offer of an option; None where the cart's place, sales channel or the option's rules forbid it.

    Args:
        values: The pricing context.
        facts: What the option's rules can ask for besides ``is_return`` and ``enabled_in_store``.
    """
    if option is None or not option.is_in_zone or option.location_id is None:
        return None
    known = {**(facts or {}), "is_return": is_return, "enabled_in_store": True}
    if not all(_holds(rule, known.get(rule.attribute)) for rule in option.rules):
        return None
    price = choose_price(option.prices, values, context.preferences)
    if price is None:
        return Offer(option, None, None, is_tax_inclusive=False)
    return Offer(option, price, price.amount, is_tax_inclusive=price.is_tax_inclusive)


def _holds(rule: OptionRule, fact: Any) -> bool:
    wanted, given = _texts(rule.value), _texts(fact)
    match rule.operator:
        case "eq" | "in":
            return bool(wanted & given)
        case "ne" | "nin":
            return not wanted & given
        case _:
            return False  # nothing that a cart is offered options by has an order


def _texts(value: Any) -> set[str]:
    values: list[Any] = value if value.__class__ is list else [] if value is None else [value]
    return {str(each).lower() if isinstance(each, bool) else str(each) for each in values}
