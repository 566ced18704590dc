"""What can go wrong with stock."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import InvalidData, NotAllowed, NotFound


class NotStocked(NotFound):
    """The item has no level at the location."""

    def __init__(self, item_id: str, location_id: str) -> None:
        super().__init__(f"Item {item_id} is not stocked at location {location_id}")
        self.item_id, self.location_id = item_id, location_id


class NotEnoughStock(NotAllowed):
    """Less is available at the location than is to be reserved."""

    def __init__(self, item_id: str, location_id: str) -> None:
        super().__init__(f"Not enough stock available for item {item_id} at location {location_id}")


class LevelUnknown(NotFound):
    """There is no level to delete."""

    def __init__(self, item_id: str, location_id: str) -> None:
        super().__init__(f"Inventory Level for Item {item_id} at Location {location_id} not found")


class LevelReserved(NotAllowed):
    """A level with reservations cannot go."""

    def __init__(self, item_id: str, location_id: str) -> None:
        super().__init__(
            f"Cannot remove Inventory Level {item_id} at Location {location_id} because there are reservations at location"
        )


class LevelsInUse(NotAllowed):
    """Levels with reserved or incoming goods cannot go."""

    def __init__(self, locations: Sequence[str]) -> None:
        super().__init__(
            f"Cannot remove Inventory Levels for {', '.join(locations)} "
            "because there are reserved or incoming items at the locations"
        )


class LevelsStocked(NotAllowed):
    """Levels with stock go only by force."""

    def __init__(self, locations: Sequence[str]) -> None:
        super().__init__(
            f"Cannot remove Inventory Levels for {', '.join(locations)} "
            "because there are stocked items at the locations. Use force flag to delete anyway."
        )


class ItemsReserved(InvalidData):
    """Items with reservations cannot be deleted."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Cannot remove following inventory item(s) since they have reservations: [{', '.join(ids)}].")


class ItemUnknown(NotFound):
    """There is no such item."""

    def __init__(self, id: str) -> None:
        super().__init__(f'InventoryItem with id "{id}" not found')


class ReservationsUnknown(InvalidData):
    """Reservations that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Reservation item with id {', '.join(ids)} not found")
