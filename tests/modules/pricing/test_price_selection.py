"""The tables: prices the original server chose in the same price sets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa.modules.pricing.selection import (
    CandidatePrice,
    PricePreference,
    PriceRule,
    includes_tax,
    select_price,
)

REGION = PriceRule("region_id", "reg_1")
GROUP = PriceRule("customer.groups.id", "cusgroup_1")
CONTEXT = {"currency_code": "eur", "region_id": "reg_1"}


def price(
    amount: int, *rules: PriceRule, least: int | None = None, most: int | None = None, currency: str = "eur"
) -> CandidatePrice:
    return CandidatePrice(
        id=f"price_{amount}",
        currency_code=currency,
        amount=Decimal(amount),
        min_quantity=None if least is None else Decimal(least),
        max_quantity=None if most is None else Decimal(most),
        rules=rules,
    )


def total(operator: str, value: int) -> PriceRule:
    return PriceRule("item_total", str(value), operator)


def chosen(prices: list[CandidatePrice], **context: Any) -> int | None:
    found = select_price(prices, {**CONTEXT, **context})
    return None if found is None else int(found.amount)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([price(100)], [100, 100, 100, 100]),
        ([price(100), price(90, REGION)], [90, 90, 90, 90]),
        ([price(100), price(120, REGION)], [120, 120, 120, 120]),
        ([price(100), price(70, least=10)], [100, 100, 70, 70]),
        ([price(70, least=10)], [None, None, 70, 70]),
        ([price(100), price(70, most=5)], [70, 70, 100, 100]),
        ([price(100), price(170, most=5)], [100, 100, 100, 100]),
        ([price(70, most=5)], [70, 70, None, None]),
        ([price(100), price(80, least=1, most=20), price(70, least=5, most=10)], [80, 70, 70, 80]),
        ([price(80, least=1, most=9), price(60, least=10)], [80, 80, 60, 60]),
        ([price(100), price(90, REGION), price(70, least=10)], [90, 90, 90, 90]),
        ([price(100), price(90, REGION), price(75, REGION, least=10), price(70, least=10)], [90, 90, 75, 75]),
        ([price(100), price(150, least=1)], [100, 100, 100, 100]),
        ([price(100), price(90, REGION), price(80, REGION, GROUP)], [90, 90, 90, 90]),
        ([price(80, GROUP)], [None, None, None, None]),
        ([price(100), price(70, least=10), price(60, least=12)], [100, 100, 70, 60]),
        ([price(100), price(70, most=12), price(60, most=8)], [60, 60, 70, 100]),
        ([price(100), price(0, REGION)], [0, 0, 0, 0]),
        ([price(100, currency="usd")], [None, None, None, None]),
    ],
)
def test_price_of_1_5_10_and_15_pieces(prices: list[CandidatePrice], expected: list[int | None]) -> None:
    assert [chosen(prices, quantity=quantity) for quantity in (1, 5, 10, 15)] == expected


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([price(8), price(7, REGION), price(0, total("gte", 50))], 0),
        ([price(8), price(7, REGION), price(9, total("gte", 10), total("lte", 1000))], 9),
        ([price(8), price(5, total("gt", 60))], 5),
        ([price(8), price(5, total("gt", 75))], 8),
        ([price(8), price(5, total("gte", 75))], 5),
        ([price(8), price(5, total("lt", 60))], 8),
        ([price(8), price(5, total("lt", 76))], 5),
        ([price(8), price(5, total("lt", 9))], 8),
        ([price(8), price(15, total("gte", 10))], 15),
        ([price(8), price(6, total("gte", 10)), price(9, total("gte", 50))], 6),
    ],
)
def test_freight_of_a_cart_worth_75(prices: list[CandidatePrice], expected: int) -> None:
    assert chosen(prices, item_total=Decimal("75.00")) == expected


def test_quantity_is_one_where_none_is_given() -> None:
    assert chosen([price(100), price(70, most=5), price(60, least=2)]) == 70


def test_customer_in_one_of_several_groups_gets_the_group_price() -> None:
    prices = [price(100), price(80, GROUP)]

    assert chosen(prices, **{"customer.groups.id": ["cusgroup_0", "cusgroup_1"]}) == 80
    assert chosen(prices, **{"customer.groups.id": []}) == 100


@pytest.mark.parametrize(
    ("rules", "region", "currency", "expected"),
    [
        ((), True, False, False),
        ((), False, True, True),
        ((REGION,), True, False, True),
        ((REGION,), False, True, False),
        ((REGION,), None, True, True),
    ],
)
def test_preference_of_the_region_decides_for_its_own_prices_only(
    rules: tuple[PriceRule, ...], region: bool | None, currency: bool, expected: bool
) -> None:
    preferences = [PricePreference("currency_code", "eur", currency)]
    if region is not None:
        preferences.append(PricePreference("region_id", "reg_1", region))

    assert includes_tax(price(61, *rules), preferences) is expected


RULES: list[tuple[PriceRule, ...]] = [(), (REGION,), (GROUP,), (REGION, GROUP), (total("gte", 50),)]


@st.composite
def random_price(draw: st.DrawFn) -> CandidatePrice:
    bounds = st.none() | st.integers(0, 20)
    rules = draw(st.sampled_from(RULES))
    return price(draw(st.integers(0, 100)), *rules, least=draw(bounds), most=draw(bounds))


some_prices = st.lists(random_price(), max_size=8, unique_by=lambda made: made.id)


@given(some_prices, st.integers(1, 25), st.integers(0, 100))
def test_chosen_price_holds_and_none_is_narrower_or_cheaper(
    prices: list[CandidatePrice], quantity: int, item_total: int
) -> None:
    context = {**CONTEXT, "quantity": quantity, "item_total": item_total}
    found = select_price(prices, context)
    holding = [each for each in prices if select_price([each], context) is not None]

    assert (found is None) == (not holding)
    if found is not None:
        assert found in holding
        assert all((-len(found.rules), found.amount) <= (-len(each.rules), each.amount) for each in holding)


@given(some_prices)
def test_the_order_prices_come_in_does_not_matter(prices: list[CandidatePrice]) -> None:
    assert select_price(prices, CONTEXT) == select_price(prices[::-1], CONTEXT)
