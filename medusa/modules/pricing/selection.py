"""Which price of a price set holds: pure, from candidate prices and a context to the price that holds.

A price is a candidate when it is in the context's currency, the quantity (1 if none is given) lies in its range, both ends
included and open where absent, and every one of its rules holds. The one with the most rules wins; among those the lowest
amount; among those the one made first. A narrower range of quantities gives no precedence. In SQL, for prices that are not of
a price list, and not deleted::

    WHERE price.currency_code = :currency_code AND price.price_list_id IS NULL
      AND (price.min_quantity IS NULL OR price.min_quantity <= :quantity)
      AND (price.max_quantity IS NULL OR price.max_quantity >= :quantity)
      AND NOT EXISTS (SELECT FROM price_rule WHERE price_rule.price_id = price.id AND NOT <it holds>)
    ORDER BY price.rules_count DESC, price.amount ASC, price.id ASC LIMIT 1

A rule holds when the context has its attribute and one of the attribute's values stands so to the rule's value: equal as
texts for ``eq``, as numbers for ``gt gte lt lte``.

A price with a rule on ``region_id`` includes tax when the preference for that region says so, and where there is none when
that of its currency does; any other price goes by the preference of its currency.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from msgspec import Struct

from medusa.framework.money import read_number, shown

Context = Mapping[str, Any]


class PriceRule(Struct, frozen=True):
    """A condition on an attribute of the context."""

    attribute: str
    value: str
    operator: str = "eq"


class CandidatePrice(Struct, frozen=True):
    """A price of a price set; ids order prices by their making."""

    id: str
    currency_code: str
    amount: Decimal
    min_quantity: Decimal | None = None
    max_quantity: Decimal | None = None
    rules: tuple[PriceRule, ...] = ()


class PricePreference(Struct, frozen=True):
    """Whether prices of a region (``region_id``) or in a currency (``currency_code``) include tax."""

    attribute: str
    value: str | None
    is_tax_inclusive: bool


_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def select_price(prices: Iterable[CandidatePrice], context: Context) -> CandidatePrice | None:
    """The price of one price set that holds in a context; None when none does.

    Args:
        context: ``currency_code``, and where known ``quantity``, ``region_id`` and what price rules name: a value or a list of
            them for each attribute, by its dotted name (``customer.groups.id``).
    """
    quantity = Decimal(context.get("quantity") or 1)
    candidates = [
        price
        for price in prices
        if price.currency_code == context["currency_code"]
        and (price.min_quantity is None or price.min_quantity <= quantity)
        and (price.max_quantity is None or price.max_quantity >= quantity)
        and all(_holds(rule, context) for rule in price.rules)
    ]
    return min(candidates, key=lambda price: (-len(price.rules), price.amount, price.id), default=None)


def includes_tax(price: CandidatePrice, preferences: Iterable[PricePreference]) -> bool:
    """Whether an amount is with tax, by the preferences of its region and its currency."""
    said = {(each.attribute, each.value): each.is_tax_inclusive for each in preferences}
    region = next((rule.value for rule in price.rules if rule.attribute == "region_id"), None)
    of_currency = said.get(("currency_code", price.currency_code), False)
    return of_currency if region is None else said.get(("region_id", region), of_currency)


def _holds(rule: PriceRule, context: Context) -> bool:
    value = context.get(rule.attribute)
    several = isinstance(value, (list, tuple))
    values = cast("Sequence[Any]", value) if several else [] if value is None else [value]
    if rule.operator == "eq":
        return any(_text(each) == rule.value for each in values)
    bound, compare = read_number(rule.value), _COMPARISONS[rule.operator]
    numbers = [number for number in map(read_number, values) if number is not None]
    return bound is not None and any(compare(number, bound) for number in numbers)


def _text(value: Any) -> str:
    return str(shown(value)) if isinstance(value, Decimal) else str(value)
