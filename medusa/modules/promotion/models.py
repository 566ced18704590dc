"""Promotions and campaigns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import false, text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Base, Model, WithMetadata, live_index, one_of, references, relation


class Promotion(WithMetadata, Model):
    """A discount, by code or automatic."""

    __tablename__ = "promotion"
    __prefix__ = "promo"
    __table_args__ = (
        one_of("type", "standard", "buyget"),
        one_of("status", "draft", "active", "inactive"),
        live_index("code", unique=True),
        live_index("is_automatic"),
        live_index("status"),
    )

    code: Mapped[str]
    campaign_id: Mapped[str | None] = references("promotion_campaign.id", ondelete="SET NULL")
    is_automatic: Mapped[bool] = mapped_column(server_default=false())
    type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="draft")
    is_tax_inclusive: Mapped[bool] = mapped_column(server_default=false())
    limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default=text("0"))

    campaign: Mapped[PromotionCampaign | None] = relation()
    application_method: Mapped[PromotionApplicationMethod | None] = relation(uselist=False)
    rules: Mapped[list[PromotionRule]] = relation(secondary="promotion_promotion_rule", order_by="PromotionRule.id")


class PromotionApplicationMethod(Model):
    """What a promotion takes off, and from what."""

    __tablename__ = "promotion_application_method"
    __prefix__ = "proappmet"
    __table_args__ = (
        one_of("type", "fixed", "percentage"),
        one_of("target_type", "order", "shipping_methods", "items"),
        one_of("allocation", "each", "across", "once"),
        live_index("promotion_id", unique=True),
    )

    value: Mapped[Decimal | None]
    max_quantity: Mapped[int | None]
    apply_to_quantity: Mapped[int | None]
    buy_rules_min_quantity: Mapped[int | None]
    type: Mapped[str]
    target_type: Mapped[str]
    allocation: Mapped[str | None]
    promotion_id: Mapped[str] = references("promotion.id", index=False)
    currency_code: Mapped[str | None]

    promotion: Mapped[Promotion | None] = relation()
    target_rules: Mapped[list[PromotionRule]] = relation(
        secondary="application_method_target_rules", order_by="PromotionRule.id"
    )
    buy_rules: Mapped[list[PromotionRule]] = relation(
        secondary="application_method_buy_rules", order_by="PromotionRule.id"
    )


class PromotionRule(Model):
    """A condition on a cart, or on the items a promotion is for."""

    __tablename__ = "promotion_rule"
    __prefix__ = "prorul"
    __table_args__ = (
        one_of("operator", "gte", "lte", "gt", "lt", "eq", "ne", "in"),
        live_index("attribute", "operator"),
    )

    description: Mapped[str | None]
    attribute: Mapped[str]
    operator: Mapped[str]

    values: Mapped[list[PromotionRuleValue]] = relation(order_by="PromotionRuleValue.id")
    promotions: Mapped[list[Promotion]] = relation(secondary="promotion_promotion_rule", order_by="Promotion.id")
    method_target_rules: Mapped[list[PromotionApplicationMethod]] = relation(
        secondary="application_method_target_rules", order_by="PromotionApplicationMethod.id"
    )
    method_buy_rules: Mapped[list[PromotionApplicationMethod]] = relation(
        secondary="application_method_buy_rules", order_by="PromotionApplicationMethod.id"
    )


class PromotionRuleValue(Model):
    """A value a rule compares with."""

    __tablename__ = "promotion_rule_value"
    __prefix__ = "prorulval"
    __table_args__ = (live_index("value"),)

    promotion_rule_id: Mapped[str] = references("promotion_rule.id")
    value: Mapped[str]

    promotion_rule: Mapped[PromotionRule | None] = relation()


class PromotionPromotionRule(Base):
    """The rules under which a promotion applies."""

    __tablename__ = "promotion_promotion_rule"

    promotion_id: Mapped[str] = references("promotion.id", index=False, primary_key=True)
    promotion_rule_id: Mapped[str] = references("promotion_rule.id", primary_key=True)


class ApplicationMethodTargetRule(Base):
    """The rules that choose what is discounted."""

    __tablename__ = "application_method_target_rules"

    application_method_id: Mapped[str] = references("promotion_application_method.id", index=False, primary_key=True)
    promotion_rule_id: Mapped[str] = references("promotion_rule.id", primary_key=True)


class ApplicationMethodBuyRule(Base):
    """The rules that choose what must be bought."""

    __tablename__ = "application_method_buy_rules"

    application_method_id: Mapped[str] = references("promotion_application_method.id", index=False, primary_key=True)
    promotion_rule_id: Mapped[str] = references("promotion_rule.id", primary_key=True)


class PromotionCampaign(Model):
    """Promotions with a time and a budget in common."""

    __tablename__ = "promotion_campaign"
    __prefix__ = "procamp"
    __table_args__ = (live_index("campaign_identifier", unique=True),)

    name: Mapped[str]
    description: Mapped[str | None]
    campaign_identifier: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]

    budget: Mapped[PromotionCampaignBudget | None] = relation(uselist=False)
    promotions: Mapped[list[Promotion]] = relation(order_by="Promotion.id")


class PromotionCampaignBudget(Model):
    """How much a campaign may give away, in money or in uses."""

    __tablename__ = "promotion_campaign_budget"
    __prefix__ = "probudg"
    __table_args__ = (
        one_of("type", "spend", "usage", "use_by_attribute", "spend_by_attribute"),
        live_index("campaign_id", unique=True),
    )

    type: Mapped[str]
    campaign_id: Mapped[str] = references("promotion_campaign.id", index=False)
    limit: Mapped[Decimal | None]
    used: Mapped[Decimal] = mapped_column(server_default=text("0"))
    currency_code: Mapped[str | None]
    attribute: Mapped[str | None]

    campaign: Mapped[PromotionCampaign | None] = relation()
    usages: Mapped[list[PromotionCampaignBudgetUsage]] = relation(order_by="PromotionCampaignBudgetUsage.id")


class PromotionCampaignBudgetUsage(Model):
    """What one customer, or another attribute's value, has used of a budget."""

    __tablename__ = "promotion_campaign_budget_usage"
    __prefix__ = "probudgus"
    __table_args__ = (live_index("attribute_value", "budget_id", unique=True),)

    attribute_value: Mapped[str]
    used: Mapped[Decimal] = mapped_column(server_default=text("0"))
    budget_id: Mapped[str] = references("promotion_campaign_budget.id")

    budget: Mapped[PromotionCampaignBudget | None] = relation()
