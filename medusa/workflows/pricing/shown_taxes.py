"""Prices of products with and without tax where a tax region names a provider of its own.

The statement of a list calculates with the merchant's own rates; what a provider says takes their place afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from medusa.framework.app import App, on_start
from medusa.framework.db import Session
from medusa.framework.db.cached import CachedRead
from medusa.framework.money import ONE, divide, exact
from medusa.framework.query import Fields
from medusa.modules.tax import LineToTax, ProvidedTax, TaxAddress, TaxContext, TaxService
from medusa.modules.tax.selection import SYSTEM_PROVIDER, TaxableLine, TaxRegion, select_taxes, tax_provider_id
from medusa.workflows.asking import ask_now, ask_provider

Row = dict[str, Any]

_REGIONS: WeakKeyDictionary[App, CachedRead[str, list[TaxRegion]]] = WeakKeyDictionary()
_FIELDS = Fields.of(
    "id,country_code,province_code,parent_id,provider_id,tax_rates.id,tax_rates.rate,tax_rates.code,tax_rates.name,"
    "tax_rates.is_default,tax_rates.is_combinable,tax_rates.rules.reference,tax_rates.rules.reference_id"
)


async def _load(app: App, session: Session, country: str) -> list[TaxRegion]:
    return await app.query.graph(
        session, "tax_region", fields=_FIELDS, filters={"country_code": country}, into=TaxRegion
    )


@on_start
async def keep_tax_regions(app: App) -> None:
    """Keep the tax regions of countries in memory until one changes."""
    _REGIONS[app] = CachedRead(app.cache, ("tax_region", "tax_rate", "tax_rate_rule"), partial(_load, app))


async def names_a_provider(app: App, context: Mapping[str, Any]) -> bool:
    """Whether the country of this pricing context has taxes of a provider; no statement."""
    country = context.get("country_code")
    return country is not None and tax_provider_id(await _REGIONS[app].get(country.lower())) != SYSTEM_PROVIDER


async def tax_prices(app: App, products: list[Row], context: Mapping[str, Any]) -> None:
    """Put what the provider of the country says into ``variants[].calculated_price`` of products; one question for all.

    Raises:
        Unavailable: The provider does not answer.
    """
    regions = await _REGIONS[app].get(context["country_code"].lower())
    address = TaxAddress(context["country_code"].lower(), context.get("province_code"))
    priced = [
        (product, variant)
        for product in products
        for variant in product.get("variants") or ()
        if variant.get("calculated_price")
    ]
    subjects = [TaxableLine(variant["id"], product["id"], product.get("type_id")) for product, variant in priced]
    own = select_taxes(regions, address, subjects)
    lines = [
        LineToTax(
            id=variant["id"],
            product_id=product["id"],
            product_type_id=product.get("type_id"),
            unit_price=variant["calculated_price"]["calculated_amount"],
            currency_code=variant["calculated_price"]["currency_code"],
            rates=own[variant["id"]],
        )
        for product, variant in priced
    ]
    name = tax_provider_id(regions)
    provider = app.service(TaxService).provider(name)

    async def question() -> Mapping[str, Sequence[ProvidedTax]]:
        return await provider.tax_lines(lines, (), TaxContext(address))

    taxes = await ask_provider(ask_now, provider, name, "shown", question)
    for _, variant in priced:
        rate = sum((tax.rate for tax in taxes.get(variant["id"], ())), Decimal(0))
        for kind in ("calculated", "original"):
            _tax(variant["calculated_price"], kind, rate)


def _tax(price: Row, kind: str, rate: Decimal) -> None:
    amount = Decimal(price[f"{kind}_amount"])
    with exact():
        factor = ONE + rate / 100
        included = price[f"is_{kind}_price_tax_inclusive"]
        price[f"{kind}_amount_with_tax"] = amount if included else amount * factor
        price[f"{kind}_amount_without_tax"] = divide(amount, factor) if included else amount
