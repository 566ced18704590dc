"""Figures of the tables: answers of the original server to the same carts and codes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from medusa.modules.promotion.actions import (
    Budget,
    Campaign,
    Discountable,
    PromotionForActions,
    Reason,
    TargetType,
    lines_of,
    shipping_methods_of,
)
from medusa.modules.promotion.rules import Rule, RuleOperator
from tests.modules.promotion.discounts import (
    EACH,
    FOUR,
    NOW,
    ONCE,
    TAXED,
    THREE,
    amounts,
    compute,
    line,
    promotion,
)

ORDER, FREIGHT = TargetType.ORDER, TargetType.SHIPPING_METHODS


@pytest.mark.parametrize(
    ("promotions", "expected"),
    [
        ([promotion("P10")], {"A": "P10=4", "B": "P10=3", "C": "P10=3"}),
        ([promotion("P10", EACH, 2)], {"A": "P10=4", "B": "P10=2", "C": "P10=3"}),
        ([promotion("F7")], {"A": "F7=2.8", "B": "F7=2.1", "C": "F7=2.1"}),
        ([promotion("F7", None)], {"A": "F7=2.8", "B": "F7=2.1", "C": "F7=2.1"}),
        ([promotion("F3", EACH, 2)], {"A": "F3=6", "B": "F3=6", "C": "F3=3"}),
        ([promotion("F12", EACH, 2)], {"A": "F12=24", "B": "F12=20", "C": "F12=12"}),
        ([promotion("F3", ONCE, 1)], {"B": "F3=3"}),
        ([promotion("F3", ONCE, 3)], {"B": "F3=9"}),
        ([promotion("P50", ONCE, 3)], {"B": "P50=15"}),
        ([promotion("F25", ONCE, 4)], {"A": "F25=20", "B": "F25=30"}),
        ([promotion("F25", target=ORDER)], {"A": "F25=10", "B": "F25=7.5", "C": "F25=7.5"}),
        ([promotion("P50", target=FREIGHT)], {"S": "P50=4"}),
        ([promotion("F3", EACH, 1, target=FREIGHT)], {"S": "F3=3"}),
        ([promotion("F3", ONCE, 1, target=FREIGHT)], {"S": "F3=3"}),
        ([promotion("P10"), promotion("P20")], {"A": "P20=8 P10=3.2", "B": "P20=6 P10=2.4", "C": "P20=6 P10=2.4"}),
        ([promotion("F7"), promotion("P10")], {"A": "P10=4 F7=2.8", "B": "P10=3 F7=2.1", "C": "P10=3 F7=2.1"}),
        ([promotion("P10"), promotion("F30")], {"A": "F30=12 P10=2.8", "B": "F30=9 P10=2.1", "C": "F30=9 P10=2.1"}),
        (
            [promotion("P10", EACH, 2, id="z"), promotion("P10", id="a")],
            {"A": "a=4 z=3.6", "B": "a=3 z=2", "C": "a=3 z=2.7"},
        ),
        ([promotion("P50", ONCE, 1), promotion("P10")], {"A": "P10=4", "B": "P50=5 P10=2.5", "C": "P10=3"}),
        ([promotion("P10"), promotion("F25", ONCE, 4)], {"A": "F25=20 P10=2", "B": "F25=30", "C": "P10=3"}),
        ([promotion("F3", target=FREIGHT), promotion("P50", target=FREIGHT)], {"S": "P50=4 F3=3"}),
        ([promotion("F5", target=FREIGHT), promotion("P50", target=FREIGHT)], {"S": "P50=4 F5=4"}),
        (
            [promotion("P10"), promotion("P20"), promotion("F7"), promotion("F30")],
            {
                "A": "F30=12 P20=5.6 P10=2.24 F7=2.8",
                "B": "F30=9 P20=4.2 P10=1.68 F7=2.1",
                "C": "F30=9 P20=4.2 P10=1.68 F7=2.1",
            },
        ),
    ],
)
def test_three_lines_at_40_30_30_and_freight_at_8(
    promotions: list[PromotionForActions], expected: dict[str, str]
) -> None:
    assert amounts(compute(promotions)) == expected


@pytest.mark.parametrize(
    ("promotions", "expected"),
    [
        (
            [promotion("F10")],
            {
                "A": "F10=3.6363636363636362",
                "B": "F10=2.727272727272727",
                "C": "F10=2.727272727272727",
                "D": "F10=0.9090909090909091",
            },
        ),
        (
            [promotion("F12", EACH, 2), promotion("F7")],
            {
                "A": "F12=24 F7=2.5454545454545454",
                "B": "F12=20 F7=1.5909090909090908",
                "C": "F12=12 F7=2.8636363636363638",
                "D": "F12=10",
            },
        ),
        (
            [promotion("F70"), promotion("F9", ONCE, 7)],
            {
                "A": "F70=25.454545454545453 F9=14.545454545454547",
                "B": "F70=19.09090909090909 F9=10.90909090909091",
                "C": "F70=19.09090909090909 F9=9",
                "D": "F70=6.363636363636363 F9=3.636363636363637",
            },
        ),
        (
            [promotion("P60"), promotion("P50", ONCE, 1)],
            {"A": "P60=24", "B": "P60=18", "C": "P60=18", "D": "P60=6 P50=2"},
        ),
        ([promotion("F5", ONCE, 2)], {"B": "F5=5", "D": "F5=5"}),
        (
            [promotion("F12", EACH, 2), promotion("F5", ONCE, 2)],
            {"A": "F12=24", "B": "F12=20 F5=10", "C": "F12=12", "D": "F12=10"},
        ),
        (
            [promotion("P60"), promotion("P9", EACH, 1)],
            {"A": "P60=24 P9=1.44", "B": "P60=18 P9=0.9", "C": "P60=18 P9=1.08", "D": "P60=6 P9=0.36"},
        ),
        (
            [promotion("P90", EACH, 2), promotion("F12", EACH, 2)],
            {"A": "P90=36 F12=4", "B": "P90=18 F12=12", "C": "P90=27 F12=3", "D": "P90=9 F12=1"},
        ),
        (
            [promotion("P33.3333")],
            {"A": "P33.3333=13.33332", "B": "P33.3333=9.99999", "C": "P33.3333=9.99999", "D": "P33.3333=3.33333"},
        ),
    ],
)
def test_what_is_left_of_four_lines_is_what_the_next_promotion_works_on(
    promotions: list[PromotionForActions], expected: dict[str, str]
) -> None:
    found = amounts(compute(promotions, FOUR))

    assert {id: _rounded(parts) for id, parts in found.items()} == {id: _rounded(p) for id, p in expected.items()}


def _rounded(parts: str) -> list[tuple[str, Decimal]]:
    """Amounts to 13 digits: what is left after a third is taken differs in the last digits of a double."""
    pairs = [part.split("=") for part in parts.split()]
    return [(code, round(Decimal(amount), 13)) for code, amount in pairs]


@pytest.mark.parametrize(
    ("promotions", "expected"),
    [
        (
            [promotion("F12", EACH, 2), promotion("F7", with_tax=True)],
            {
                "A": "F12=24 F7=2.5454545454545454",
                "B": "F12=20 F7=1.5909090909090908",
                "C": "F12=12 F7=2.8636363636363638",
                "D": "F12=10",
            },
        ),
        (
            [promotion("F12", EACH, 2, with_tax=True), promotion("F7")],
            {"A": "F12=24 F7=2.8", "B": "F12=24 F7=1.4", "C": "F12=12 F7=2.8", "D": "F12=12"},
        ),
        (
            [promotion("F12", EACH, 2, with_tax=True), promotion("P5", with_tax=True)],
            {"A": "F12=24 P5=1.2", "B": "F12=24 P5=0.6", "C": "F12=12 P5=1.2", "D": "F12=12"},
        ),
        (
            [promotion("F12", EACH, 2, with_tax=True), promotion("P5")],
            {"A": "F12=24 P5=1", "B": "F12=24 P5=0.5", "C": "F12=12 P5=1", "D": "F12=12"},
        ),
        (
            [promotion("F12", EACH, 2), promotion("P5", with_tax=True)],
            {"A": "F12=24 P5=0.96", "B": "F12=20 P5=0.6", "C": "F12=12 P5=1.08", "D": "F12=10"},
        ),
        ([promotion("F7", ONCE, 7, with_tax=True)], {"A": "F7=14", "B": "F7=21", "C": "F7=7", "D": "F7=7"}),
    ],
)
def test_promotions_with_and_without_tax_on_lines_taxed_at_20_per_cent(
    promotions: list[PromotionForActions], expected: dict[str, str]
) -> None:
    found = amounts(compute(promotions, TAXED))

    assert {id: _rounded(parts) for id, parts in found.items()} == {id: _rounded(p) for id, p in expected.items()}


def test_tax_inclusive_promotion_measures_freight_without_tax() -> None:
    freight = [line("S", 1, "7.77", tax="21")]

    made = compute([promotion("P50", target=FREIGHT, with_tax=True)], THREE, freight).shipping_adjustments

    assert [adjustment.amount for adjustment in made] == [Decimal("3.885")]


def test_fixed_amount_above_the_price_takes_the_price() -> None:
    actions = compute([promotion("F1000")])

    assert amounts(actions) == {"A": "F1000=40", "B": "F1000=30", "C": "F1000=30"}


def test_whole_price_of_a_tax_inclusive_line_leaves_exactly_nothing() -> None:
    cart = {
        "items": [
            {
                "id": "A",
                "quantity": 2,
                "unit_price": Decimal("19.99"),
                "is_tax_inclusive": True,
                "tax_lines": [{"rate": 21}],
            }
        ]
    }
    lines = lines_of(cart)

    made = compute([promotion("P100")], lines, []).line_adjustments

    assert made[0].amount == lines[0].subtotal == Decimal("33.04132231404958677686")


def test_lines_that_must_not_be_discounted_are_passed_over() -> None:
    lines = [line("A", 1, "20"), Discountable("N", Decimal(1), Decimal(50), Decimal(50), is_discountable=False)]

    assert amounts(compute([promotion("F7")], lines)) == {"A": "F7=7"}


def test_free_lines_get_no_adjustment_and_the_promotion_is_not_applied() -> None:
    actions = compute([promotion("F7")], [line("Z", 1, "0")])

    assert actions.line_adjustments == ()
    assert [(r.code, r.reason) for r in actions.rejected] == [("F7", Reason.NOTHING_TO_DISCOUNT)]


def test_equal_values_apply_in_the_order_they_were_made() -> None:
    actions = compute([promotion("P10", id="promo_2"), promotion("F10", id="promo_1"), promotion("P10", id="promo_0")])

    assert [each.id for each in actions.applied] == ["promo_0", "promo_1", "promo_2"]


def test_target_rules_choose_the_lines() -> None:
    lines = [line("A", 2, "20", product={"id": "p"}), line("B", 3, "10", product={"id": "q"})]
    only = Rule("items.product.id", RuleOperator.IN, ("q",))

    assert amounts(compute([promotion("P10", target_rules=(only,))], lines)) == {"B": "P10=3"}


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (promotion("F7", currency="usd"), Reason.OTHER_CURRENCY),
        (promotion("P7", status="draft"), Reason.INACTIVE),
        (promotion("P7", limit=1, used=1), Reason.LIMIT_REACHED),
        (promotion("P7", rules=(Rule("region_id", RuleOperator.EQ, ("reg_2",)),)), Reason.RULES),
        (promotion("P7", campaign=Campaign(starts_at=NOW + timedelta(days=1))), Reason.NOT_STARTED),
        (promotion("P7", campaign=Campaign(ends_at=NOW - timedelta(days=1))), Reason.ENDED),
        (
            promotion("P7", campaign=Campaign(budget=Budget("usage", Decimal(1), Decimal(1)))),
            Reason.BUDGET_EXCEEDED,
        ),
        (
            promotion("F20", EACH, 1, campaign=Campaign(budget=Budget("spend", Decimal(8), Decimal(5)))),
            Reason.BUDGET_EXCEEDED,
        ),
    ],
)
def test_refused_promotion_says_why_and_takes_nothing(refused: PromotionForActions, reason: Reason) -> None:
    actions = compute([refused], region_id="reg_1")

    assert [(r.code, r.reason) for r in actions.rejected] == [(refused.code, reason)]
    assert actions.line_adjustments == ()
    assert actions.applied == ()


def test_budget_is_compared_with_each_adjustment_on_its_own() -> None:
    six = Campaign(budget=Budget("spend", Decimal(6)))
    lines = [line("A", 2, "20"), line("B", 3, "10")]

    assert amounts(compute([promotion("F7", campaign=six)], lines)) == {"A": "F7=4", "B": "F7=3"}
    assert amounts(compute([promotion("F12", campaign=six)], lines)) == {"B": "F12=5.142857142857143"}


def test_shipping_methods_of_a_cart_are_single_pieces() -> None:
    method = {"id": "S", "amount": Decimal("6.05"), "is_tax_inclusive": True, "tax_lines": [{"rate": 21}]}

    found = shipping_methods_of({"shipping_methods": [method]})

    assert [(each.quantity, each.subtotal, each.original_total) for each in found] == [
        (Decimal(1), Decimal(5), Decimal("6.05"))
    ]
