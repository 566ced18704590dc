"""The store, its currencies and languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from medusa.framework.db import Session
from medusa.framework.db.changes import Delete, Insert
from medusa.framework.errors import InvalidData
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.store.models import Store, StoreCurrency, StoreLocale


class CurrenciesNotUnique(InvalidData):
    """A currency is listed twice."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(f"Duplicate currency codes: {', '.join(codes)}")


class NoDefaultCurrency(InvalidData):
    """One currency of a store must be the default one."""

    def __init__(self) -> None:
        super().__init__("There should be a default currency set for the store")


class SeveralDefaultCurrencies(InvalidData):
    """Only one currency of a store can be the default one."""

    def __init__(self) -> None:
        super().__init__("Only one default currency is allowed")


def check_currencies(currencies: Sequence[tuple[str, bool]]) -> None:
    """Check a store's currencies, pairs of code and whether it is the default one; an empty list is allowed.

    Raises:
        CurrenciesNotUnique, SeveralDefaultCurrencies, NoDefaultCurrency.
    """
    if repeated := [code for code, count in Counter(code for code, _ in currencies).items() if count > 1]:
        raise CurrenciesNotUnique(repeated)
    defaults = sum(is_default for _, is_default in currencies)
    if defaults > 1:
        raise SeveralDefaultCurrencies
    if currencies and not defaults:
        raise NoDefaultCurrency


class StoreService(ModuleService):
    """Stores."""

    stores = Crud(Store)
    store_currencies = Crud(StoreCurrency)
    store_locales = Crud(StoreLocale)

    async def set_currencies(self, session: Session, store_id: str, currencies: Sequence[tuple[str, bool]]) -> None:
        """Replace the currencies of a store: pairs of code and whether it is the default one.

        Raises:
            CurrenciesNotUnique, SeveralDefaultCurrencies, NoDefaultCurrency.
        """
        check_currencies(currencies)
        rows = [{"store_id": store_id, "currency_code": code, "is_default": default} for code, default in currencies]
        await session.write(Delete(StoreCurrency, [store_id], "store_id"), Insert(StoreCurrency, rows))

    async def set_locales(self, session: Session, store_id: str, codes: Sequence[str]) -> None:
        """Replace the languages of a store (BCP 47 codes)."""
        rows = [{"store_id": store_id, "locale_code": code} for code in dict.fromkeys(codes)]
        await session.write(Delete(StoreLocale, [store_id], "store_id"), Insert(StoreLocale, rows))
