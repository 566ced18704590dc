"""What creates and changes promotions and campaigns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from medusa.modules.promotion.actions import Allocation, TargetType
from medusa.modules.promotion.types import (
    BudgetType,
    CampaignInput,
    MethodType,
    NewPromotion,
    Operator,
    PromotionType,
    RuleChange,
    RuleInput,
    RuleKind,
    Status,
)

Positive = Annotated[int, Meta(ge=1)]


class CreateRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """A condition."""

    operator: Operator
    attribute: str
    values: str | list[str]
    description: str | None = None


class UpdateRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a condition."""

    id: str
    values: str | list[str] | UnsetType = UNSET
    operator: Operator | UnsetType = UNSET
    attribute: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


class CreateMethod(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a promotion takes off."""

    value: Decimal
    type: MethodType
    target_type: TargetType
    description: str | None = None
    currency_code: str | None = None
    max_quantity: int | None = None
    allocation: Allocation | None = None
    target_rules: list[CreateRule] = []
    buy_rules: list[CreateRule] = []
    apply_to_quantity: int | None = None
    buy_rules_min_quantity: int | None = None


class MethodChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of an application method."""

    description: str | UnsetType | None = UNSET
    value: Decimal | UnsetType = UNSET
    max_quantity: int | UnsetType | None = UNSET
    currency_code: str | UnsetType | None = UNSET
    type: MethodType | UnsetType = UNSET
    target_type: TargetType | UnsetType = UNSET
    allocation: Allocation | UnsetType = UNSET
    apply_to_quantity: int | UnsetType | None = UNSET
    buy_rules_min_quantity: int | UnsetType | None = UNSET


class CampaignBudget(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a campaign may give away: money (``spend``), or uses."""

    type: BudgetType
    limit: Decimal | None = None
    currency_code: str | None = None
    attribute: str | None = None


class CreateCampaign(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new campaign."""

    name: str
    campaign_identifier: str
    description: str | None = None
    budget: CampaignBudget | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class CampaignWithData(CreateCampaign, kw_only=True, forbid_unknown_fields=True):
    """A new campaign, with data for hooks."""

    additional_data: dict[str, Any] | None = None


class BudgetChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new limit of a budget."""

    limit: Decimal | UnsetType | None = UNSET


class CampaignChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a campaign."""

    name: str | UnsetType = UNSET
    campaign_identifier: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    budget: BudgetChanges | UnsetType = UNSET
    starts_at: datetime | UnsetType | None = UNSET
    ends_at: datetime | UnsetType | None = UNSET
    additional_data: dict[str, Any] | UnsetType | None = UNSET


class CreatePromotion(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new promotion."""

    code: str
    is_automatic: bool = False
    is_tax_inclusive: bool = False
    type: PromotionType
    status: Status = Status.DRAFT
    campaign_id: str | None = None
    campaign: CreateCampaign | None = None
    application_method: CreateMethod
    rules: list[CreateRule] = []
    limit: Positive | None = None
    metadata: dict[str, Any] | None = None
    additional_data: dict[str, Any] | None = None


class PromotionChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a promotion."""

    code: str | UnsetType = UNSET
    is_automatic: bool | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET
    type: PromotionType | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    campaign_id: str | UnsetType | None = UNSET
    application_method: MethodChanges | UnsetType = UNSET
    limit: Positive | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET
    additional_data: dict[str, Any] | UnsetType | None = UNSET


class CreatePromotions(Struct, kw_only=True):
    """New promotions, with data for hooks."""

    promotions: list[NewPromotion]
    additional_data: dict[str, Any] | None = None


class UpdatePromotion(Struct, kw_only=True):
    """Changes of one promotion."""

    id: str
    update: PromotionChanges


class BatchPromotionRules(Struct, kw_only=True):
    """Rules of a promotion to create, to change and (by id) to delete."""

    id: str
    kind: RuleKind
    create: list[RuleInput] = []
    update: list[RuleChange] = []
    delete: list[str] = []


class CreateCampaigns(Struct, kw_only=True):
    """New campaigns, with data for hooks."""

    campaigns: list[CampaignInput]
    additional_data: dict[str, Any] | None = None


class UpdateCampaign(Struct, kw_only=True):
    """Changes of one campaign."""

    id: str
    update: CampaignChanges


class MovePromotions(Struct, kw_only=True):
    """Promotions that join a campaign and leave it."""

    campaign_id: str
    add: list[str] = []
    remove: list[str] = []
