"""From promotions as they are given to rows of the tables; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from medusa.framework.db import Change, Insert
from medusa.framework.ids import generate_id
from medusa.modules.promotion.models import (
    ApplicationMethodBuyRule,
    ApplicationMethodTargetRule,
    Promotion,
    PromotionApplicationMethod,
    PromotionCampaign,
    PromotionCampaignBudget,
    PromotionPromotionRule,
    PromotionRule,
    PromotionRuleValue,
)
from medusa.modules.promotion.types import CampaignInput, NewPromotion, RuleInput, RuleKind
from medusa.modules.promotion.validity import check_campaign, check_method, check_rules

Row = dict[str, Any]
_LINKS = {
    RuleKind.RULES: (PromotionPromotionRule, "promotion_id"),
    RuleKind.TARGET: (ApplicationMethodTargetRule, "application_method_id"),
    RuleKind.BUY: (ApplicationMethodBuyRule, "application_method_id"),
}


def link_of(kind: RuleKind) -> tuple[type[Any], str]:
    """The table that joins rules of a kind to their owner, and the column that names the owner."""
    return _LINKS[kind]


@dataclass(slots=True)
class PromotionRows:
    """Rows to insert for some promotions, campaigns and rules."""

    promotions: list[Row] = field(default_factory=list[Row])
    methods: list[Row] = field(default_factory=list[Row])
    campaigns: list[Row] = field(default_factory=list[Row])
    budgets: list[Row] = field(default_factory=list[Row])
    rules: list[Row] = field(default_factory=list[Row])
    values: list[Row] = field(default_factory=list[Row])
    links: dict[RuleKind, list[Row]] = field(default_factory=lambda: {kind: [] for kind in RuleKind})

    def promotion(self, given: NewPromotion) -> str:
        """Add a promotion with its method, rules and campaign; its id.

        Raises:
            InvalidMethod, InvalidRule: It makes no sense.
        """
        method = given.application_method
        columns = {
            name: value
            for name, value in msgspec.structs.asdict(method).items()
            if name not in ("target_rules", "buy_rules")
        }
        check_rules([*given.rules, *method.target_rules, *method.buy_rules])
        check_method(columns, given.type, target_rules=len(method.target_rules), buy_rules=len(method.buy_rules))
        id, method_id = generate_id(Promotion.__prefix__), generate_id(PromotionApplicationMethod.__prefix__)
        row = {
            name: value
            for name, value in msgspec.structs.asdict(given).items()
            if name not in ("application_method", "rules", "campaign")
        }
        if given.campaign is not None:
            check_campaign(given.campaign, method.currency_code)
            row["campaign_id"] = self.campaign(given.campaign)
        self.promotions.append({**row, "id": id})
        self.methods.append({**columns, "id": method_id, "promotion_id": id})
        self.add_rules(RuleKind.RULES, id, given.rules)
        self.add_rules(RuleKind.TARGET, method_id, method.target_rules)
        self.add_rules(RuleKind.BUY, method_id, method.buy_rules)
        return id

    def campaign(self, given: CampaignInput) -> str:
        """Add a campaign with its budget; its id."""
        row = msgspec.structs.asdict(given)
        row.pop("budget")
        id = generate_id(PromotionCampaign.__prefix__)
        self.campaigns.append({**row, "id": id})
        if given.budget is not None:
            self.budgets.append({**msgspec.structs.asdict(given.budget), "campaign_id": id})
        return id

    def add_rules(self, kind: RuleKind, owner_id: str, rules: Iterable[RuleInput]) -> list[str]:
        """Add rules of a promotion, or of an application method; their ids."""
        column = link_of(kind)[1]
        ids: list[str] = []
        for rule in rules:
            id = generate_id(PromotionRule.__prefix__)
            ids.append(id)
            self.rules.append(
                {
                    "id": id,
                    "attribute": rule.attribute,
                    "operator": rule.operator,
                    "description": rule.description,
                }
            )
            self.values += [{"promotion_rule_id": id, "value": value} for value in rule.listed()]
            self.links[kind].append({column: owner_id, "promotion_rule_id": id})
        return ids

    def changes(self) -> list[Change]:
        """What to write."""
        return [
            Insert(PromotionCampaign, self.campaigns),
            Insert(PromotionCampaignBudget, self.budgets),
            Insert(Promotion, self.promotions),
            Insert(PromotionApplicationMethod, self.methods),
            Insert(PromotionRule, self.rules),
            Insert(PromotionRuleValue, self.values),
            *(Insert(link_of(kind)[0], rows) for kind, rows in self.links.items()),
        ]
