"""Promotions and campaigns."""

from medusa.modules.promotion.service import PromotionService

__all__ = ["PromotionService"]
