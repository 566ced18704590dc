"""Inventory: items, their levels at locations, reservations."""

from medusa.modules.inventory.errors import NotEnoughStock, NotStocked
from medusa.modules.inventory.service import InventoryService
from medusa.modules.inventory.types import NewReservation, ReservationChange, StockChange

__all__ = [
    "InventoryService",
    "NewReservation",
    "NotEnoughStock",
    "NotStocked",
    "ReservationChange",
    "StockChange",
]
