"""Writes what a row prints: expressions that give JSON.

Rows become JSON by ``row_to_json`` and ``json_agg``, which is the cheapest way. They cannot leave a field out where it is
null, so an object with such fields is put together as text; so are then the objects around it, because putting text
into JSON again would mean parsing it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from medusa.framework.db.changes import quote
from medusa.framework.query.filters import join
from medusa.framework.query.graph import Column, Relation
from medusa.framework.query.plan import Node
from medusa.framework.query.registry import SqlBuild

_TIME = '\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\''


class Json(NamedTuple):
    """An SQL expression for a JSON value, of type ``json`` or as its text."""

    sql: str
    is_text: bool


@dataclass(slots=True)
class _Printed:
    """What an object prints: columns of a SELECT, and members that are put together as text."""

    columns: list[str] = field(default_factory=lambda: [])
    members: list[str] = field(default_factory=lambda: [])

    def add(self, name: str, sql: str) -> None:
        """A field that is always there."""
        self.columns.append(f"{sql} AS {quote(name)}")

    def add_text(self, name: str, text: str, *, omit: bool) -> None:
        """A field given as JSON text; null is printed, or left out."""
        prefix = _literal(f'"{name}":')
        if omit:
            self.members.append(f"coalesce({prefix} || {text} || ',', '')")
        else:
            self.members.append(f"{prefix} || coalesce({text}, 'null') || ','")


class RowWriter:
    """Writes nodes of a plan as SELECTs."""

    def __init__(self, build: SqlBuild, *, with_deleted: bool) -> None:
        self.build = build
        self.with_deleted = with_deleted

    def object(self, node: Node, alias: str, rest: str) -> Json:
        """The row of ``FROM ...`` (``rest``) as an object; SQL null where there is none."""
        printed = self._printed(node, alias)
        if not printed.members:
            return Json(f"(SELECT row_to_json(x) FROM (SELECT {', '.join(printed.columns)}{rest}) AS x)", False)
        return Json(f"(SELECT {_as_text(printed)}{rest})", True)

    def array(self, node: Node, alias: str, rest: str) -> Json:
        """The rows of ``FROM ...`` as an array."""
        printed = self._printed(node, alias)
        if not printed.members:
            rows = f"SELECT {', '.join(printed.columns)}{rest}"
            return Json(f"(SELECT coalesce(json_agg(x), '[]'::json) FROM ({rows}) AS x)", False)
        rows = f"SELECT {_as_text(printed)} AS v{rest}"
        return Json(f"(SELECT '[' || coalesce(string_agg(x.v, ','), '') || ']' FROM ({rows}) AS x)", True)

    def _printed(self, node: Node, alias: str) -> _Printed:
        printed = _Printed()
        for name, column in node.columns.items():
            if column.omit:
                printed.add_text(name, f"to_json({_column(column, alias)})::text", omit=True)
            else:
                printed.add(name, _column(column, alias))
        for name, column in node.raws.items():
            printed.add(name, _raw(column, alias))
        for name, relation in node.stubs.items():
            printed.add(name, self._stub(relation, alias))
        for name, one in node.computed.items():
            sql = f"({one.expression(self.build, alias)})"
            if one.omit:
                printed.add_text(name, f"to_json({sql})::text", omit=True)
            else:
                printed.add(name, sql)
        for name, (relation, child) in node.relations.items():
            json = self._related(relation, child, alias)
            if json.is_text or relation.omit:
                text = json.sql if json.is_text else f"{json.sql}::text"
                printed.add_text(name, text, omit=relation.omit)
            else:
                printed.add(name, json.sql)
        return printed

    def _related(self, relation: Relation, child: Node, alias: str) -> Json:
        tables, conditions, last = join(self.build.alias, relation.hops, alias, with_deleted=self.with_deleted)
        source = f" FROM {tables} WHERE {' AND '.join(conditions)}"
        if not relation.many:
            cut = " LIMIT 1" if len(relation.hops) > 1 or relation.joined_stub else ""
            return self.object(child, last, source + cut)
        order = ", ".join(f"{last}.{quote(name)}{' DESC' if desc else ''}" for name, desc in relation.order)
        return self.array(child, last, source + (f" ORDER BY {order}" if order else ""))

    def _stub(self, relation: Relation, alias: str) -> str:
        name = f"'{relation.target.key}'"
        if relation.stub:
            key = f"{alias}.{quote(relation.stub)}"
            return f"CASE WHEN {key} IS NOT NULL THEN json_build_object({name}, {key}) END"
        tables, conditions, last = join(self.build.alias, relation.hops, alias, with_deleted=self.with_deleted)
        key = f"{last}.{quote(relation.target.key)}"
        return f"(SELECT json_build_object({name}, {key}) FROM {tables} WHERE {' AND '.join(conditions)} LIMIT 1)"


def _as_text(printed: _Printed) -> str:
    """The object as text: the members, each with a comma after it, and then the columns."""
    members = " || ".join(printed.members)
    if not printed.columns:
        return f"'{{' || rtrim({members}, ',') || '}}'"
    return (
        f"'{{' || {members} || (SELECT right(row_to_json(b)::text, -1) FROM (SELECT {', '.join(printed.columns)}) AS b)"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _column(column: Column, alias: str) -> str:
    sql = f"{alias}.{column.sql}"
    if column.array:
        return sql
    if column.type == "timestamptz":
        return f"to_char({sql} AT TIME ZONE 'UTC', {_TIME})"
    if column.type == "timestamp":
        return f"to_char({sql}, {_TIME})"
    return f"trim_scale({sql})" if column.type == "numeric" else sql


def _raw(column: Column, alias: str) -> str:
    """The exact number as text, with the precision that the contract always states."""
    return f"""('{{"value":"' || trim_scale({alias}.{column.sql}) || '","precision":20}}')::json"""
