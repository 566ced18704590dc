"""From what was gathered about a cart to what the rules of the modules take; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medusa.framework.money import ZERO
from medusa.links.checkout_context import ApplicationMethod, CheckoutContext, Promotion
from medusa.links.checkout_context import Budget as GatheredBudget
from medusa.links.checkout_context import Campaign as GatheredCampaign
from medusa.modules.promotion.actions import Allocation, Budget, Campaign, Method, PromotionForActions, TargetType


def for_actions(promotion: Promotion) -> PromotionForActions | None:
    """A promotion as its rules see it; None where it has no application method or value."""
    method = promotion.application_method
    if method is None or method.value is None:
        return None
    return PromotionForActions(
        id=promotion.id,
        code=promotion.code,
        type=promotion.type,
        status=promotion.status,
        is_automatic=promotion.is_automatic,
        is_tax_inclusive=promotion.is_tax_inclusive,
        limit=promotion.limit,
        used=promotion.used,
        rules=promotion.rules,
        method=_method(method),
        campaign=_campaign(promotion.campaign) if promotion.campaign else None,
    )


def _method(method: ApplicationMethod) -> Method:
    assert method.value is not None
    return Method(
        type=method.type,
        value=method.value,
        target_type=TargetType(method.target_type),
        allocation=Allocation(method.allocation) if method.allocation else None,
        max_quantity=method.max_quantity,
        currency_code=method.currency_code,
        target_rules=method.target_rules,
    )


def _campaign(campaign: GatheredCampaign) -> Campaign:
    budget = campaign.budget
    return Campaign(
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        budget=_budget(budget.type, budget) if budget else None,
    )


def _budget(kind: str, budget: GatheredBudget) -> Budget:
    """A budget for each customer (or other attribute) counts what this one has used."""
    if kind.endswith("by_attribute"):
        return Budget(kind, budget.limit, sum((usage.used for usage in budget.usages), ZERO))
    return Budget(kind, budget.limit, budget.used)


def pricing_context(subject: Mapping[str, Any], context: CheckoutContext) -> dict[str, Any]:
    """What rules of prices can name: the cart's plain values, its region and its customer's groups.

    Args:
        subject: The cart as :func:`medusa.workflows.cart.documents.document` gives it, with totals where rules may name them.
    """
    values = {name: value for name, value in subject.items() if not isinstance(value, list | dict)}
    customer: Mapping[str, Any] = subject.get("customer") or {}
    groups = [group["id"] for group in customer.get("groups", ())]
    region = context.region
    return {
        **values,
        "region_id": region.id if region else None,
        "currency_code": region.currency_code if region else subject.get("currency_code"),
        "customer_id": customer.get("id"),
        "customer.id": customer.get("id"),
        "customer_group_id": groups,
        "customer.groups.id": groups,
    }
