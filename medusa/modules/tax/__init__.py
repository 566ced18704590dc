"""Taxes: regions, rates and the rules that choose among them."""

from medusa.modules.tax.provider import (
    LineToTax,
    ProvidedTax,
    ShippingToTax,
    TaxContext,
    TaxCustomer,
    TaxProvider,
)
from medusa.modules.tax.selection import TaxAddress
from medusa.modules.tax.service import TaxService

__all__ = [
    "LineToTax",
    "ProvidedTax",
    "ShippingToTax",
    "TaxAddress",
    "TaxContext",
    "TaxCustomer",
    "TaxProvider",
    "TaxService",
]
