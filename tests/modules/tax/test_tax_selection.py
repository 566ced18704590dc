"""The table: taxes the original server put on the same lines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from medusa.modules.tax.selection import (
    TaxableLine,
    TaxableShipping,
    TaxAddress,
    TaxRate,
    TaxRegion,
    TaxRule,
    select_taxes,
)

COUNTRY = TaxRegion("txreg_1", "is")
PROVINCE = TaxRegion("txreg_2", "is", "is-1", parent_id="txreg_1")
ELSEWHERE = TaxRegion("txreg_3", "no")
A = TaxableLine("A", product_id="prod_a", product_type_id="ptyp_a")
B = TaxableLine("B", product_id="prod_b")
FREIGHT = TaxableShipping("S", shipping_option_id="so_1")
PRODUCT = TaxRule("product", "prod_a")
TYPE = TaxRule("product_type", "ptyp_a")
OPTION = TaxRule("shipping_option", "so_1")


class RateOf(Struct, frozen=True):
    """A rate, and the region it is put in."""

    region: TaxRegion
    rate: TaxRate


def rate(
    code: str,
    per_cent: int,
    *rules: TaxRule,
    region: TaxRegion = COUNTRY,
    combinable: bool = False,
    id: str = "",
) -> RateOf:
    """A rate; without rules the default of its region."""
    return RateOf(region, TaxRate(id or code, Decimal(per_cent), code, code.title(), not rules, combinable, rules))


VAT = rate("vat", 20)
RULE_A, RULE_T, RULE_S = rate("ruleA", 9, PRODUCT), rate("ruleT", 7, TYPE), rate("ruleS", 3, OPTION)
PROV = rate("prov", 5, region=PROVINCE)
PROV_COMBINABLE = rate("prov", 5, region=PROVINCE, combinable=True)
PROV_A = rate("provA", 1, PRODUCT, region=PROVINCE)
PROV_A_COMBINABLE = rate("provA", 1, PRODUCT, region=PROVINCE, combinable=True)


def with_rates(region: TaxRegion, *rates: RateOf) -> TaxRegion:
    """The region with those of the rates that are its own."""
    return structs.replace(region, tax_rates=tuple(each.rate for each in rates if each.region == region))


def codes(*rates: RateOf, province: str | None = None) -> dict[str, str]:
    """``{"A": "prov vat"}``."""
    regions = [with_rates(region, *rates) for region in (ELSEWHERE, PROVINCE, COUNTRY)]
    taxes = select_taxes(regions, TaxAddress("IS", province), [A, B, FREIGHT])
    return {id: " ".join(tax.code for tax in found) for id, found in taxes.items()}


@pytest.mark.parametrize(
    ("rates", "province", "expected"),
    [
        ([VAT], None, {"A": "vat", "B": "vat", "S": "vat"}),
        ([VAT, RULE_A], None, {"A": "ruleA", "B": "vat", "S": "vat"}),
        ([VAT, RULE_A, RULE_T], None, {"A": "ruleA", "B": "vat", "S": "vat"}),
        ([VAT, RULE_T, RULE_S], None, {"A": "ruleT", "B": "vat", "S": "ruleS"}),
        ([VAT, RULE_A, RULE_S, PROV], "is-1", {"A": "prov", "B": "prov", "S": "prov"}),
        ([VAT, RULE_A, RULE_S, PROV], "IS-1", {"A": "prov", "B": "prov", "S": "prov"}),
        ([VAT, RULE_A, RULE_S, PROV], "is-2", {"A": "ruleA", "B": "vat", "S": "ruleS"}),
        ([VAT, RULE_A, RULE_S, PROV], "", {"A": "ruleA", "B": "vat", "S": "ruleS"}),
        (
            [VAT, RULE_A, RULE_S, PROV_COMBINABLE],
            "is-1",
            {"A": "prov ruleA", "B": "prov vat", "S": "prov ruleS"},
        ),
        (
            [VAT, RULE_A, RULE_S, PROV_COMBINABLE, PROV_A],
            "is-1",
            {"A": "provA", "B": "prov vat", "S": "prov ruleS"},
        ),
        (
            [VAT, RULE_A, RULE_S, PROV_COMBINABLE, PROV_A_COMBINABLE],
            "is-1",
            {"A": "provA ruleA", "B": "prov vat", "S": "prov ruleS"},
        ),
        ([VAT, RULE_S, PROV_A_COMBINABLE], "is-1", {"A": "provA vat", "B": "vat", "S": "ruleS"}),
        ([VAT, RULE_S], "is-1", {"A": "vat", "B": "vat", "S": "ruleS"}),
        ([RULE_S], None, {"A": "", "B": "", "S": "ruleS"}),
        ([rate("vat", 20, combinable=True)], None, {"A": "vat", "B": "vat", "S": "vat"}),
    ],
)
def test_taxes_of_two_lines_and_freight(rates: list[RateOf], province: str | None, expected: dict[str, str]) -> None:
    assert codes(*rates, province=province) == expected


@pytest.mark.parametrize("combinable", [True, False])
def test_of_two_rates_for_a_product_the_one_made_first_counts(combinable: bool) -> None:
    first = rate("A1", 1, PRODUCT, combinable=combinable, id="txr_1")
    second = rate("A2", 30, PRODUCT, combinable=not combinable, id="txr_2")

    assert codes(VAT, second, first)["A"] == "A1"


def test_rate_that_is_neither_default_nor_ruled_does_not_count() -> None:
    loose = RateOf(COUNTRY, TaxRate("txr_0", Decimal(1), "loose", "Loose"))

    assert codes(loose, VAT)["B"] == "vat"


def test_rate_without_a_number_taxes_at_zero() -> None:
    empty = RateOf(COUNTRY, TaxRate("txr_0", None, "vat", "VAT", is_default=True))

    found = select_taxes([with_rates(COUNTRY, empty)], TaxAddress("is"), [B])

    assert [(tax.rate, tax.code, tax.description) for tax in found["B"]] == [(Decimal(0), "vat", "VAT")]


def test_country_without_a_tax_region_taxes_nothing() -> None:
    assert select_taxes([with_rates(COUNTRY, VAT)], TaxAddress("se"), [A]) == {"A": []}


RULES: list[tuple[TaxRule, ...]] = [(), (PRODUCT,), (TYPE,), (OPTION,), (PRODUCT, TYPE)]


@st.composite
def random_rate(draw: st.DrawFn) -> RateOf:
    number = draw(st.integers(0, 30))
    rules, region = draw(st.sampled_from(RULES)), draw(st.sampled_from([COUNTRY, PROVINCE]))
    return rate(f"txr_{number}", number, *rules, region=region, combinable=draw(st.booleans()))


some_rates = st.lists(random_rate(), max_size=8, unique_by=lambda made: made.rate.id)


@given(some_rates, st.sampled_from([None, "is-1"]))
def test_a_line_gets_at_most_one_rate_of_each_region_and_ends_at_one_that_is_not_combinable(
    rates: list[RateOf], province: str | None
) -> None:
    by_code = {each.rate.code: each for each in rates}

    for found in codes(*rates, province=province).values():
        chosen = [by_code[code] for code in found.split()]
        assert len({each.region.id for each in chosen}) == len(chosen)
        assert all(each.rate.is_combinable for each in chosen[:-1])


@given(some_rates)
def test_the_order_rates_come_in_does_not_matter(rates: list[RateOf]) -> None:
    assert codes(*rates, province="is-1") == codes(*rates[::-1], province="is-1")
