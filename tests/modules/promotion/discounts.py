"""What tests of promotions share: promotions, lines and what is taken off them, said shortly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from medusa.modules.promotion.actions import (
    Actions,
    Allocation,
    Campaign,
    Discountable,
    Method,
    PromotionForActions,
    TargetType,
    compute_actions,
)
from medusa.modules.promotion.rules import Rule

EACH, ONCE, ACROSS = Allocation.EACH, Allocation.ONCE, Allocation.ACROSS
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {"P": "percentage", "F": "fixed"}


def promotion(
    name: str,
    allocation: Allocation | None = Allocation.ACROSS,
    max_quantity: int | None = None,
    *,
    target: TargetType = TargetType.ITEMS,
    id: str = "",
    with_tax: bool = False,
    rules: tuple[Rule, ...] = (),
    target_rules: tuple[Rule, ...] = (),
    campaign: Campaign | None = None,
    currency: str = "eur",
    status: str = "active",
    limit: int | None = None,
    used: int = 0,
) -> PromotionForActions:
    """``P10`` takes 10 %, ``F7`` takes 7 of the currency."""
    method = Method(
        type=NAMES[name[0]],
        value=Decimal(name[1:]),
        target_type=target,
        allocation=allocation,
        max_quantity=max_quantity,
        currency_code=currency if name[0] == "F" else None,
        target_rules=target_rules,
    )
    return PromotionForActions(
        id=id or name,
        code=id or name,
        method=method,
        is_tax_inclusive=with_tax,
        rules=rules,
        campaign=campaign,
        status=status,
        limit=limit,
        used=used,
    )


def line(id: str, quantity: int, price: str, *, tax: str = "0", **extra: object) -> Discountable:
    subtotal = Decimal(price) * quantity
    return Discountable(
        id=id,
        quantity=Decimal(quantity),
        subtotal=subtotal,
        original_total=subtotal * (1 + Decimal(tax) / 100),
        attributes=extra,
    )


THREE = [line("A", 2, "20"), line("B", 3, "10"), line("C", 1, "30")]
FOUR = [line("A", 2, "20"), line("D", 1, "10"), line("B", 3, "10"), line("C", 1, "30")]
TAXED = [
    line("A", 2, "20", tax="20"),
    line("D", 1, "10", tax="20"),
    line("B", 3, "10", tax="20"),
    line("C", 1, "30", tax="20"),
]
SHIPPING = [line("S", 1, "8")]


def compute(
    promotions: Sequence[PromotionForActions],
    lines: Sequence[Discountable] = THREE,
    shipping: Sequence[Discountable] = SHIPPING,
    **context: object,
) -> Actions:
    return compute_actions(promotions, lines, shipping, {"currency_code": "eur", **context}, now=NOW)


def amounts(actions: Actions) -> dict[str, str]:
    """``{"A": "F30=12 P10=2.8"}``: what each line loses, in the order of application."""
    found: dict[str, list[str]] = {}
    for made in actions.line_adjustments:
        found.setdefault(made.item_id, []).append(f"{made.code}={made.amount}")
    for freight in actions.shipping_adjustments:
        found.setdefault(freight.shipping_method_id, []).append(f"{freight.code}={freight.amount}")
    return {id: " ".join(parts) for id, parts in sorted(found.items())}
