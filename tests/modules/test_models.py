"""The tables of all modules against the facts of the contract's database."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, ColumnDefault, DefaultClause, Table, make_url
from sqlalchemy.orm import configure_mappers

from medusa.framework.db.branches import branches
from medusa.framework.db.models import models_of
from medusa.framework.discovery import import_tree

import_tree("medusa.modules")
import_tree("medusa.infrastructure.notifications")

MODULES = sorted(branch.name for branch in branches())
MODELS = [model for module in MODULES for model in models_of(module)]
DIALECT = make_url("postgresql+psycopg://").get_dialect()()
Facts = dict[str, dict[str, Any]]
FACTS: Facts = json.loads((Path(__file__).parent / "reference_tables.json").read_text(encoding="utf-8"))

# Where we mean to differ: exact rates, an unused column, counters that are never null.
DIFFERENT: dict[str, str | None] = {
    "cart_line_item_tax_line.rate": "NUMERIC NOT NULL",
    "cart_shipping_method_tax_line.rate": "NUMERIC NOT NULL",
    "tax_rate.rate": "NUMERIC",
    "order_line_item.totals_id": None,
    "order.display_id": "INTEGER NOT NULL SERIAL",
}
# The contract's database allows one adjustment of a shipping method for each version: two promotions need two.
NOT_UNIQUE = {"order_shipping_method_adjustment: version, shipping_method_id", "region_country: region_id, iso_2"}
# Both rules are conditions of a price or a price list, and carry one prefix there too.
SHARED_PREFIXES = {"prule"}


def _tables() -> list[Table]:
    return [model.__table__ for model in MODELS]


def _described(column: Column[Any]) -> str:
    text = str(column.type.compile(dialect=DIALECT))
    text += "" if column.nullable else " NOT NULL"
    if column.identity is not None:
        return text + " SERIAL"
    default = column.server_default
    if isinstance(default, DefaultClause):
        value = default.arg if isinstance(default.arg, str) else str(default.arg)
        quoted = isinstance(default.arg, str)
        text += f" DEFAULT '{value}'" if quoted else f" DEFAULT {value}"
    return text


def _choices(table: Table) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint) and (
            match := re.match(r"(\w+) IN \((.*)\)", str(constraint.sqltext))
        ):
            found[match[1]] = sorted(re.findall(r"'(\w+)'", match[2]))
    return found


def _unique(table: Table) -> list[str]:
    return sorted(", ".join(column.name for column in index.columns) for index in table.indexes if index.unique)


def test_relations_configure_without_warnings() -> None:
    configure_mappers()  # warnings are errors


def test_every_table_of_the_facts_has_a_model() -> None:
    assert {table.name for table in _tables()} == set(FACTS)


@pytest.mark.parametrize("table", _tables(), ids=str)
def test_columns_are_those_of_the_contract(table: Table) -> None:
    # What PostgreSQL generates is ours alone: no client sees it.
    ours = {column.name: _described(column) for column in table.columns if column.computed is None}
    theirs: dict[str, str] = dict(FACTS[table.name]["columns"])
    for column in list(theirs):
        if column.startswith("raw_"):
            del theirs[column]  # computed when it is printed
        elif (known := f"{table.name}.{column}") in DIFFERENT:
            changed = DIFFERENT[known]
            theirs.pop(column) if changed is None else theirs.update({column: changed})
    assert ours == theirs
    assert [column.name for column in table.primary_key] == FACTS[table.name]["key"]


@pytest.mark.parametrize("table", _tables(), ids=str)
def test_choices_and_unique_values_are_those_of_the_contract(table: Table) -> None:
    assert _choices(table) == FACTS[table.name].get("choices", {})
    unique = [line for line in FACTS[table.name].get("unique", []) if f"{table.name}: {line}" not in NOT_UNIQUE]
    assert sorted(line.split(", ") for line in _unique(table)) == sorted(line.split(", ") for line in unique)


def test_unique_values_may_be_used_again_after_a_soft_deletion() -> None:
    # Tokens and logins are the exception: what once identified somebody never identifies somebody else.
    lasting = {"api_key", "provider_identity"}
    for table in _tables():
        for index in table.indexes:
            if index.unique and table.name not in lasting:
                assert "deleted_at IS NULL" in str(index.dialect_options["postgresql"]["where"]), index.name


def test_numbers_with_a_raw_twin_are_marked() -> None:
    for table in _tables():
        theirs = FACTS[table.name]["columns"]
        for column in table.columns:
            if str(column.type) == "NUMERIC":
                assert (column.info.get("raw") is not False) == (f"raw_{column.name}" in theirs), column


def test_prefixes_are_unique() -> None:
    used = Counter(model.__prefix__ for model in MODELS if model.__prefix__)
    assert {prefix for prefix, times in used.items() if times > 1} == SHARED_PREFIXES


def test_class_names_are_unique() -> None:
    assert not [name for name, times in Counter(model.__name__ for model in MODELS).items() if times > 1]


def test_no_foreign_key_leaves_its_module() -> None:
    owner = {model.__table__.name: model.module_name() for model in MODELS}
    for table in _tables():
        for key in table.foreign_keys:
            assert owner[key.column.table.name] == owner[table.name], key


def test_no_value_is_made_up_in_python() -> None:
    assert not [c for table in _tables() for c in table.columns if isinstance(c.default, ColumnDefault)]
