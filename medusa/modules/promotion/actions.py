"""What promotions take off a cart: pure, from promotions and lines to adjustments.

Order: the greatest ``value`` first, whatever its unit (30 off before 20 %, 20 % before 7 off); equal ones in the order they
were made. Each works on what those before it left of a line, so several never take more than the price.

Allocation:
  - ``across``: a fixed value is shared out in proportion to what is left of each line; a percentage takes that of each;
  - ``each``: of every line, at most ``max_quantity`` pieces;
  - ``once``: ``max_quantity`` pieces altogether, the cheapest first.

A promotion for the order discounts its lines, not its shipping. A tax-inclusive promotion measures the lines with their tax,
and its amounts include tax; on shipping methods it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

from medusa.framework.money import ONE, ZERO, divide, exact, storable
from medusa.modules.promotion.rules import Rule, satisfies
from medusa.totals.calculation import calculate
from medusa.totals.rows import Row, number


class Allocation(StrEnum):
    """How a discount is spread."""

    EACH = "each"
    ACROSS = "across"
    ONCE = "once"


class TargetType(StrEnum):
    """What a discount is on."""

    ORDER = "order"
    SHIPPING_METHODS = "shipping_methods"
    ITEMS = "items"


class Reason(StrEnum):
    """Why a promotion takes nothing off."""

    INACTIVE = "inactive"
    NOT_STANDARD = "not_standard"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    LIMIT_REACHED = "limit_reached"
    BUDGET_EXCEEDED = "budget_exceeded"
    OTHER_CURRENCY = "other_currency"
    RULES = "rules"
    NOTHING_TO_DISCOUNT = "nothing_to_discount"


class Method(Struct, frozen=True):
    """The application method: ``value`` in per cent or, for ``type="fixed"``, in ``currency_code``."""

    type: str
    value: Decimal
    target_type: TargetType
    allocation: Allocation | None = None
    max_quantity: int | None = None
    currency_code: str | None = None
    target_rules: tuple[Rule, ...] = ()


class Budget(Struct, frozen=True):
    """What a campaign may cost: in money for the types ``spend*``, in orders for the others."""

    type: str
    limit: Decimal | None = None
    used: Decimal = ZERO


class Campaign(Struct, frozen=True):
    """When a promotion holds, and how much of it."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget: Budget | None = None


class PromotionForActions(Struct, frozen=True):
    """A promotion whose code was given, or an automatic one. Ids order promotions by their making."""

    id: str
    code: str
    method: Method
    type: str = "standard"
    status: str = "active"
    is_automatic: bool = False
    is_tax_inclusive: bool = False
    limit: int | None = None
    used: int = 0
    rules: tuple[Rule, ...] = ()
    campaign: Campaign | None = None


class Discountable(Struct, frozen=True):
    """A line, or a shipping method (of quantity 1), before discounts.

    ``subtotal`` is without tax, ``original_total`` with it. ``attributes`` is what target rules can name.
    """

    id: str
    quantity: Decimal
    subtotal: Decimal
    original_total: Decimal
    is_discountable: bool = True
    attributes: Mapping[str, Any] = {}


class LineAdjustment(Struct, frozen=True):
    """A discount on a line; ``amount`` with tax where ``is_tax_inclusive``."""

    item_id: str
    promotion_id: str
    code: str
    amount: Decimal
    is_tax_inclusive: bool = False


class ShippingAdjustment(Struct, frozen=True):
    """A discount on a shipping method, without tax."""

    shipping_method_id: str
    promotion_id: str
    code: str
    amount: Decimal


class Rejection(Struct, frozen=True):
    """A promotion that takes nothing off."""

    promotion_id: str
    code: str
    reason: Reason


class Actions(Struct, frozen=True):
    """Adjustments in the order they were computed; every promotion is either applied or rejected."""

    line_adjustments: tuple[LineAdjustment, ...] = ()
    shipping_adjustments: tuple[ShippingAdjustment, ...] = ()
    applied: tuple[PromotionForActions, ...] = ()
    rejected: tuple[Rejection, ...] = ()


def compute_actions(
    promotions: Iterable[PromotionForActions],
    lines: Sequence[Discountable],
    shipping_methods: Sequence[Discountable],
    context: Mapping[str, Any],
    *,
    now: datetime,
) -> Actions:
    """Decide what the promotions take off.

    Args:
        promotions: Those given by code and the automatic ones, in any order.
        context: What promotion rules can name (``region_id``, ``customer.groups.id``, ``item_total``, ``items.product.id``);
            ``currency_code`` is required.
        now: Compared with the campaigns' dates.
    """
    items, methods = _Shelf(lines), _Shelf(shipping_methods)
    line_adjustments: list[LineAdjustment] = []
    shipping_adjustments: list[ShippingAdjustment] = []
    applied: list[PromotionForActions] = []
    rejected: list[Rejection] = []
    with exact():
        for promotion in sorted(promotions, key=lambda each: (-each.method.value, each.id)):
            reason = _obstacle(promotion, context, now)
            on_shipping = promotion.method.target_type == TargetType.SHIPPING_METHODS
            takes = [] if reason else _takes(promotion, methods if on_shipping else items)
            kept = [(target, amount) for target, amount in takes if _affordable(promotion, amount)]
            if not kept:
                why = reason or (Reason.BUDGET_EXCEEDED if takes else Reason.NOTHING_TO_DISCOUNT)
                rejected.append(Rejection(promotion.id, promotion.code, why))
                continue
            applied.append(promotion)
            for target, amount in kept:
                if on_shipping:
                    methods.take(target, amount, with_tax=False)
                    shipping_adjustments.append(ShippingAdjustment(target.id, promotion.id, promotion.code, amount))
                else:
                    items.take(target, amount, with_tax=promotion.is_tax_inclusive)
                    line_adjustments.append(
                        LineAdjustment(target.id, promotion.id, promotion.code, amount, promotion.is_tax_inclusive)
                    )
    return Actions(tuple(line_adjustments), tuple(shipping_adjustments), tuple(applied), tuple(rejected))


def lines_of(cart: Mapping[str, Any]) -> list[Discountable]:
    """The lines of a decoded cart; needs quantity, unit_price, is_tax_inclusive, is_discountable, tax_lines.rate."""
    with exact():
        return [
            _discountable(item, number(item["quantity"]), number(item["unit_price"]))
            for item in cart.get("items") or ()
        ]


def shipping_methods_of(cart: Mapping[str, Any]) -> list[Discountable]:
    """The shipping methods of a decoded cart; needs amount, is_tax_inclusive, tax_lines.rate."""
    with exact():
        return [_discountable(method, ONE, number(method["amount"])) for method in cart.get("shipping_methods") or ()]


class _Shelf:
    """Lines, and what is left of each: without tax and with it."""

    def __init__(self, targets: Sequence[Discountable]) -> None:
        self.targets = [target for target in targets if target.is_discountable and target.quantity > 0]
        self.left = {target.id: (target.subtotal, target.original_total) for target in self.targets}

    def remaining(self, target: Discountable, *, with_tax: bool) -> Decimal:
        return self.left[target.id][with_tax]

    def take(self, target: Discountable, amount: Decimal, *, with_tax: bool) -> None:
        net, gross = self.left[target.id]
        if with_tax:
            net_amount, gross_amount = divide(amount * target.subtotal, target.original_total), amount
        else:
            net_amount, gross_amount = amount, divide(amount * target.original_total, target.subtotal)
        self.left[target.id] = (max(net - net_amount, ZERO), max(gross - gross_amount, ZERO))


class _Share(Struct, frozen=True):
    """A line as one promotion sees it: ``price`` before discounts and ``left`` of it, both with or without tax."""

    target: Discountable
    price: Decimal
    left: Decimal

    @property
    def unit(self) -> Decimal:
        return divide(self.price, self.target.quantity)

    def cap(self, quantity: Decimal) -> Decimal:
        """What these pieces cost, as far as it is still there."""
        return self.left if quantity >= self.target.quantity else min(self.left, self.unit * quantity)


def _obstacle(promotion: PromotionForActions, context: Mapping[str, Any], now: datetime) -> Reason | None:
    if promotion.status != "active":
        return Reason.INACTIVE
    if promotion.type != "standard":
        return Reason.NOT_STANDARD
    if promotion.limit is not None and promotion.used >= promotion.limit:
        return Reason.LIMIT_REACHED
    if promotion.campaign and (reason := _campaign_obstacle(promotion.campaign, now)):
        return reason
    method = promotion.method
    if method.type == "fixed" and method.currency_code != context["currency_code"]:
        return Reason.OTHER_CURRENCY
    return None if satisfies(context, promotion.rules) else Reason.RULES


def _campaign_obstacle(campaign: Campaign, now: datetime) -> Reason | None:
    if campaign.starts_at and campaign.starts_at > now:
        return Reason.NOT_STARTED
    if campaign.ends_at and campaign.ends_at < now:
        return Reason.ENDED
    budget = campaign.budget
    if budget and budget.limit is not None and not budget.type.startswith("spend") and budget.used + 1 > budget.limit:
        return Reason.BUDGET_EXCEEDED
    return None


def _affordable(promotion: PromotionForActions, amount: Decimal) -> bool:
    """Whether a campaign's money covers one adjustment; each is compared with the budget on its own."""
    budget = promotion.campaign.budget if promotion.campaign else None
    if budget is None or budget.limit is None or not budget.type.startswith("spend"):
        return True
    return budget.used + amount <= budget.limit


def _takes(promotion: PromotionForActions, shelf: _Shelf) -> list[tuple[Discountable, Decimal]]:
    """What a promotion takes off each line it is for: positive, never more than is left."""
    method = promotion.method
    shipping = method.target_type == TargetType.SHIPPING_METHODS
    with_tax = promotion.is_tax_inclusive and not shipping
    shares = [
        _Share(
            target, target.original_total if with_tax else target.subtotal, shelf.remaining(target, with_tax=with_tax)
        )
        for target in shelf.targets
        if satisfies(target.attributes, method.target_rules, root="shipping_methods" if shipping else "items")
    ]
    shares = [share for share in shares if share.left > 0]
    if not shares:
        return []
    amounts = _ALLOCATE[method.allocation or Allocation.ACROSS](method, shares)
    takes = [(share, min(amount, share.left)) for share, amount in zip(shares, amounts, strict=True) if amount > 0]
    return [(share.target, storable(amount, at_most=share.left)) for share, amount in takes]


def _across(method: Method, shares: Sequence[_Share]) -> list[Decimal]:
    if method.type == "percentage":
        return [share.left * method.value / 100 for share in shares]
    whole = sum((share.left for share in shares), ZERO)
    value = min(method.value, whole)
    return [divide(value * share.left, whole) for share in shares]


def _each(method: Method, shares: Sequence[_Share]) -> list[Decimal]:
    return [_of_pieces(method, share, _limit(method, share.target.quantity)) for share in shares]


def _once(method: Method, shares: Sequence[_Share]) -> list[Decimal]:
    pieces = Decimal(1 if method.max_quantity is None else method.max_quantity)
    amounts = {id(share): ZERO for share in shares}
    for share in sorted(shares, key=lambda each: each.unit):
        taken = min(pieces, share.target.quantity)
        amounts[id(share)] = _of_pieces(method, share, taken) if taken else ZERO
        pieces -= taken
    return [amounts[id(share)] for share in shares]


_ALLOCATE: dict[Allocation, Callable[[Method, Sequence[_Share]], list[Decimal]]] = {
    Allocation.ACROSS: _across,
    Allocation.EACH: _each,
    Allocation.ONCE: _once,
}


def _limit(method: Method, quantity: Decimal) -> Decimal:
    return quantity if method.max_quantity is None else min(quantity, Decimal(method.max_quantity))


def _of_pieces(method: Method, share: _Share, quantity: Decimal) -> Decimal:
    cap = share.cap(quantity)
    return cap * method.value / 100 if method.type == "percentage" else min(method.value * quantity, cap)


def _discountable(row: Row, quantity: Decimal, unit_price: Decimal) -> Discountable:
    rates = [number(tax["rate"]) for tax in row.get("tax_lines") or ()]
    price = calculate(quantity * unit_price, bool(row.get("is_tax_inclusive")), rates, ())
    return Discountable(
        id=row["id"],
        quantity=quantity,
        subtotal=price.subtotal,
        original_total=price.original_total,
        is_discountable=row.get("is_discountable") is not False,
        attributes=row,
    )
