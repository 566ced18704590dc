from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from medusa.modules.tax import LineToTax, ProvidedTax, ShippingToTax, TaxContext, TaxProvider


class ProvinceOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """What each province takes, in per cent, and from which price on: ``{"on": 13}``."""

    rates: dict[str, Decimal]
    free_below: Decimal = Decimal(0)


class ProvinceTax(TaxProvider):
    """A tax by province; with the id ``canada`` it is ``tp_provinces_canada``."""

    identifier = "provinces"
    is_external = False  # it computes: it may be asked inside of a transaction

    def check_options(self) -> None:
        self.terms = self.options_as(ProvinceOptions)

    async def tax_lines(
        self, lines: Sequence[LineToTax], shipping: Sequence[ShippingToTax], context: TaxContext
    ) -> Mapping[str, Sequence[ProvidedTax]]:
        """Cheap things pay nothing; elsewhere the merchant's own rates hold. Shipping pays what goods pay."""
        province = (context.address.province_code or "").lower()
        rate = self.terms.rates.get(province)
        prices = {line.id: line.unit_price for line in lines} | {each.id: each.unit_price for each in shipping}
        if rate is None:
            own = {line.id: line.rates for line in lines} | {each.id: each.rates for each in shipping}
            return {
                id: [ProvidedTax(rate=tax.rate, code=tax.code, name=tax.description) for tax in taxes]
                for id, taxes in own.items()
            }
        tax = ProvidedTax(rate=rate, code=province, name=f"Tax of {province.upper()}")
        return {id: [tax] for id, price in prices.items() if price >= self.terms.free_below}
