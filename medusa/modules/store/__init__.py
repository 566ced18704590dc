"""The store: its name, defaults, currencies and languages."""

from medusa.modules.store.service import StoreService, check_currencies

__all__ = ["StoreService", "check_currencies"]
