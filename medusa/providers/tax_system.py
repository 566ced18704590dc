"""Taxes by the merchant's own rates and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medusa.modules.tax.provider import TaxContext, TaxProvider
from medusa.modules.tax.selection import SelectedTax, TaxableLine, TaxableShipping


class SystemTax(TaxProvider):
    """``tp_system``."""

    identifier = "system"
    default_id = ""
    is_external = False

    async def tax_lines(
        self,
        subjects: Sequence[TaxableLine | TaxableShipping],
        selected: Mapping[str, Sequence[SelectedTax]],
        context: TaxContext,
    ) -> dict[str, list[SelectedTax]]:
        return {subject.id: list(selected.get(subject.id, ())) for subject in subjects}
