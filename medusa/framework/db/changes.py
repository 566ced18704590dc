"""Writes as values: what to insert, update and delete, compiled into one SQL statement.

Rows travel as one JSON parameter for each change and are typed by PostgreSQL (``json_to_recordset``), so any number of
rows of any number of tables is one round trip and one prepared statement for each shape. Decimals stay exact: they are
JSON numbers, read as ``numeric``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from medusa.framework.db.models import Base
from medusa.framework.ids import generate_id

Row = Mapping[str, Any]
_encoder = msgspec.json.Encoder(decimal_format="number")
_dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows. Ids are generated where a row has none; columns left out get their default."""

    model: type[Base] | Table
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Upsert:
    """New rows, or changes of those that equal an existing one in the columns ``on``.

    ``update`` names the columns to change on a conflict (default: all given ones but ``id`` and ``on``). A soft-deleted
    row comes back to life.
    """

    model: type[Base] | Table
    rows: Sequence[Row]
    on: Sequence[str] = ("id",)
    update: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Changed columns of existing rows, found by the columns ``on``; all rows name the same columns."""

    model: type[Base] | Table
    rows: Sequence[Row]
    on: Sequence[str] = ("id",)


@dataclass(frozen=True, slots=True)
class Delete:
    """Rows to remove for good, by the values of one column."""

    model: type[Base] | Table
    ids: Sequence[str]
    column: str = "id"


@dataclass(frozen=True, slots=True)
class SoftDelete:
    """Rows to mark as deleted, by the values of one column."""

    model: type[Base] | Table
    ids: Sequence[str]
    column: str = "id"


@dataclass(frozen=True, slots=True)
class Restore:
    """Soft-deleted rows to bring back, by the values of one column."""

    model: type[Base] | Table
    ids: Sequence[str]
    column: str = "id"


Change = Insert | Upsert | Update | Delete | SoftDelete | Restore


@dataclass(slots=True)
class Statement:
    """The compiled changes: text, parameters, and the tables they touch."""

    sql: str
    args: list[Any] = field(default_factory=list[Any])
    tables: set[str] = field(default_factory=set[str])


def table_of(model: type[Base] | Table) -> Table:
    """The table of a model (a table stands for itself)."""
    return model if isinstance(model, Table) else model.__table__


def prepare_rows(model: type[Base] | Table, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as plain dicts, each with an id where the table has one that the caller left out."""
    prefix = "" if isinstance(model, Table) else model.__prefix__
    has_id = "id" in table_of(model).columns
    return [{**row} if not has_id or row.get("id") else {**row, "id": generate_id(prefix)} for row in rows]


def compile_changes(changes: Sequence[Change], returning: bool = False) -> Statement | None:
    """One statement for all changes that have something to do; None when none has.

    With ``returning`` (one change only) the statement yields the written rows.
    """
    parts: list[str] = []
    statement = Statement("")
    for change in changes:
        if compiled := _compile(change, len(statement.args) + 1):
            sql, args = compiled
            parts.append(sql)
            statement.args += args
            statement.tables.add(table_of(change.model).name)
    if not parts:
        return None
    if returning:
        statement.sql = f"{parts[0]} RETURNING t.*"
    elif len(parts) == 1:
        statement.sql = parts[0]
    else:
        ctes = ", ".join(f"w{i} AS ({part})" for i, part in enumerate(parts))
        statement.sql = f"WITH {ctes} SELECT 1"
    return statement


def _compile(change: Change, first: int) -> tuple[str, list[Any]] | None:
    table = table_of(change.model)
    if isinstance(change, Delete | SoftDelete | Restore):
        return (_by_ids(table, type(change).__name__, change.column, first), [list(change.ids)]) if change.ids else None
    if not change.rows:
        return None
    rows = [dict(row) for row in change.rows] if isinstance(change, Update) else prepare_rows(change.model, change.rows)
    # Rows of one change may name different columns: the missing ones of an insert get the column's default.
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if generated := _generated(table):
        columns = tuple(name for name in columns if name not in generated)
    if isinstance(change, Insert | Upsert):
        rows = [_filled(table, columns, row) for row in rows]
    if isinstance(change, Insert):
        sql = _insert(table, columns, first)
    elif isinstance(change, Upsert):
        update = None if change.update is None else tuple(change.update)
        sql = _upsert(table, columns, tuple(change.on), update, first)
    else:
        sql = _update(table, columns, tuple(change.on), first)
    return sql, [_encoder.encode(rows).decode()]


@lru_cache(maxsize=1024)
def _generated(table: Table) -> frozenset[str]:
    """The columns that PostgreSQL alone writes."""
    return frozenset(column.name for column in table.columns if column.computed is not None)


def _filled(table: Table, columns: tuple[str, ...], row: dict[str, Any]) -> dict[str, Any]:
    if len(row) == len(columns):
        return row
    for name in columns:
        if name not in row and (default := table.columns[name].default) is not None and default.is_scalar:
            row[name] = default.arg  # type: ignore[attr-defined]
    return row


@lru_cache(maxsize=4096)
def _record(table: Table, columns: tuple[str, ...], parameter: int) -> str:
    """``json_to_recordset`` of a parameter, typed like the table's columns."""
    typed = ", ".join(f"{quote(name)} {column_type(table, name)}" for name in columns)
    return f"json_to_recordset(${parameter}::text::json) AS r({typed})"


def column_type(table: Table, name: str) -> str:
    """The SQL type of a column, e.g. ``numeric``.

    Raises:
        KeyError: The table has no such column.
    """
    return table.columns[name].type.compile(_dialect)


def quote(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=4096)
def _insert(table: Table, columns: tuple[str, ...], first: int) -> str:
    names = ", ".join(quote(name) for name in columns)
    values = ", ".join(_value_or_default(table, name) for name in columns)
    return f"INSERT INTO {quote(table.name)} AS t ({names}) SELECT {values} FROM {_record(table, columns, first)}"


def _value_or_default(table: Table, name: str) -> str:
    column = table.columns[name]
    if column.nullable or column.server_default is None:
        return f"r.{quote(name)}"
    default = getattr(column.server_default, "arg", None)
    text = (
        default if isinstance(default, str) else str(default.compile(dialect=_dialect)) if default is not None else ""
    )
    if (
        isinstance(default, str)
        and not default.replace(".", "").isdigit()
        and default not in ("true", "false", "now()")
    ):
        text = "'" + default.replace("'", "''") + "'"
    return f"coalesce(r.{quote(name)}, {text}::{column_type(table, name)})" if text else f"r.{quote(name)}"


@lru_cache(maxsize=4096)
def _upsert(
    table: Table, columns: tuple[str, ...], on: tuple[str, ...], update: tuple[str, ...] | None, first: int
) -> str:
    changed = [name for name in columns if name not in on and name != "id"] if update is None else list(update)
    sets = [f"{quote(name)} = excluded.{quote(name)}" for name in changed]
    if "updated_at" in table.columns and "updated_at" not in changed:
        sets.append("updated_at = now()")
    soft = "deleted_at" in table.columns
    if soft and "deleted_at" not in changed:
        sets.append("deleted_at = NULL")
    target = ", ".join(quote(name) for name in on)
    primary = {column.name for column in table.primary_key.columns} == set(on)
    condition = " WHERE deleted_at IS NULL" if soft and not primary else ""
    action = f"DO UPDATE SET {', '.join(sets)}" if sets else "DO NOTHING"
    return f"{_insert(table, columns, first)} ON CONFLICT ({target}){condition} {action}"


@lru_cache(maxsize=4096)
def _update(table: Table, columns: tuple[str, ...], on: tuple[str, ...], first: int) -> str:
    sets = [f"{quote(name)} = r.{quote(name)}" for name in columns if name not in on]
    if "updated_at" in table.columns and "updated_at" not in columns:
        sets.append("updated_at = now()")
    match = " AND ".join(f"t.{quote(name)} = r.{quote(name)}" for name in on)
    live = " AND t.deleted_at IS NULL" if "deleted_at" in table.columns and "deleted_at" not in columns else ""
    return (
        f"UPDATE {quote(table.name)} AS t SET {', '.join(sets)} "
        f"FROM {_record(table, columns, first)} WHERE {match}{live}"
    )


@lru_cache(maxsize=4096)
def _by_ids(table: Table, kind: str, column: str, parameter: int) -> str:
    where = f"{quote(column)} = ANY(${parameter})"
    if kind == "Delete":
        return f"DELETE FROM {quote(table.name)} AS t WHERE {where}"
    if kind == "SoftDelete":
        return f"UPDATE {quote(table.name)} AS t SET deleted_at = now() WHERE {where} AND deleted_at IS NULL"
    return f"UPDATE {quote(table.name)} AS t SET deleted_at = NULL WHERE {where} AND deleted_at IS NOT NULL"
