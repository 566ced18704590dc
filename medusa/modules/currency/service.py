"""Currencies of the world (ISO 4217)."""

from __future__ import annotations

from medusa.framework.modules import Crud, ModuleService
from medusa.modules.currency.models import Currency


class CurrencyService(ModuleService):
    """Currencies; their table is filled by a migration."""

    currencies = Crud(Currency)
