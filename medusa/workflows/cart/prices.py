"""What a variant or shipping option costs in a cart: the price that holds, price lists included; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.links.checkout_context import Price, PriceList
from medusa.modules.pricing.selection import CandidatePrice, PricePreference, includes_tax, select_price


class Chosen(Struct, frozen=True):
    """The price that holds, and what it would be without sales."""

    price_id: str
    amount: Decimal
    original_amount: Decimal
    is_tax_inclusive: bool
    price_list_type: str | None


def choose_price(
    prices: Sequence[Price], values: Mapping[str, Any], preferences: Sequence[PricePreference]
) -> Chosen | None:
    """The price of one price set; None where none holds.

    A price of an active price list goes before the others if the list overrides, or if it is a sale and not dearer.

    Args:
        values: The pricing context, with the ``quantity`` where one is known.
    """
    base = select_price([_candidate(price) for price in prices if price.price_list_id is None], values)
    listed = _best_listed(prices, values)
    kind: str | None = None
    chosen, original = base, base
    if listed is not None:
        price, price_list = listed
        if price_list.type == "override" or base is None or price.amount <= base.amount:
            chosen, kind = price, price_list.type
            original = price if kind == "override" or base is None else base
    if chosen is None or original is None:
        return None
    return Chosen(chosen.id, chosen.amount, original.amount, includes_tax(chosen, preferences), kind)


def _candidate(price: Price) -> CandidatePrice:
    return CandidatePrice(
        id=price.id,
        currency_code=price.currency_code,
        amount=price.amount,
        min_quantity=price.min_quantity,
        max_quantity=price.max_quantity,
        rules=price.rules,
    )


def _best_listed(prices: Sequence[Price], values: Mapping[str, Any]) -> tuple[CandidatePrice, PriceList] | None:
    found: list[tuple[CandidatePrice, PriceList]] = []
    for price in prices:
        if price.price_list is not None and _list_holds(price.price_list, values):
            candidate = select_price([_candidate(price)], values)
            if candidate is not None:
                found.append((candidate, price.price_list))
    return min(
        found, key=lambda pair: (-len(pair[0].rules) - len(pair[1].rules), pair[0].amount, pair[0].id), default=None
    )


def _list_holds(price_list: PriceList, values: Mapping[str, Any]) -> bool:
    now = datetime.now(UTC)
    return (
        price_list.status == "active"
        and (price_list.starts_at is None or price_list.starts_at <= now)
        and (price_list.ends_at is None or price_list.ends_at >= now)
        and all(_shares(rule.value, values.get(rule.attribute)) for rule in price_list.rules)
    )


def _shares(wanted: Any, given: Any) -> bool:
    """Whether one of the given values is among the wanted ones."""
    return bool({str(value) for value in _listed(wanted)} & {str(value) for value in _listed(given)})


def _listed(value: Any) -> list[Any]:
    several: list[Any] = [value] if value is not None and value.__class__ is not list else value or []
    return several
