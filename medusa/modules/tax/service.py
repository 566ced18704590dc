"""Tax regions, rates and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Delete, Insert, Session, SoftDelete
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.framework.modules.updating import update_rows
from medusa.modules.tax.errors import OtherCountry, ParentUnknown, ParentWithoutProvince, TaxRegionUnknown
from medusa.modules.tax.models import TaxProvider, TaxRate, TaxRateRule, TaxRegion
from medusa.modules.tax.provider import TaxProvider as Provider

Row = Mapping[str, Any]


class TaxService(ModuleService):
    """What is taxed how much where."""

    tax_providers = Crud(TaxProvider)
    tax_regions = Crud(TaxRegion)
    tax_rates = Crud(TaxRate)
    tax_rate_rules = Crud(TaxRateRule)

    def provider(self, id: str) -> Provider:
        """The provider with this id, such as ``tp_system``; NotFound when it is not configured."""
        return self.providers.get(Provider, id)

    async def create_regions(self, session: Session, regions: Sequence[tuple[Row, Row | None]]) -> list[str]:
        """Create tax regions, as pairs of columns and those of the default rate; their ids. Codes go in lower case.

        Raises:
            ParentUnknown, OtherCountry, ParentWithoutProvince: A province does not fit its parent.
        """
        rows = [{**columns, **_lower(columns), "id": generate_id("txreg")} for columns, _ in regions]
        await self._check_parents(session, rows)
        rates = [
            {**rate, "tax_region_id": row["id"], "is_default": True}
            for row, (_, rate) in zip(rows, regions, strict=True)
            if rate is not None
        ]
        await session.write(Insert(TaxRegion, rows), Insert(TaxRate, rates))
        return [row["id"] for row in rows]

    async def _check_parents(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        ids = [row["parent_id"] for row in rows if row.get("parent_id") is not None]
        parents = {row.id: row for row in await self.tax_regions.list(session, {"id": ids})} if ids else {}
        for row in rows:
            if row.get("parent_id") is None:
                continue
            country, province = row["country_code"], row.get("province_code")
            if not province or row.get("provider_id") is not None:
                raise ParentWithoutProvince
            parent = parents.get(row["parent_id"])
            if parent is None:
                raise ParentUnknown(country, province)
            if parent.country_code != country:
                raise OtherCountry(country, province, parent.country_code)

    async def update_region(self, session: Session, id: str, columns: Row) -> None:
        """Change a tax region; raises TaxRegionUnknown."""
        if not await self.tax_regions.list(session, {"id": id}, for_update=True):
            raise TaxRegionUnknown(id)
        await update_rows(self.tax_regions, session, [{**columns, **_lower(columns), "id": id}])

    async def delete_regions(self, session: Session, ids: Sequence[str]) -> None:
        """Delete tax regions (soft) with their provinces, rates and rules."""
        gone = [
            str(row["id"])
            for row in await session.fetch(
                "WITH RECURSIVE tree AS (SELECT id FROM tax_region WHERE id = ANY($1) UNION "
                "SELECT r.id FROM tax_region AS r JOIN tree AS t ON r.parent_id = t.id) SELECT id FROM tree",
                list(ids),
            )
        ]
        rates = [row.id for row in await self.tax_rates.list(session, {"tax_region_id": gone})]
        await session.write(
            SoftDelete(TaxRegion, gone), SoftDelete(TaxRate, rates), SoftDelete(TaxRateRule, rates, "tax_rate_id")
        )

    async def create_rates(self, session: Session, rates: Sequence[tuple[Row, Sequence[Row]]]) -> list[str]:
        """Create rates, as pairs of columns and rules (``reference``, ``reference_id``); their ids. One statement."""
        rows = [{**columns, "id": generate_id("txr")} for columns, _ in rates]
        rules = [
            {**rule, "tax_rate_id": row["id"]} for row, (_, given) in zip(rows, rates, strict=True) for rule in given
        ]
        await session.write(Insert(TaxRate, rows), Insert(TaxRateRule, rules))
        return [row["id"] for row in rows]

    async def update_rates(
        self, session: Session, ids: Sequence[str], columns: Row, rules: Sequence[Row] | None
    ) -> None:
        """Change rates; ``rules`` replace theirs."""
        await update_rows(self.tax_rates, session, [{**columns, "id": id} for id in ids])
        if rules is not None:
            await session.write(Delete(TaxRateRule, ids, "tax_rate_id"))
            await session.write(Insert(TaxRateRule, [{**rule, "tax_rate_id": id} for id in ids for rule in rules]))

    async def delete_rates(self, session: Session, ids: Sequence[str]) -> None:
        """Delete rates (soft) with their rules."""
        await session.write(SoftDelete(TaxRate, ids), SoftDelete(TaxRateRule, ids, "tax_rate_id"))


def _lower(columns: Row) -> dict[str, str]:
    return {
        name: value.lower() for name in ("country_code", "province_code") if isinstance(value := columns.get(name), str)
    }
