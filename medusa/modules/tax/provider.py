"""What a tax provider does: say which taxes lines and shipping methods pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from medusa.framework.modules import Provider
from medusa.modules.tax.selection import SelectedTax, TaxableLine, TaxableShipping, TaxAddress


class TaxContext(Struct, frozen=True):
    """Where goods go, and who buys them."""

    address: TaxAddress
    customer: Mapping[str, Any] | None = None
    is_return: bool = False


class TaxProvider(Provider):
    """The base of tax providers."""

    module = "tax"
    id_prefix = "tp"

    async def tax_lines(
        self,
        subjects: Sequence[TaxableLine | TaxableShipping],
        selected: Mapping[str, Sequence[SelectedTax]],
        context: TaxContext,
    ) -> dict[str, list[SelectedTax]]:
        """The taxes of each line and shipping method, by its id.

        Args:
            selected: What the merchant's own rates give; a provider that knows better ignores them.
        """
        raise NotImplementedError
