"""Conditions on the columns of one table, as SQL with parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table

from medusa.framework.db.changes import column_type, quote
from medusa.framework.errors import InvalidData

Filters = Mapping[str, Any]

_COMPARISONS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$like": "LIKE", "$ilike": "ILIKE"}


def where(table: Table, filters: Filters | None, args: list[Any], *, with_deleted: bool = False) -> str:
    """The condition that rows of ``table`` (alias ``t``) fulfil the filters; appends its parameters to ``args``.

    Filters: ``{"id": ["a", "b"], "name": "x", "amount": {"$gte": 1}, "$or": [{...}, {...}]}``; None is IS NULL.
    """
    parts = [_term(table, key, value, args) for key, value in (filters or {}).items()]
    if not with_deleted and "deleted_at" in table.columns:
        parts.append("t.deleted_at IS NULL")
    return " AND ".join(parts) or "true"


def _term(table: Table, key: str, value: Any, args: list[Any]) -> str:
    if key in ("$and", "$or"):
        joined = f" {key[1:].upper()} ".join(where(table, item, args, with_deleted=True) for item in value)
        return f"({joined or 'true'})"
    if key not in table.columns:
        raise InvalidData(f"{table.name} has no column {key!r} to filter by")
    if isinstance(value, Mapping):
        operations = cast("Mapping[str, Any]", value)
        return " AND ".join(_compare(table, key, operator, operand, args) for operator, operand in operations.items())
    return _compare(table, key, "$eq", value, args)


def _compare(table: Table, key: str, operator: str, operand: Any, args: list[Any]) -> str:
    column, kind = f"t.{quote(key)}", column_type(table, key)
    if operator in ("$eq", "$in") and isinstance(operand, Sequence) and not isinstance(operand, str):
        args.append(_several(operand))
        return f"{column} = ANY(${len(args)}::{kind}[])"
    if operator == "$nin":
        args.append(_several(operand))
        return f"{column} <> ALL(${len(args)}::{kind}[])"
    if operand is None and operator in ("$eq", "$ne"):
        return f"{column} IS {'NOT ' if operator == '$ne' else ''}NULL"
    args.append(operand)
    if operator in ("$eq", "$ne"):
        return f"{column} {'=' if operator == '$eq' else '<>'} ${len(args)}::{kind}"
    if operator not in _COMPARISONS:
        raise InvalidData(f"Unknown filter operator {operator!r}")
    return f"{column} {_COMPARISONS[operator]} ${len(args)}::{kind}"


def _several(operand: Any) -> list[Any]:
    return list(operand)


def order_by(table: Table, order: str | None) -> str:
    """``ORDER BY`` of a comma-separated list such as ``-created_at,title``; by id where nothing is asked."""
    terms: list[str] = []
    for part in (order or "id").split(","):
        name = part.strip().lstrip("-+")
        if name not in table.columns:
            raise InvalidData(f"{table.name} has no column {name!r} to order by")
        terms.append(f"t.{quote(name)}" + (" DESC" if part.strip().startswith("-") else ""))
    return "ORDER BY " + ", ".join(terms)
