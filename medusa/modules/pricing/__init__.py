"""Pricing: price sets, prices with rules, price lists."""

from medusa.modules.pricing.service import PricingService
from medusa.modules.pricing.types import PriceInput, RuleCondition

__all__ = ["PriceInput", "PricingService", "RuleCondition"]
