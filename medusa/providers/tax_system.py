"""Taxes by the merchant's own rates and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medusa.modules.tax import LineToTax, ProvidedTax, ShippingToTax, TaxContext, TaxProvider


class SystemTax(TaxProvider):
    """``tp_system``."""

    identifier = "system"
    default_id = ""
    is_external = False

    async def tax_lines(
        self, lines: Sequence[LineToTax], shipping: Sequence[ShippingToTax], context: TaxContext
    ) -> Mapping[str, Sequence[ProvidedTax]]:
        rates = {line.id: line.rates for line in lines} | {method.id: method.rates for method in shipping}
        return {
            id: [
                ProvidedTax(rate=tax.rate, code=tax.code, name=tax.description, tax_rate_id=tax.tax_rate_id)
                for tax in taxes
            ]
            for id, taxes in rates.items()
        }
