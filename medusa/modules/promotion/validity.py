"""Which promotions make sense; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from medusa.modules.promotion.errors import CampaignInOtherCurrency, InvalidMethod, InvalidRule
from medusa.modules.promotion.types import CampaignInput, RuleInput

_SPREAD = "application_method.allocation should be either 'across OR each OR once' when application_method.target_type is either 'shipping_methods OR items'"  # noqa: E501 - the contract's words
_NEEDED = "application_method.max_quantity is required when application_method.allocation is 'each OR once'"
_HUNDRED = Decimal(100)
_QUANTITIES = {
    "apply_to_quantity": "apply_to_quantity",
    "buy_rules_min_quantity": "buy_rules_min_quantity",
    "max_quantity": "application_method.max_quantity",
}


def check_method(
    method: Mapping[str, Any], promotion_type: str, *, target_rules: int | None, buy_rules: int | None
) -> None:
    """Check an application method, as the columns of its table.

    Of one that changes (no numbers of rules), the quantity of each line is not checked: the contract lets it pass.

    Args:
        target_rules: How many there are; None where they are not known, because they stay as they are.
    Raises:
        InvalidMethod: It contradicts itself or its promotion.
    """
    target, allocation, quantity = method["target_type"], method.get("allocation"), method.get("max_quantity")
    if method["type"] == "percentage" and not 0 < method["value"] <= _HUNDRED:
        raise InvalidMethod("Application Method value should be a percentage number between 0 and 100")
    if promotion_type == "buyget":
        _check_buyget(method, target_rules, buy_rules)
    elif buy_rules:
        raise InvalidMethod("Can't add buy rules to a standard promotion")
    if target == "order" and target_rules:
        raise InvalidMethod("Target rules for application method with target type (order) is not allowed")
    if target != "order" and allocation is None:
        raise InvalidMethod(_SPREAD)
    if buy_rules is None:
        return
    if allocation == "across" and quantity:
        raise InvalidMethod("application_method.max_quantity is not allowed to be set for allocation (across)")
    if allocation in ("each", "once") and not quantity:
        raise InvalidMethod(_NEEDED)


def _check_buyget(method: Mapping[str, Any], target_rules: int | None, buy_rules: int | None) -> None:
    for name, count in (("Buy", buy_rules), ("Target", target_rules)):
        if count == 0:
            raise InvalidMethod(f"{name} rules are required for buyget promotion type")
    for name, shown in _QUANTITIES.items():
        if not method.get(name):
            raise InvalidMethod(f"{shown} is a required field for Promotion type of buyget")


def check_campaign(campaign: CampaignInput, currency_code: str | None) -> None:
    """Raise CampaignInOtherCurrency for the budget of a new campaign that is not in its promotion's currency."""
    budget = campaign.budget.currency_code if campaign.budget is not None else None
    if budget is not None and budget.lower() != (currency_code or "").lower():
        raise CampaignInOtherCurrency


def check_rules(rules: Iterable[RuleInput]) -> None:
    """Raise InvalidRule for a rule that names nothing."""
    for rule in rules:
        if not rule.attribute:
            raise InvalidRule("rules[].attribute is a required field")
