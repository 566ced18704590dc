"""What the promotion module takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from medusa.modules.promotion.actions import Allocation, TargetType

Operator = Literal["gte", "lte", "gt", "lt", "eq", "ne", "in"]
MethodType = Literal["fixed", "percentage"]


class Status(StrEnum):
    """Whether a promotion can be used."""

    DRAFT = "draft"
    ACTIVE = "active"
    INACTIVE = "inactive"


class PromotionType(StrEnum):
    """A discount on what is bought, or on something more."""

    STANDARD = "standard"
    BUYGET = "buyget"


class BudgetType(StrEnum):
    """What a budget counts: money or uses, altogether or for each value of an attribute."""

    SPEND = "spend"
    USAGE = "usage"
    USE_BY_ATTRIBUTE = "use_by_attribute"
    SPEND_BY_ATTRIBUTE = "spend_by_attribute"


class RuleKind(StrEnum):
    """What a rule decides: whether a promotion applies, what it discounts, what must be bought for it."""

    RULES = "rules"
    TARGET = "target-rules"
    BUY = "buy-rules"


class RuleInput(Struct, kw_only=True):
    """A condition: one of the ``values`` for most operators."""

    attribute: str
    operator: Operator
    values: str | Sequence[str]
    description: str | None = None

    def listed(self) -> list[str]:
        """The values, also of a single one."""
        return [self.values] if isinstance(self.values, str) else list(self.values)


class RuleChange(Struct, kw_only=True):
    """What changes of a rule; the values replace its values."""

    id: str
    attribute: str | UnsetType = UNSET
    operator: Operator | UnsetType = UNSET
    values: str | Sequence[str] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


class Method(Struct, kw_only=True):
    """What a promotion takes off: ``value`` in per cent, or in ``currency_code`` for ``type="fixed"``."""

    type: MethodType
    value: Decimal
    target_type: TargetType
    allocation: Allocation | None = None
    currency_code: str | None = None
    max_quantity: int | None = None
    apply_to_quantity: int | None = None
    buy_rules_min_quantity: int | None = None
    target_rules: Sequence[RuleInput] = ()
    buy_rules: Sequence[RuleInput] = ()


class BudgetInput(Struct, kw_only=True):
    """What a campaign may give away."""

    type: BudgetType
    limit: Decimal | None = None
    currency_code: str | None = None
    attribute: str | None = None


class CampaignInput(Struct, kw_only=True):
    """A new campaign."""

    name: str
    campaign_identifier: str
    description: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget: BudgetInput | None = None


class NewPromotion(Struct, kw_only=True):
    """A new promotion; it joins ``campaign_id``, or gets a ``campaign`` of its own."""

    code: str
    type: PromotionType
    application_method: Method
    status: Status = Status.DRAFT
    is_automatic: bool = False
    is_tax_inclusive: bool = False
    limit: int | None = None
    campaign_id: str | None = None
    campaign: CampaignInput | None = None
    rules: Sequence[RuleInput] = ()
    metadata: dict[str, Any] | None = None
