"""Writes the one SQL statement of a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from medusa.framework.db.changes import quote
from medusa.framework.errors import ErrorType, InvalidData, MedusaError
from medusa.framework.query.conversions import Converter
from medusa.framework.query.filters import Scope, join, write
from medusa.framework.query.graph import Column, Entity, Relation
from medusa.framework.query.plan import Node
from medusa.framework.query.shapes import Items

_TIME = '\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\''

Values: TypeAlias = Sequence[Any]
Context: TypeAlias = Mapping[str, Any]
Source: TypeAlias = Callable[[Values, "int | None", "int | None", Context], Any]
"""Gets one parameter from the filter's values, limit, offset and context of a request."""


class InvalidOrder(MedusaError):
    """The rows cannot be sorted by what was asked; clients get this as an unknown error, as the contract has it."""

    type = ErrorType.UNKNOWN
    code = "unknown_error"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL of one shape, and where each of its parameters comes from."""

    sql: str
    sources: tuple[Source, ...]

    def args(self, values: Values, limit: int | None, offset: int | None, context: Context) -> list[Any]:
        """The parameters of one request."""
        return [source(values, limit, offset, context) for source in self.sources]


class Writer:
    """Puts a statement together: hands out parameters and aliases."""

    def __init__(self, present: frozenset[str], *, with_deleted: bool) -> None:
        self.present = present
        self.with_deleted = with_deleted
        self.sources: list[Source] = []
        self.taken = 0
        self.aliases = 0
        self.contexts: dict[tuple[str, str], str] = {}

    # --- what computed fields use (SqlBuild)

    def context(self, name: str, type: str = "text") -> str:
        """The parameter with this value of the request's context."""
        made = self.contexts.get((name, type))
        if made is None:
            made = self.contexts[name, type] = self._add(lambda _v, _l, _o, context: context.get(name), type)
        return made

    def has(self, name: str) -> bool:
        """Whether the request's context holds this value."""
        return name in self.present

    def alias(self) -> str:
        """A new alias."""
        self.aliases += 1
        return f"t{self.aliases}"

    # --- parameters

    def _add(self, source: Source, type: str) -> str:
        self.sources.append(source)
        return f"${len(self.sources)}::{type}"

    def value(self, type: str, convert: Converter) -> str:
        """The next value of the filter."""
        index = self.taken
        self.taken += 1
        return self._add(lambda values, _l, _o, _c: convert(values[index]), type)

    # --- pages

    def page(
        self, node: Node, shape: Items, order: str | None, *, limited: bool, skipping: bool, count: bool, single: bool
    ) -> Statement:
        """The statement for a page, or for one row."""
        entity = node.entity
        scope = Scope(self.value, self.alias, self.with_deleted)
        root = self.alias()
        conditions = self._conditions(scope, entity, root, shape)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        total = f"(SELECT count(*) FROM {entity.source} AS {root}{where}) AS count, " if count else ""
        sorting = f" ORDER BY {self._order(entity, root, order)}" if not single else " LIMIT 1"
        cut = "".join(
            (
                " LIMIT " + self._add(lambda _v, limit, _o, _c: limit, "bigint") if limited and not single else "",
                " OFFSET " + self._add(lambda _v, _l, offset, _c: offset, "bigint") if skipping and not single else "",
            )
        )
        rows = f"(SELECT {root}.* FROM {entity.source} AS {root}{where}{sorting}{cut}) AS {root}"
        items = self._object(node, root, f" FROM {rows}") if single else self._list(node, root, f" FROM {rows}")
        return Statement(f"SELECT {total}{items} AS items", tuple(self.sources))

    def _conditions(self, scope: Scope, entity: Entity, alias: str, shape: Items) -> list[str]:
        conditions = write(scope, entity, alias, shape)
        if entity.live and not self.with_deleted:
            conditions.append(f"{alias}.deleted_at IS NULL")
        return conditions

    def _order(self, entity: Entity, alias: str, order: str | None) -> str:
        terms: list[str] = []
        for part in (entity.key if order is None else order).split(","):
            name = part.strip()
            descending = name.startswith("-")
            sql = self._sort_key(entity, alias, tuple(name.lstrip("-+").split(".")), name, descending=descending)
            terms.append(sql + (" DESC" if descending else ""))
        if order != entity.key and order is not None:
            terms.append(f"{alias}.{quote(entity.key)}")
        return ", ".join(terms)

    def _sort_key(self, entity: Entity, alias: str, path: tuple[str, ...], order: str, *, descending: bool) -> str:
        if len(path) == 1:
            column = entity.columns.get(path[0])
            if column is not None and not column.private:
                return f"{alias}.{column.sql}"
            if (one := entity.computed.get(path[0])) is not None:
                return f"({one.expression(self, alias)})"
        elif relation := entity.relations.get(path[0]):
            tables, conditions, last = join(self.alias, relation.hops, alias, with_deleted=self.with_deleted)
            key = self._sort_key(relation.target, last, path[1:], order, descending=descending)
            found = f"{'max' if descending else 'min'}({key})" if relation.many else key
            cut = "" if relation.many else " LIMIT 1"
            return f"(SELECT {found} FROM {tables} WHERE {' AND '.join(conditions)}{cut})"
        raise InvalidOrder(f"{entity.name} has no field to sort by {order!r}")

    # --- rows

    def _object(self, node: Node, alias: str, rest: str) -> str:
        """The row of ``FROM ...`` as a JSON object, null where there is none."""
        always, perhaps = self._printed(node, alias)
        if not perhaps:
            return f"(SELECT row_to_json(x) FROM (SELECT {', '.join(always)}{rest}) AS x)"
        return f"(SELECT {_joined(always, perhaps)}{rest})"

    def _list(self, node: Node, alias: str, rest: str) -> str:
        """The rows of ``FROM ...`` as a JSON array."""
        always, perhaps = self._printed(node, alias)
        if not perhaps:
            return f"(SELECT coalesce(json_agg(x), '[]'::json) FROM (SELECT {', '.join(always)}{rest}) AS x)"
        inner = f"SELECT {_joined(always, perhaps)} AS v{rest}"
        return f"(SELECT coalesce(json_agg(x.v), '[]'::json) FROM ({inner}) AS x)"

    def _printed(self, node: Node, alias: str) -> tuple[list[str], list[tuple[str, str]]]:
        """The named expressions that are printed always, and names and expressions of those left out when null."""
        perhaps = [(name, _column(column, alias)) for name, column in node.columns.items() if column.omit]
        perhaps += [
            (name, self._related(relation, child, alias))
            for name, (relation, child) in node.relations.items()
            if relation.omit
        ]
        parts = [
            f"{_column(column, alias)} AS {quote(name)}" for name, column in node.columns.items() if not column.omit
        ]
        parts += [f"{_raw(column, alias)} AS {quote(name)}" for name, column in node.raws.items()]
        parts += [f"{self._stub(relation, alias)} AS {quote(name)}" for name, relation in node.stubs.items()]
        parts += [f"({one.expression(self, alias)}) AS {quote(name)}" for name, one in node.computed.items()]
        parts += [
            f"{self._related(relation, child, alias)} AS {quote(name)}"
            for name, (relation, child) in node.relations.items()
            if not relation.omit
        ]
        return parts, perhaps

    def _related(self, relation: Relation, child: Node, alias: str) -> str:
        tables, conditions, last = join(self.alias, relation.hops, alias, with_deleted=self.with_deleted)
        source = f" FROM {tables} WHERE {' AND '.join(conditions)}"
        if not relation.many:
            cut = " LIMIT 1" if len(relation.hops) > 1 or relation.joined_stub else ""
            return self._object(child, last, source + cut)
        order = ", ".join(f"{last}.{quote(name)}{' DESC' if desc else ''}" for name, desc in relation.order)
        sorting = f" ORDER BY {order}" if order else ""
        return self._list(child, last, source + sorting)

    def _stub(self, relation: Relation, alias: str) -> str:
        name = f"'{relation.target.key}'"
        if relation.stub:
            key = f"{alias}.{quote(relation.stub)}"
            return f"CASE WHEN {key} IS NOT NULL THEN json_build_object({name}, {key}) END"
        tables, conditions, last = join(self.alias, relation.hops, alias, with_deleted=self.with_deleted)
        key = f"{last}.{quote(relation.target.key)}"
        return f"(SELECT json_build_object({name}, {key}) FROM {tables} WHERE {' AND '.join(conditions)} LIMIT 1)"


def _joined(always: list[str], perhaps: list[tuple[str, str]]) -> str:
    """A JSON object of columns that are there always, and of others that are left out where they are null."""
    later = " || ".join(
        f"coalesce({_literal(',' + _json_name(name) + ':')} || to_json({sql})::text, '')" for name, sql in perhaps
    )
    if not always:
        return f"('{{' || substr({later}, 2) || '}}')::json"
    base = f"(SELECT left(row_to_json(b)::text, -1) FROM (SELECT {', '.join(always)}) AS b)"
    return f"({base} || {later} || '}}')::json"


def _json_name(name: str) -> str:
    return '"' + name + '"'


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


def check_cut(limit: int | None, offset: int | None) -> None:
    """Refuse a page that PostgreSQL would refuse.

    Raises:
        InvalidData: Limit or offset is negative or beyond 64 bits.
    """
    for name, value in (("limit", limit), ("offset", offset)):
        if value is not None and not 0 <= value < 1 << 63:
            raise InvalidData(f"The {name} must be zero or more")
