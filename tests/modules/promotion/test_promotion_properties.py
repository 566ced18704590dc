"""What holds for any promotions on any lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from medusa.modules.promotion.actions import (
    Discountable,
    PromotionForActions,
    lines_of,
)
from tests.modules.promotion.discounts import (
    ACROSS,
    EACH,
    ONCE,
    compute,
    promotion,
)


@st.composite
def random_lines(draw: st.DrawFn) -> list[Discountable]:
    """Lines with and without tax in their price."""
    items: list[dict[str, Any]] = [
        {
            "id": f"line_{index}",
            "quantity": draw(st.integers(1, 20)),
            "unit_price": draw(st.decimals("0", "1000", places=2)),
            "is_tax_inclusive": draw(st.booleans()),
            "tax_lines": [{"rate": Decimal(draw(st.sampled_from(["0", "5.5", "19", "21", "25.5"])))}],
        }
        for index in range(draw(st.integers(1, 6)))
    ]
    return lines_of({"items": items})


@st.composite
def random_promotion(draw: st.DrawFn) -> PromotionForActions:
    kind = draw(st.sampled_from(["P", "F"]))
    allocation = draw(st.sampled_from([ACROSS, EACH, ONCE]))
    return promotion(
        f"{kind}{draw(st.integers(0, 100 if kind == 'P' else 500))}",
        allocation,
        None if allocation is ACROSS else draw(st.integers(1, 10)),
        id=f"promo_{draw(st.integers(0, 9))}",
        with_tax=draw(st.booleans()),
    )


some_lines = random_lines()
some_promotions = st.lists(random_promotion(), max_size=5, unique_by=lambda made: made.id)


@given(some_lines, some_promotions)
def test_discounts_never_exceed_the_price(lines: list[Discountable], promotions: list[PromotionForActions]) -> None:
    actions = compute(promotions, lines)

    for target in lines:
        rate = target.original_total / target.subtotal if target.subtotal else Decimal(1)
        net = sum(
            made.amount / rate if made.is_tax_inclusive else made.amount
            for made in actions.line_adjustments
            if made.item_id == target.id
        )
        assert Decimal(0) <= net <= target.subtotal + Decimal("1e-12")


@given(some_lines, st.integers(1, 5000), st.booleans())
def test_fixed_discount_across_lines_adds_up_to_its_value(
    lines: list[Discountable], value: int, with_tax: bool
) -> None:
    actions = compute([promotion(f"F{value}", with_tax=with_tax)], lines)
    prices = [target.original_total if with_tax else target.subtotal for target in lines]
    whole = sum(prices, Decimal(0))

    given_off = sum(made.amount for made in actions.line_adjustments)

    assert abs(given_off - min(Decimal(value), whole)) < Decimal("1e-9")


@given(some_lines, some_promotions)
def test_the_order_promotions_come_in_does_not_matter(
    lines: list[Discountable], promotions: list[PromotionForActions]
) -> None:
    assert compute(promotions, lines) == compute(promotions[::-1], lines)


@given(some_lines, some_promotions)
def test_each_promotion_is_applied_or_rejected(
    lines: list[Discountable], promotions: list[PromotionForActions]
) -> None:
    actions = compute(promotions, lines)

    assert sorted([*(p.id for p in actions.applied), *(r.promotion_id for r in actions.rejected)]) == sorted(
        p.id for p in promotions
    )
