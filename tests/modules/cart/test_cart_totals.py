"""``reference_carts.json``: answers of the original server, numbers only."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa.modules.cart.totals import decorate_cart
from medusa.totals import (
    LINE_FIELDS,
    TOTAL_FIELDS,
    Adjustment,
    LineForTotals,
    ShippingForTotals,
    TaxLine,
    line_totals,
    shipping_totals,
    totals,
)
from tests.modules.reference_totals import Row, assert_same, bare, recorded

REFERENCE = recorded(Path(__file__).with_name("reference_carts.json"))


@pytest.mark.parametrize("name", REFERENCE)
def test_totals_of_the_original_server(name: str) -> None:
    cart = bare(REFERENCE[name])

    decorate_cart(cart)

    assert_same(cart, REFERENCE[name])


def a_line(**extra: Any) -> Row:
    return {
        "quantity": 2,
        "unit_price": Decimal("33.33"),
        "is_tax_inclusive": False,
        "tax_lines": [{"rate": 22}],
        "adjustments": [{"amount": Decimal("9.999"), "is_tax_inclusive": False}],
        **extra,
    }


def test_every_field_of_a_line_and_its_parts() -> None:
    cart: Row = {"items": [a_line()]}

    decorate_cart(cart)

    item = cart["items"][0]
    assert {key: str(item[key]) for key in LINE_FIELDS} == {
        "subtotal": "66.66",
        "total": "69.12642",
        "original_subtotal": "66.66",
        "original_total": "81.3252",
        "discount_subtotal": "9.999",
        "discount_tax_total": "2.19978",
        "discount_total": "12.19878",
        "tax_total": "12.46542",
        "original_tax_total": "14.6652",
    }
    assert item["raw_original_total"] == {"value": "81.3252", "precision": 20}
    assert item["tax_lines"] == [
        {
            "rate": 22,
            "subtotal": Decimal("14.6652"),
            "total": Decimal("12.46542"),
            "raw_subtotal": {"value": "14.6652", "precision": 20},
            "raw_total": {"value": "12.46542", "precision": 20},
        }
    ]
    assert item["adjustments"] == [
        {
            "amount": Decimal("9.999"),
            "is_tax_inclusive": False,
            "subtotal": Decimal("9.999"),
            "total": Decimal("12.19878"),
            "raw_subtotal": {"value": "9.999", "precision": 20},
            "raw_total": {"value": "12.19878", "precision": 20},
        }
    ]


def test_raw_fields_stay_out_where_they_are_not_wanted() -> None:
    cart: Row = {"items": [a_line()]}

    decorate_cart(cart, with_raw=False)

    assert not [key for key in cart["items"][0] if key.startswith("raw_")]


def test_cart_itself_has_no_raw_fields() -> None:
    cart: Row = {"items": [a_line()]}

    decorate_cart(cart)

    assert set(cart) == {"items", *TOTAL_FIELDS}


def test_empty_cart_costs_nothing() -> None:
    cart: Row = {"items": None, "shipping_methods": []}

    decorate_cart(cart)

    assert {cart[name] for name in TOTAL_FIELDS} == {0}


def test_yen_are_not_rounded() -> None:
    line = LineForTotals(
        id="line",
        quantity=Decimal(1),
        unit_price=Decimal(101),
        tax_lines=(TaxLine(Decimal(8)),),
        adjustments=(Adjustment(Decimal("15.15")),),
    )

    assert line_totals(line).total == Decimal("92.718")


def test_decorating_twice_changes_nothing() -> None:
    cart: Row = {"items": [a_line()], "shipping_methods": [{"amount": 5, "tax_lines": [{"rate": 22}]}]}
    decorate_cart(cart)
    once = copy.deepcopy(cart)

    decorate_cart(cart)

    assert cart == once


CLOSE = Decimal("1e-15")
rates = st.lists(st.decimals("0", "30", places=2), max_size=3)


@st.composite
def lines(draw: st.DrawFn) -> LineForTotals:
    """A line whose discounts do not exceed its price."""
    quantity, price = draw(st.integers(1, 50)), draw(st.decimals("0", "10000", places=2))
    with_tax = draw(st.booleans())
    taxes = [TaxLine(rate) for rate in draw(rates)]
    plain = LineForTotals("line", Decimal(quantity), price, with_tax, taxes)
    whole, parts = line_totals(plain), draw(st.lists(st.tuples(st.integers(0, 25), st.booleans()), max_size=4))
    adjustments = [
        Adjustment((whole.original_total if inclusive else whole.subtotal) * percent / 100, inclusive)
        for percent, inclusive in parts
    ]
    return LineForTotals("line", Decimal(quantity), price, with_tax, taxes, adjustments)


methods = st.builds(
    ShippingForTotals,
    id=st.just("method"),
    amount=st.decimals("0", "500", places=2),
    is_tax_inclusive=st.booleans(),
    tax_lines=rates.map(lambda found: [TaxLine(rate) for rate in found]),
)


@given(lines())
def test_line_totals_fit_together(line: LineForTotals) -> None:
    found = line_totals(line)

    assert abs(found.total - (found.subtotal - found.discount_subtotal + found.tax_total)) < CLOSE
    assert abs(found.original_total - (found.original_subtotal + found.original_tax_total)) < CLOSE
    assert abs(found.discount_total - (found.discount_subtotal + found.discount_tax_total)) < CLOSE
    assert abs(found.original_total - found.discount_total - found.total) < CLOSE
    assert abs(sum(tax.total for tax in found.tax_lines) - found.tax_total) < CLOSE
    assert abs(sum(tax.subtotal for tax in found.tax_lines) - found.original_tax_total) < CLOSE
    assert abs(sum(part.total for part in found.adjustments) - found.discount_total) < CLOSE


@given(lines())
def test_totals_are_never_negative(line: LineForTotals) -> None:
    found = line_totals(line)

    assert min(getattr(found, name) for name in LINE_FIELDS) >= -CLOSE
    assert found.discount_total <= found.original_total + CLOSE


@given(lines())
def test_prices_with_and_without_tax_agree(line: LineForTotals) -> None:
    """The same goods at the price without tax that a price with tax comes to."""
    with_tax = line_totals(line)
    without = LineForTotals("line", Decimal(1), with_tax.subtotal, False, line.tax_lines, line.adjustments)

    found = line_totals(without)

    for name in LINE_FIELDS:
        assert abs(getattr(found, name) - getattr(with_tax, name)) < CLOSE


@given(lines())
def test_price_with_tax_is_what_an_undiscounted_buyer_pays(line: LineForTotals) -> None:
    plain = LineForTotals(line.id, line.quantity, line.unit_price, True, line.tax_lines)

    assert abs(line_totals(plain).total - line.quantity * line.unit_price) < CLOSE


@given(st.lists(lines(), max_size=5), st.lists(methods, max_size=2), st.randoms(use_true_random=False))
def test_cart_is_the_sum_of_its_parts_in_any_order(
    items: list[LineForTotals], freight: list[ShippingForTotals], random: Any
) -> None:
    found = totals(items, freight, [Decimal("1.5")])
    random.shuffle(items)
    parts = [*map(line_totals, items), *map(shipping_totals, freight)]

    assert abs(found.total - (sum(part.total for part in parts) - Decimal("1.5"))) < CLOSE
    assert abs(found.total - (found.item_total + found.shipping_total - found.credit_line_total)) < CLOSE
    assert abs(found.tax_total - sum(part.tax_total for part in parts)) < CLOSE
    assert abs(found.subtotal - found.discount_subtotal + found.tax_total - Decimal("1.5") - found.total) < CLOSE
    assert abs(totals(items, freight[::-1], [Decimal("1.5")]).total - found.total) < CLOSE
