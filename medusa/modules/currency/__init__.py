"""Currencies of the world."""

from medusa.modules.currency.service import CurrencyService

__all__ = ["CurrencyService"]
