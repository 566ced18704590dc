"""Regions and the countries that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from medusa.framework.db import Session
from medusa.framework.db.changes import Update
from medusa.framework.errors import InvalidData
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.region.models import Region, RegionCountry


class CountriesUnknown(InvalidData):
    """Codes that no country has."""

    def __init__(self, codes: Iterable[str]) -> None:
        super().__init__(f"Countries with codes: {_quoted(codes)} do not exist")


class CountriesTaken(InvalidData):
    """Countries that belong to another region: a country is in one region at most."""

    def __init__(self, codes: Iterable[str]) -> None:
        super().__init__(f"Countries with codes: {_quoted(codes)} are already assigned to a region")


def _quoted(codes: Iterable[str]) -> str:
    return ", ".join(f'"{code}"' for code in codes)


class RegionService(ModuleService):
    """Regions."""

    regions = Crud(Region)
    countries = Crud(RegionCountry)

    async def assign_countries(self, session: Session, wanted: Mapping[str, Sequence[str]]) -> None:
        """Give each region (id) exactly these countries (ISO 3166 alpha-2, any case); the others of it become free.

        Raises:
            CountriesUnknown: A code belongs to no country.
            CountriesTaken: A country belongs to another region, or is named twice.
        """
        owner = {code.lower(): region for region, codes in wanted.items() for code in codes}
        rows = await self.countries.list(
            session, {"$or": [{"iso_2": list(owner)}, {"region_id": list(wanted)}]}, order="iso_2"
        )
        present = {row.iso_2: row.region_id for row in rows}
        if unknown := [code for code in owner if code not in present]:
            raise CountriesUnknown(unknown)
        named = [code.lower() for codes in wanted.values() for code in codes]
        if taken := [
            code
            for code in owner
            if named.count(code) > 1 or (present[code] is not None and present[code] not in (owner[code], *wanted))
        ]:
            raise CountriesTaken(taken)
        changes = [
            {"iso_2": code, "region_id": owner.get(code)}
            for code, region in present.items()
            if owner.get(code) != region
        ]
        await session.write(Update(RegionCountry, changes, on=("iso_2",)))

    async def delete_with_countries(self, session: Session, ids: Sequence[str]) -> None:
        """Delete regions (soft); their countries become free."""
        await self.regions.soft_delete(session, ids)
        await self.assign_countries(session, {id: [] for id in ids})
