"""The table: which rules held on the original server for the same cart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from medusa.modules.promotion.rules import Rule, RuleOperator, attribute_values, satisfies

CART: dict[str, Any] = {
    "currency_code": "eur",
    "email": "ada@example.com",
    "region_id": "reg_1",
    "region": {"id": "reg_1"},
    "item_total": Decimal("84.00"),
    "shipping_address": {"country_code": "is"},
    "customer": {"groups": []},
    "items": [{"quantity": 2, "product": {"id": "prod_a"}}, {"quantity": 3, "product": {"id": "prod_b"}}],
}


@pytest.mark.parametrize(
    ("attribute", "operator", "values", "holds"),
    [
        ("region.id", "eq", ["reg_1"], True),
        ("region_id", "in", ["reg_0", "reg_1"], True),
        ("currency_code", "eq", ["EUR"], False),
        ("currency_code", "eq", ["usd", "eur"], True),
        ("currency_code", "ne", ["usd"], True),
        ("currency_code", "ne", ["usd", "eur"], False),
        ("shipping_address.country_code", "in", ["is", "se"], True),
        ("customer.groups.id", "in", ["cusgroup_1"], False),
        ("customer.groups.id", "eq", ["cusgroup_1"], False),
        ("customer.groups.id", "ne", ["cusgroup_1"], True),
        ("item_total", "gte", ["84"], True),
        ("item_total", "gt", ["84"], False),
        ("item_total", "lt", ["84"], False),
        ("item_total", "lte", ["84"], True),
        ("item_total", "gte", ["9"], True),
        ("item_total", "gte", ["200", "10"], True),
        ("item_total", "eq", ["84"], True),
        ("item_total", "eq", ["84.0"], False),
        ("item_total", "in", ["84", "90"], True),
        ("item_total", "gt", ["abc"], False),
        ("item_total", "gt", [""], False),
        ("email", "gt", ["a"], False),
        ("items.quantity", "gte", ["2"], True),
        ("items.quantity", "gte", ["3"], False),
        ("items.quantity", "lt", ["3"], False),
        ("items.quantity", "lte", ["3"], True),
        ("items.quantity", "eq", ["2"], False),
        ("items.quantity", "ne", ["2"], False),
        ("items.quantity", "in", ["3"], True),
        ("items.product.id", "in", ["prod_a"], True),
        ("nothing.at_all", "eq", ["x"], False),
        ("nothing.at_all", "eq", ["0"], False),
        ("nothing.at_all", "ne", ["x"], True),
        ("nothing.at_all", "lt", ["1"], True),
        ("nothing.at_all", "lt", ["0"], False),
        ("nothing.at_all", "gte", ["0"], True),
        ("nothing.at_all", "lte", ["-1"], False),
    ],
)
def test_one_rule_on_a_cart(attribute: str, operator: str, values: list[str], holds: bool) -> None:
    assert satisfies(CART, [Rule(attribute, RuleOperator(operator), tuple(values))]) is holds


@pytest.mark.parametrize(
    ("attribute", "operator", "values", "holds"),
    [
        ("items.product.tags.id", "eq", ["ptag_1", "ptag_2"], True),
        ("items.product.tags.id", "eq", ["ptag_2"], False),
        ("items.product.tags.id", "in", ["ptag_2", "other"], True),
        ("items.product.tags.id", "ne", ["ptag_1"], False),
        ("items.product.tags.id", "ne", ["other"], True),
        ("items.product.id", "ne", ["prod_a", "other"], False),
        ("items.quantity", "gte", ["3"], False),
        ("items.unit_price", "gt", ["10"], True),
        ("items.variant_id", "in", ["variant_a"], True),
    ],
)
def test_target_rule_on_a_line(attribute: str, operator: str, values: list[str], holds: bool) -> None:
    line = {
        "variant_id": "variant_a",
        "quantity": 2,
        "unit_price": Decimal(20),
        "product": {"id": "prod_a", "tags": [{"id": "ptag_1"}, {"id": "ptag_2"}]},
    }

    assert satisfies(line, [Rule(attribute, RuleOperator(operator), tuple(values))], root="items") is holds


def test_all_rules_must_hold() -> None:
    first = Rule("item_total", RuleOperator.GTE, ("84",))
    second = Rule("currency_code", RuleOperator.EQ, ("usd",))

    assert satisfies(CART, [first])
    assert not satisfies(CART, [first, second])


def test_id_of_what_was_not_loaded_is_read_from_its_column() -> None:
    assert attribute_values({"region_id": "reg_1"}, "region.id") == ["reg_1"]
    assert attribute_values({"items": [{"product_id": "prod_a"}]}, "items.product.id") == ["prod_a"]
