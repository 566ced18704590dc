"""Price sets, prices with rules, price lists, and which prices include tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medusa.framework.db import Delete, Insert, Session, SoftDelete, Update
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.pricing.models import Price, PriceList, PriceListRule, PricePreference, PriceRule, PriceSet
from medusa.modules.pricing.price_rows import PriceRows, distinct, replacement
from medusa.modules.pricing.types import PriceInput


class PricingService(ModuleService):
    """What things cost."""

    price_sets = Crud(PriceSet)
    prices = Crud(Price)
    price_rules = Crud(PriceRule)
    price_lists = Crud(PriceList)
    price_list_rules = Crud(PriceListRule)
    price_preferences = Crud(PricePreference)

    async def create_price_sets(self, session: Session, sets: Sequence[Sequence[PriceInput]]) -> list[str]:
        """Price sets with these prices; their ids, in order. One statement."""
        ids = [generate_id(PriceSet.__prefix__) for _ in sets]
        rows = PriceRows()
        for id, prices in zip(ids, sets, strict=True):
            for price in distinct(prices):
                rows.create(id, price)
        await session.write(
            Insert(PriceSet, [{"id": id} for id in ids]), Insert(Price, rows.created), Insert(PriceRule, rows.rules)
        )
        return ids

    async def replace_prices(self, session: Session, wanted: Mapping[str, Sequence[PriceInput]]) -> None:
        """Give price sets exactly these prices: those with the id of one that exists change, the others are new.

        Prices of price lists stay as they are.
        """
        if not wanted:
            return
        rows, removed = replacement(await self._base_prices(session, list(wanted)), wanted)
        replaced = Delete(PriceRule, rows.replaced_rules_of, "price_id")
        if rows.replaced_rules_of:  # the old rules go first: they may equal the new ones
            await session.write(replaced)
        await session.write(
            Update(Price, rows.changed),
            Insert(Price, rows.created),
            Insert(PriceRule, rows.rules),
            Delete(Price, removed),
        )

    async def add_prices(self, session: Session, prices: Sequence[tuple[str, PriceInput]]) -> list[str]:
        """Add prices to price sets, as pairs of set id and price; the ids of the prices. One statement."""
        rows = PriceRows()
        for price_set_id, price in prices:
            rows.create(price_set_id, price)
        await session.write(Insert(Price, rows.created), Insert(PriceRule, rows.rules))
        return [row["id"] for row in rows.created]

    async def delete_price_sets(self, session: Session, ids: Sequence[str]) -> None:
        """Soft-delete price sets with their prices and rules."""
        if ids:
            session.touch("price_rule")
            await session.execute(
                "UPDATE price_rule SET deleted_at = now() WHERE deleted_at IS NULL AND price_id IN "
                "(SELECT id FROM price WHERE price_set_id = ANY($1))",
                list(ids),
            )
            await session.write(SoftDelete(PriceSet, ids), SoftDelete(Price, ids, "price_set_id"))

    async def _base_prices(self, session: Session, ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """The prices of these sets that belong to no price list: set id -> price id -> columns that can change."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for price in await session.fetch(
            "SELECT id, price_set_id, title, currency_code, amount, min_quantity, max_quantity, rules_count FROM price "
            "WHERE price_set_id = ANY($1) AND price_list_id IS NULL AND deleted_at IS NULL ORDER BY id FOR UPDATE",
            list(ids),
        ):
            row = dict(price)
            found.setdefault(row.pop("price_set_id"), {})[row["id"]] = row
        return found
