"""From prices as they are given to rows of the tables; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.ids import generate_id
from medusa.framework.modules import row_of
from medusa.modules.pricing.types import PriceInput, RuleCondition, Rules

Row = dict[str, Any]


@dataclass(slots=True)
class PriceRows:
    """Rows to write for some price sets."""

    created: list[Row] = field(default_factory=list[Row])
    changed: list[Row] = field(default_factory=list[Row])
    rules: list[Row] = field(default_factory=list[Row])
    replaced_rules_of: list[str] = field(default_factory=list[str])

    def create(self, price_set_id: str, price: PriceInput) -> None:
        """Add a new price of the set.

        Raises:
            InvalidData: Currency or amount is missing.
        """
        row = _columns(price)
        if row.get("currency_code") is None or row.get("amount") is None:
            raise InvalidData("A new price needs a currency_code and an amount")
        row["id"] = row.get("id") or generate_id("price")
        rules = _rule_rows(row["id"], price.rules)
        row |= {"price_set_id": price_set_id, "rules_count": len(rules)}
        self.created.append(row)
        self.rules += rules

    def change(self, present: Mapping[str, Any], price: PriceInput) -> None:
        """Change a price that exists; ``present`` holds its columns."""
        row = {**present, **_columns(price)}
        if price.rules is not UNSET:
            rules = _rule_rows(row["id"], price.rules)
            row["rules_count"] = len(rules)
            self.rules += rules
            self.replaced_rules_of.append(row["id"])
        self.changed.append(row)


def _columns(price: PriceInput) -> Row:
    row = row_of(price)
    row.pop("rules", None)
    if "currency_code" in row:
        row["currency_code"] = row["currency_code"].lower()
    return row


def _rule_rows(price_id: str, rules: Rules | UnsetType) -> list[Row]:
    rows: list[Row] = []
    if isinstance(rules, UnsetType):
        return rows
    for attribute, given in rules.items():
        conditions = [RuleCondition(value=given)] if isinstance(given, str) else given
        rows += [
            {"price_id": price_id, "attribute": attribute, "operator": rule.operator, "value": rule.value}
            for rule in conditions
        ]
    return rows


def distinct(prices: Sequence[PriceInput]) -> list[PriceInput]:
    """The prices without earlier ones for the same currency, quantities and rules."""
    found: dict[object, PriceInput] = {}
    for price in prices:
        if isinstance(price.id, str):
            found[price.id] = price
            continue
        currency = price.currency_code.lower() if isinstance(price.currency_code, str) else None
        condition = () if isinstance(price.rules, UnsetType) else tuple(sorted(map(repr, price.rules.items())))
        found[currency, price.min_quantity or None, price.max_quantity or None, condition] = price
    return list(found.values())


def replacement(
    present: Mapping[str, Mapping[str, Mapping[str, Any]]], wanted: Mapping[str, Sequence[PriceInput]]
) -> tuple[PriceRows, list[str]]:
    """What to write so that each price set holds exactly the wanted prices, and the ids of those that go.

    Args:
        present: For each price set its prices by id.
    """
    rows = PriceRows()
    removed: list[str] = []
    for price_set_id, prices in wanted.items():
        here = present.get(price_set_id, {})
        kept: set[str] = set()
        for price in distinct(prices):
            if not isinstance(price.id, UnsetType) and price.id in here:
                kept.add(price.id)
                rows.change(here[price.id], price)
            else:
                rows.create(price_set_id, price)
        removed += [id for id in here if id not in kept]
    return rows, removed
