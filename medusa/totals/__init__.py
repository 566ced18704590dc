"""Totals of carts and orders: mathematics both modules share. Below the modules, above the framework."""

from medusa.totals.calculation import (
    LINE_FIELDS,
    TOTAL_FIELDS,
    Adjustment,
    LineForTotals,
    LineTotals,
    PartTotals,
    ShippingForTotals,
    TaxLine,
    Totals,
    line_totals,
    shipping_totals,
    totals,
)

__all__ = [
    "LINE_FIELDS",
    "TOTAL_FIELDS",
    "Adjustment",
    "LineForTotals",
    "LineTotals",
    "PartTotals",
    "ShippingForTotals",
    "TaxLine",
    "Totals",
    "line_totals",
    "shipping_totals",
    "totals",
]
