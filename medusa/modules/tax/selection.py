"""Which taxes a line pays: pure, from tax regions, rates and rules to tax lines.

Of each tax region that covers the address, the province's first, a line gets one rate: that with a rule for its product, else
with one for its product type, else the region's default. A rate that is neither the default nor has a matching rule does not
count. Among equals the one made first wins. A shipping method goes by rules for its shipping option and the default.

The province's rate stands alone unless it is combinable: then the country's follows it. Where the province has no rate for a
line, the country's is all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from medusa.framework.money import ZERO


class TaxAddress(Struct, frozen=True):
    """Where goods go; codes in upper or lower case alike. Rates ask for country and province only."""

    country_code: str
    province_code: str | None = None
    city: str | None = None
    postal_code: str | None = None
    address_1: str | None = None
    address_2: str | None = None


class TaxRule(Struct, frozen=True):
    """What a rate is for: ``reference`` is product, product_type or shipping_option."""

    reference: str
    reference_id: str


class TaxRate(Struct, frozen=True):
    """A rate of a tax region; ``rate`` in per cent, none means 0. Ids order rates by their making."""

    id: str
    rate: Decimal | None
    code: str
    name: str
    is_default: bool = False
    is_combinable: bool = False
    rules: tuple[TaxRule, ...] = ()


class TaxRegion(Struct, frozen=True):
    """A country, or a province of one (``parent_id``); ``provider_id`` says who is asked, and only a country has one."""

    id: str
    country_code: str
    province_code: str | None = None
    parent_id: str | None = None
    provider_id: str | None = None
    tax_rates: tuple[TaxRate, ...] = ()


class TaxableLine(Struct, frozen=True):
    """A line item, as rules see it."""

    id: str
    product_id: str | None = None
    product_type_id: str | None = None

    def references(self) -> Mapping[str, str | None]:
        """The id for each kind of reference."""
        return {"product": self.product_id, "product_type": self.product_type_id}


class TaxableShipping(Struct, frozen=True):
    """A shipping method, as rules see it."""

    id: str
    shipping_option_id: str | None = None

    def references(self) -> Mapping[str, str | None]:
        """The id for each kind of reference."""
        return {"shipping_option": self.shipping_option_id}


class SelectedTax(Struct, frozen=True):
    """A tax line to write: ``description`` is the rate's name."""

    tax_rate_id: str
    rate: Decimal
    code: str
    description: str


SYSTEM_PROVIDER = "tp_system"
# How narrowly a rule is meant; a default rate comes after all of them.
_RANKS = {"product": 0, "shipping_option": 0, "product_type": 1}
_DEFAULT_RANK = 2


def tax_provider_id(regions: Iterable[TaxRegion]) -> str:
    """Who says what is paid in the country of these tax regions."""
    return next((region.provider_id for region in regions if region.provider_id), SYSTEM_PROVIDER)


def covering_regions(regions: Iterable[TaxRegion], address: TaxAddress) -> list[TaxRegion]:
    """The tax regions of an address: the province's, where it has one of its own, then the country's."""
    country, province = address.country_code.lower(), (address.province_code or "").lower()
    here = [region for region in regions if region.country_code.lower() == country]
    provinces = [region for region in here if province and (region.province_code or "").lower() == province]
    return provinces[:1] + [region for region in here if region.province_code is None][:1]


def select_taxes(
    regions: Iterable[TaxRegion], address: TaxAddress, subjects: Sequence[TaxableLine | TaxableShipping]
) -> dict[str, list[SelectedTax]]:
    """The taxes of each line or shipping method, by its id; the province's before the country's.

    Args:
        regions: At least those of the address's country, with their rates.
    Returns:
        An entry for every subject; an empty list where nothing is taxed.
    """
    covering = covering_regions(regions, address)
    of_regions = [sorted(region.tax_rates, key=lambda rate: rate.id) for region in covering]
    return {subject.id: [_tax(rate) for rate in _chosen(of_regions, subject)] for subject in subjects}


def _chosen(of_regions: Sequence[Sequence[TaxRate]], subject: TaxableLine | TaxableShipping) -> list[TaxRate]:
    chosen: list[TaxRate] = []
    for rates in of_regions:
        ranked = [(rank, rate) for rate in rates if (rank := _rank(rate, subject)) is not None]
        if not ranked:
            continue
        best = min(ranked, key=lambda pair: pair[0])[1]
        chosen.append(best)
        if not best.is_combinable:
            break
    return chosen


def _rank(rate: TaxRate, subject: TaxableLine | TaxableShipping) -> int | None:
    wanted = subject.references()
    ranks = [
        _RANKS[rule.reference]
        for rule in rate.rules
        if rule.reference in wanted and wanted[rule.reference] == rule.reference_id
    ]
    return min(ranks, default=_DEFAULT_RANK if rate.is_default else None)


def _tax(rate: TaxRate) -> SelectedTax:
    return SelectedTax(rate.id, ZERO if rate.rate is None else rate.rate, rate.code, rate.name)
