"""Stock locations and their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Insert, Session, Update
from medusa.framework.errors import NotFound
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import changed_columns
from medusa.modules.stock_location.models import StockLocation, StockLocationAddress


class StockLocationsUnknown(NotFound):
    """Stock locations that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Stock locations with ids: {', '.join(ids)} was not found")


class StockLocationService(ModuleService):
    """Where goods are kept."""

    stock_locations = Crud(StockLocation)
    addresses = Crud(StockLocationAddress)

    async def create_with_addresses(
        self, session: Session, locations: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    ) -> list[str]:
        """Create locations, as pairs of columns and the columns of an address of its own; their ids. One statement."""
        rows: list[dict[str, Any]] = []
        addresses: list[dict[str, Any]] = []
        for columns, address in locations:
            row = {**columns, "id": generate_id(StockLocation.__prefix__)}
            if address is not None:
                row["address_id"] = generate_id(StockLocationAddress.__prefix__)
                addresses.append({**address, "id": row["address_id"]})
            rows.append(row)
        await session.write(Insert(StockLocationAddress, addresses), Insert(StockLocation, rows))
        return [row["id"] for row in rows]

    async def update_with_address(
        self, session: Session, ids: Sequence[str], columns: Mapping[str, Any], address: Mapping[str, Any] | None
    ) -> None:
        """Change locations; of an address they have, only the given columns change. Unknown ids are passed over."""
        locations = await self.stock_locations.list(session, {"id": list(ids)}, for_update=True)
        rows: list[dict[str, Any]] = []
        made: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for location in locations:
            given = dict(columns)
            if address is not None and location.address_id is None:
                given["address_id"] = generate_id(StockLocationAddress.__prefix__)
                made.append({**address, "id": given["address_id"]})
            elif address is not None:
                changed.append({**address, "id": location.address_id})
            if different := changed_columns(location, given):
                rows.append({"id": location.id, **different})
        await session.write(
            Insert(StockLocationAddress, made),
            Update(StockLocationAddress, changed),
            *(Update(StockLocation, [row]) for row in rows),
        )

    async def check_known(self, session: Session, ids: Sequence[str]) -> None:
        """Raise StockLocationsUnknown unless all these locations exist."""
        wanted = list(dict.fromkeys(ids))
        known = {row.id for row in await self.stock_locations.list(session, {"id": wanted})} if wanted else set[str]()
        if unknown := [id for id in wanted if id not in known]:
            raise StockLocationsUnknown(unknown)
