"""What a tax provider does: say which taxes lines and shipping methods pay."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from medusa.framework.modules import Provider
from medusa.modules.tax.selection import SelectedTax, TaxAddress


class LineToTax(Struct, frozen=True, kw_only=True):
    """A line of a cart, or a variant whose price is shown.

    Attributes:
        unit_price: In major units of the currency, as it stands on the line.
        rates: What the merchant's own rates and rules give; a provider that knows better passes them over.
    """

    id: str
    product_id: str | None = None
    product_type_id: str | None = None
    quantity: int = 1
    unit_price: Decimal
    currency_code: str
    rates: Sequence[SelectedTax] = ()


class ShippingToTax(Struct, frozen=True, kw_only=True):
    """A shipping method of a cart; fields as those of :class:`LineToTax`."""

    id: str
    shipping_option_id: str | None = None
    unit_price: Decimal
    currency_code: str
    rates: Sequence[SelectedTax] = ()


class TaxCustomer(Struct, frozen=True):
    """Who buys; somebody without account has no groups."""

    id: str
    email: str | None = None
    group_ids: Sequence[str] = ()


class TaxContext(Struct, frozen=True):
    """Where goods go, and who buys them."""

    address: TaxAddress
    customer: TaxCustomer | None = None
    is_return: bool = False
    locale: str | None = None


class ProvidedTax(Struct, frozen=True, kw_only=True):
    """A tax that a line or a shipping method pays; ``rate`` in per cent, ``data`` is kept with it."""

    rate: Decimal
    code: str
    name: str
    tax_rate_id: str | None = None
    data: dict[str, Any] | None = None


class TaxProvider(Provider):
    """The base of tax providers; ids are ``tp_<identifier>_<id>``. The tax region of a country says which one is asked.

    One that is external is asked in no transaction, while nobody waits for a lock, and perhaps more than once for one change
    of a cart. ``Unavailable``, ``ConnectionError`` and ``TimeoutError`` refuse the change with 503.
    """

    module = "tax"
    id_prefix = "tp"

    @abstractmethod
    async def tax_lines(
        self, lines: Sequence[LineToTax], shipping: Sequence[ShippingToTax], context: TaxContext
    ) -> Mapping[str, Sequence[ProvidedTax]]:
        """The taxes of each line and shipping method, by its id; nothing is paid for what is left out.

        A line or method that is not stored yet may have another id the next time.
        """
