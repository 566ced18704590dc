from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa.framework.money import (
    InvalidWeights,
    allocate,
    amount_text,
    divide,
    exact,
    raw,
    round_half_up,
    shown,
    storable,
    with_text,
)

amounts = st.decimals("-1000000", "1000000", places=3)
weights = st.lists(st.integers(0, 1000), min_size=1, max_size=10).filter(any)


@given(amounts, weights, st.sampled_from([0, 2, 3]))
def test_allocated_parts_sum_to_the_total(amount: Decimal, shares: list[int], digits: int) -> None:
    assert sum(allocate(amount, shares, decimal_digits=digits)) == amount


@given(amounts, weights, st.sampled_from([0, 2, 3]))
def test_allocated_parts_are_within_a_unit_of_their_share(amount: Decimal, shares: list[int], digits: int) -> None:
    unit = Decimal(1).scaleb(-digits)

    for part, share in zip(allocate(amount, shares, decimal_digits=digits), shares, strict=True):
        assert abs(part - amount * share / sum(shares)) <= unit


@given(st.decimals("0", "1000000", places=2), weights)
def test_allocated_parts_of_a_positive_amount_are_not_negative(amount: Decimal, shares: list[int]) -> None:
    assert min(allocate(amount, shares)) >= 0


def test_a_cent_that_does_not_divide_goes_to_a_later_part() -> None:
    assert allocate(Decimal("10"), [1, 1, 1]) == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


def test_yen_are_not_split() -> None:
    assert allocate(Decimal(100), [1, 2], decimal_digits=0) == [33, 67]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_that_share_nothing_are_refused(shares: list[int]) -> None:
    with pytest.raises(InvalidWeights):
        allocate(Decimal(1), shares)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("10", "10"),
        ("100.00", "100"),
        ("1E+3", "1000"),
        ("1000000", "1000000"),
        ("33.33", "33.33"),
        ("2.50", "2.5"),
        ("-3.10", "-3.1"),
        ("33.041322314049586776859", "33.041322314049586777"),
        ("2.48004742795462231405", "2.4800474279546223141"),
        ("0.69406607318738055371885", "0.69406607318738055372"),
        ("-0.0000000000000006768594", "-6.768594e-16"),
        ("0.000001", "0.000001"),
        ("0.00000012", "1.2e-7"),
    ],
)
def test_text_of_an_amount(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text
    assert with_text(Decimal(amount))[1] == text
    assert raw(Decimal(amount)) == {"value": text, "precision": 20}


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=25))
def test_shown_amount_is_plain_and_close(amount: Decimal) -> None:
    result = shown(amount)

    assert "E+" not in str(result)
    assert len(result.as_tuple().digits) <= 20
    assert abs(result - amount) <= abs(amount) * Decimal("1e-19")


@given(st.decimals("-1000000", "1000000", places=12))
def test_shown_amount_has_no_trailing_zeros(amount: Decimal) -> None:
    text = f"{shown(amount):f}"

    assert "." not in text or text[-1] != "0"


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [("2.345", 2, "2.35"), ("2.344", 2, "2.34"), ("-2.345", 2, "-2.35"), ("0.5", 0, "1"), ("1.0005", 3, "1.001")],
)
def test_currency_rounding_is_half_up(amount: str, digits: int, rounded: str) -> None:
    assert round_half_up(Decimal(amount), digits) == Decimal(rounded)


@given(st.decimals("0", "100000", places=20))
def test_storable_amount_survives_a_json_number(amount: Decimal) -> None:
    near = storable(amount)

    assert Decimal(repr(float(near))) == near


@given(st.decimals("0.000001", "100000", places=20), st.decimals("0.000001", "100000", places=20))
def test_storable_amount_stays_below_its_bound(amount: Decimal, bound: Decimal) -> None:
    assert storable(amount, at_most=bound) <= bound


def test_storable_amount_at_its_bound_is_the_bound_to_the_last_digit() -> None:
    bound = Decimal("33.04132231404958677686")

    assert storable(bound, at_most=bound) == bound


def test_quotients_have_twenty_places() -> None:
    assert divide(Decimal(2), Decimal(3)) == Decimal("0.66666666666666666667")


def test_products_are_exact_within_the_context() -> None:
    with exact():
        assert Decimal("1.00000000000000000001") * Decimal("1.00000000000000000001") == Decimal(
            "1.0000000000000000000200000000000000000001"
        )
