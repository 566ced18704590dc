"""From prices to rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from medusa.framework.errors import InvalidData
from medusa.modules.pricing.price_rows import PriceRows, replacement
from medusa.modules.pricing.types import PriceInput, RuleCondition


def present(*ids: str) -> dict[str, dict[str, Any]]:
    return {id: {"id": id, "currency_code": "usd", "amount": Decimal(1), "rules_count": 0} for id in ids}


def test_a_new_price_with_rules() -> None:
    rows = PriceRows()
    rows.create(
        "pset_1",
        PriceInput(
            currency_code="USD",
            amount=Decimal("9.99"),
            rules={"region_id": "reg_1", "quantity": [RuleCondition(operator="gte", value="5")]},
        ),
    )
    [price] = rows.created
    assert price["currency_code"] == "usd"
    assert price["amount"] == Decimal("9.99")
    assert price["rules_count"] == 2
    assert [(rule["attribute"], rule["operator"], rule["value"]) for rule in rows.rules] == [
        ("region_id", "eq", "reg_1"),
        ("quantity", "gte", "5"),
    ]
    assert {rule["price_id"] for rule in rows.rules} == {price["id"]}


def test_a_new_price_needs_currency_and_amount() -> None:
    with pytest.raises(InvalidData, match="needs a currency_code and an amount"):
        PriceRows().create("pset_1", PriceInput(amount=Decimal(1)))


def test_prices_that_are_not_named_go() -> None:
    rows, removed = replacement(
        {"pset_1": present("price_a", "price_b")},
        {"pset_1": [PriceInput(id="price_b", amount=Decimal(2)), PriceInput(currency_code="eur", amount=Decimal(3))]},
    )
    assert removed == ["price_a"]
    assert [(row["id"], row["amount"]) for row in rows.changed] == [("price_b", Decimal(2))]
    assert [row["currency_code"] for row in rows.created] == ["eur"]
    assert rows.replaced_rules_of == []


def test_rules_that_are_not_named_stay() -> None:
    rows, _ = replacement({"pset_1": present("price_a")}, {"pset_1": [PriceInput(id="price_a", amount=Decimal(2))]})
    assert rows.changed[0]["rules_count"] == 0
    rows, _ = replacement({"pset_1": present("price_a")}, {"pset_1": [PriceInput(id="price_a", rules={"a": "b"})]})
    assert rows.changed[0]["rules_count"] == 1
    assert rows.replaced_rules_of == ["price_a"]


def test_no_prices_empty_the_set() -> None:
    assert replacement({"pset_1": present("price_a")}, {"pset_1": []})[1] == ["price_a"]
