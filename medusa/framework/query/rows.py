"""Writes what a query prints: what hangs on few rows as a subquery of each, what hangs on many as one set for all.

A set holds the JSON for all rows of the level above, by their keys, and is joined to them: a few steps for a level,
instead of some for each of its rows. With few rows its tables of hashes and sorts would cost more than they spare.

Rows become JSON by ``row_to_json`` and ``json_agg``, which is the cheapest way. They cannot leave a field out where it is
null, so an object with such fields is put together as text; so are then the objects around it, because putting text
into JSON again would mean parsing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from medusa.framework.db.changes import quote
from medusa.framework.query.filters import join
from medusa.framework.query.graph import Column, Hop, Relation
from medusa.framework.query.plan import Node
from medusa.framework.query.registry import SqlBuild

_TIME = '\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\''
_PLACE = "_place"
"""Of a row: its number on the page."""
_KEYS = ("_key1", "_key2", "_key3")
"""Of a row: the columns that say to which row above it belongs."""


class Json(NamedTuple):
    """An SQL expression for a JSON value, of type ``json`` or as its text."""

    sql: str
    is_text: bool


@dataclass(slots=True)
class _Level:
    """What the rows of a level print (columns of a SELECT, members put together as text), and the sets it takes."""

    columns: list[str] = field(default_factory=lambda: [])
    members: list[str] = field(default_factory=lambda: [])
    joins: list[str] = field(default_factory=lambda: [])
    source: str = ""
    depth: int = 0
    """How many relations to many lead here, the page itself included: from two on, there are many rows."""
    is_set: bool = True
    """Sets can be made for the rows: they do not depend on a row above."""

    @property
    def is_text(self) -> bool:
        """The rows are text, not JSON."""
        return bool(self.members)

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

    def add_json(self, name: str, json: Json, *, omit: bool) -> None:
        """A field given as a JSON value."""
        if json.is_text or omit:
            self.add_text(name, json.sql if json.is_text else f"{json.sql}::text", omit=omit)
        else:
            self.add(name, json.sql)

    def join(self, alias: str, sql: str, on: str) -> None:
        """Join a set that holds values for rows of this level, and for no others."""
        # FULL, as PostgreSQL then hashes or merges. A nested loop, which it takes for sets that it believes to be
        # small, would compare each row with each.
        self.joins.append(f" FULL JOIN {sql} AS {alias} ON {on}")

    @property
    def rows(self) -> str:
        """FROM, with the columns to print as ``x``."""
        columns = f", LATERAL (SELECT {', '.join(self.columns)}) AS x" if self.columns else ""
        return f"FROM {self.source}{''.join(self.joins)}{columns}"

    @property
    def object(self) -> str:
        """A row as an object: the members, each with a comma after it, and then the columns."""
        if not self.members:
            return "row_to_json(x)"
        members = " || ".join(self.members)
        if not self.columns:
            return f"'{{' || rtrim({members}, ',') || '}}'"
        return f"'{{' || {members} || right(row_to_json(x)::text, -1)"

    @property
    def item(self) -> str:
        """A row as an element of an array."""
        return self.object if self.is_text else "x"


def _array(row: str, order: str, *, is_text: bool, only: str = "") -> str:
    """The aggregate of rows to an array; null where there are none."""
    sorting, kept = f" ORDER BY {order}" if order else "", f" FILTER (WHERE {only})" if only else ""
    if is_text:
        return f"'[' || string_agg({row}, ','{sorting}){kept} || ']'"
    return f"json_agg({row}{sorting}){kept}"


class RowWriter:
    """Writes nodes of a plan; ``sets`` are the named ones that its expressions need before them, for WITH."""

    def __init__(self, build: SqlBuild, *, with_deleted: bool) -> None:
        self.build = build
        self.with_deleted = with_deleted
        self.sets: list[str] = []

    def object(self, node: Node, alias: str, rows: str) -> Json:
        """The one row of a SELECT as an object; SQL null where there is none."""
        level = self._level(node, alias, rows, depth=0)
        return Json(f"(SELECT {level.object} {level.rows})", level.is_text)

    def array(self, node: Node, alias: str, rows: str) -> Json:
        """The rows of a SELECT as an array, in their order."""
        placed = f"SELECT {alias}.*, row_number() OVER () AS {_PLACE} FROM ({rows}) AS {alias}"
        level = self._level(node, alias, placed, depth=1)
        array = _array(level.item, f"{alias}.{_PLACE}", is_text=level.is_text)
        return _or_empty(Json(f"(SELECT {array} {level.rows})", level.is_text))

    def _level(self, node: Node, alias: str, rows: str, *, depth: int, is_set: bool = True) -> _Level:
        """What the rows of a SELECT print; they are named where sets are made for them."""
        level, before = _Level(depth=depth, is_set=is_set), len(self.sets)
        for name, column in node.columns.items():
            if column.omit:
                level.add_text(name, f"to_json({_column(column, alias)})::text", omit=True)
            else:
                level.add(name, _column(column, alias))
        for name, column in node.raws.items():
            level.add(name, _raw(column, alias))
        for name, relation in node.stubs.items():
            level.add(name, self._stub(relation, alias))
        for name in node.computed:
            self._compute(level, node, name, alias)
        for name, (relation, child) in node.relations.items():
            level.add_json(name, self._relate(level, relation, child, alias), omit=relation.omit)
        if level.joins:
            self.sets.insert(before, f"{alias} AS MATERIALIZED ({rows})")
        level.source = alias if level.joins else f"({rows}) AS {alias}"
        return level

    def _compute(self, level: _Level, node: Node, name: str, alias: str) -> None:
        one = node.computed[name]
        sql = one.of_row(self.build, alias)
        if one.of_set and level.is_set:
            values = self.build.alias()
            level.join(
                values, f"({one.expression(self.build, alias)})", f"{values}.key = {alias}.{quote(node.entity.key)}"
            )
            sql = f"{values}.value"
        if one.omit:
            level.add_text(name, f"to_json({sql})::text", omit=True)
        else:
            level.add(name, sql)

    def _relate(self, level: _Level, relation: Relation, child: Node, above: str) -> Json:
        """The JSON of a relation for each row of ``above``."""
        depth = level.depth + relation.many
        if level.is_set and (level.depth > 1 or (depth > 1 and child.relations) or child.has_sets):
            on, joined = relation.hops[0].on, self.build.alias()
            keys = _KEYS[: len(on)]
            sql, is_text = self._of_all(relation, child, above, keys, depth)
            met = [f"{joined}.{key} = {above}.{quote(column)}" for key, (column, _) in zip(keys, on, strict=True)]
            level.join(joined, f"({sql})", " AND ".join(met))
            json = Json(f"{joined}.json", is_text)
        else:
            json = self._of_row(relation, child, above, depth)
        return _or_empty(json) if relation.many else json

    def _of_row(self, relation: Relation, child: Node, above: str, depth: int) -> Json:
        """A subquery of the row."""
        tables, conditions, last = join(self.build.alias, relation.hops, above, with_deleted=self.with_deleted)
        alias = self.build.alias()
        rows = f"SELECT {last}.* FROM {tables} WHERE {' AND '.join(conditions)}"
        below = self._level(child, alias, rows, depth=depth, is_set=False)
        if relation.many:
            array = _array(below.item, _order(relation, alias), is_text=below.is_text)
            return Json(f"(SELECT {array} {below.rows})", below.is_text)
        cut = "" if relation.is_unique else " LIMIT 1"
        return Json(f"(SELECT {below.object} {below.rows}{cut})", below.is_text)

    def _of_all(self, relation: Relation, child: Node, above: str, keys: Sequence[str], depth: int) -> Json:
        """A set of the JSON for each row of ``above``, by its keys."""
        if relation.many and relation.is_shared:
            return self._shared(relation, child, above, keys, depth)
        alias = self.build.alias()
        below = self._level(child, alias, self._related(relation.hops, above), depth=depth)
        columns = _list(alias, keys)
        if relation.many:
            array = _array(below.item, _order(relation, alias), is_text=below.is_text)
            return Json(f"SELECT {columns}, {array} AS json {below.rows} GROUP BY {columns}", below.is_text)
        first = "" if relation.is_unique else f"DISTINCT ON ({columns}) "
        return Json(f"SELECT {first}{columns}, {below.object} AS json {below.rows}", below.is_text)

    def _shared(self, relation: Relation, child: Node, above: str, keys: Sequence[str], depth: int) -> Json:
        """A set of arrays of rows that several rows above may share: each is made into JSON once."""
        link, alias, made = self.build.alias(), self.build.alias(), self.build.alias()
        self.sets.append(f"{link} AS MATERIALIZED ({self._related(relation.hops[:-1], above)})")
        below = self._level(child, alias, self._related(relation.hops[-1:], link), depth=depth)
        sorted_by = [(f"_sort{number}", name, desc) for number, (name, desc) in enumerate(relation.order)]
        sorts = "".join(f", {alias}.{quote(name)} AS {sort}" for sort, name, _ in sorted_by)
        rows = f"SELECT {alias}.{_KEYS[0]}, {below.object} AS json{sorts} {below.rows}"
        order = ", ".join(f"{made}.{sort}{' DESC' if desc else ''}" for sort, _, desc in sorted_by)
        array = _array(f"{made}.json", order, is_text=below.is_text, only=f"{made}.{_KEYS[0]} IS NOT NULL")
        joined = _Level(source=link)
        joined.join(made, f"({rows})", f"{made}.{_KEYS[0]} = {link}.{quote(relation.hops[-1].on[0][0])}")
        columns = _list(link, keys)
        return Json(f"SELECT {columns}, {array} AS json {joined.rows} GROUP BY {columns}", below.is_text)

    def _related(self, hops: Sequence[Hop], above: str) -> str:
        """A SELECT of the rows at the end of the way over ``hops`` from all rows of ``above``."""
        first, start = hops[0], self.build.alias()
        keys = ", ".join(f"{start}.{quote(b)} AS {key}" for key, (_, b) in zip(_KEYS, first.on, strict=False))
        # An array, as PostgreSQL then takes it for ten values and looks these up in an index.
        met = [f"{start}.{quote(b)} = ANY(ARRAY(SELECT {above}.{quote(a)} FROM {above}))" for a, b in first.on]
        if len(first.on) > 1:
            columns, values = (", ".join(f"{t}.{quote(p[i])}" for p in first.on) for i, t in ((1, start), (0, above)))
            met.append(f"({columns}) IN (SELECT {values} FROM {above})")
        met += self._kept(first, start)
        tables, conditions, last = join(self.build.alias, hops[1:], start, with_deleted=self.with_deleted)
        source = ", ".join(filter(None, (f"{first.source} AS {start}", tables)))
        return f"SELECT {last}.*, {keys} FROM {source} WHERE {' AND '.join([*met, *conditions])}"

    def _kept(self, hop: Hop, alias: str) -> list[str]:
        live = [f"{alias}.deleted_at IS NULL"] if hop.live and not self.with_deleted else []
        return live + ([hop.extra.replace("{t}", alias)] if hop.extra else [])

    def _stub(self, relation: Relation, alias: str) -> str:
        name = f"'{relation.target.key}'"
        if relation.stub:
            key = f"{alias}.{quote(relation.stub)}"
            return f"CASE WHEN {key} IS NOT NULL THEN json_build_object({name}, {key}) END"
        tables, conditions, last = join(self.build.alias, relation.hops, alias, with_deleted=self.with_deleted)
        key = f"{last}.{quote(relation.target.key)}"
        return f"(SELECT json_build_object({name}, {key}) FROM {tables} WHERE {' AND '.join(conditions)} LIMIT 1)"


def _order(relation: Relation, alias: str) -> str:
    return ", ".join(f"{alias}.{quote(name)}{' DESC' if desc else ''}" for name, desc in relation.order)


def _list(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def _or_empty(json: Json) -> Json:
    return Json(f"coalesce({json.sql}, '[]'{'' if json.is_text else '::json'})", json.is_text)


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
