"""The tax lines of a cart's lines and shipping methods; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medusa.links.checkout_context import CheckoutContext, TaxRegion
from medusa.modules.cart.state import LineItem, ShippingMethod, TaxLine
from medusa.modules.tax.selection import (
    SelectedTax,
    TaxableLine,
    TaxableShipping,
    TaxAddress,
    TaxRateForSelection,
    TaxRegionForSelection,
    TaxRuleForSelection,
    select_taxes,
)


def lines_for_items(items: Sequence[LineItem], context: CheckoutContext) -> dict[str, list[TaxLine]]:
    """The tax lines of each line, by its id; their own ids are still empty."""
    subjects = [TaxableLine(item.id, item.product_id, item.product_type_id) for item in items]
    selected = select_taxes(_regions(context), _rates(context), _address(context), subjects)
    return _tax_lines(selected, context.tax_regions)


def lines_for_methods(methods: Sequence[ShippingMethod], context: CheckoutContext) -> dict[str, list[TaxLine]]:
    """The tax lines of each shipping method, by its id; their own ids are still empty."""
    subjects = [TaxableShipping(method.id, method.shipping_option_id) for method in methods]
    selected = select_taxes(_regions(context), _rates(context), _address(context), subjects)
    return _tax_lines(selected, context.tax_regions)


def _address(context: CheckoutContext) -> TaxAddress:
    assert context.place is not None
    return TaxAddress(context.place.country_code or "", context.place.province or None)


def _regions(context: CheckoutContext) -> list[TaxRegionForSelection]:
    return [
        TaxRegionForSelection(region.id, region.country_code, region.province_code, region.parent_id)
        for region in context.tax_regions
    ]


def _rates(context: CheckoutContext) -> list[TaxRateForSelection]:
    return [
        TaxRateForSelection(
            id=rate.id,
            tax_region_id=region.id,
            rate=rate.rate,
            code=rate.code,
            name=rate.name,
            is_default=rate.is_default,
            is_combinable=rate.is_combinable,
            rules=tuple(TaxRuleForSelection(rule.reference, rule.reference_id) for rule in rate.rules),
        )
        for region in context.tax_regions
        for rate in region.rates
    ]


def _tax_lines(selected: Mapping[str, Sequence[SelectedTax]], regions: Sequence[TaxRegion]) -> dict[str, list[TaxLine]]:
    provider = next((region.provider_id for region in regions if region.provider_id), None) or "tp_system"
    return {
        id: [
            TaxLine(
                id="",
                description=tax.description,
                tax_rate_id=tax.tax_rate_id,
                code=tax.code,
                rate=tax.rate,
                provider_id=provider.removeprefix("tp_"),
            )
            for tax in taxes
        ]
        for id, taxes in selected.items()
    }
