"""Taxes: regions, rates and the rules that choose among them."""

from medusa.modules.tax.provider import TaxContext, TaxProvider
from medusa.modules.tax.service import TaxService

__all__ = ["TaxContext", "TaxProvider", "TaxService"]
