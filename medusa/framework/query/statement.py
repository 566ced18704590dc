"""Writes the one SQL statement of a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from medusa.framework.db.changes import quote
from medusa.framework.errors import ErrorType, InvalidData, MedusaError
from medusa.framework.query.conversions import Converter
from medusa.framework.query.filters import Scope, join, write
from medusa.framework.query.graph import Entity
from medusa.framework.query.plan import Node
from medusa.framework.query.rows import RowWriter
from medusa.framework.query.shapes import Items, Words

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
        # A mark, as PostgreSQL refuses parameters that the text does not use: numbered when the text is complete.
        return self.contexts.setdefault((name, type), f"\x00{len(self.contexts)}\x00")

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
        matches = f"{entity.source} AS {root}{where}"
        found = matches
        written = RowWriter(self, with_deleted=self.with_deleted)
        if count and any(isinstance(inner, Words) for _, inner in shape):
            # A search reads all rows: once for both the count and the page.
            key = quote(entity.key)
            written.sets.append(f"found AS MATERIALIZED (SELECT {root}.{key} FROM {matches})")
            matches, found = "found", f"found JOIN {entity.source} AS {root} ON {root}.{key} = found.{key}"
        total = f"(SELECT count(*) FROM {matches}) AS count, " if count else ""
        sorting = f" ORDER BY {self._order(entity, root, order)}" if not single else " LIMIT 1"
        cut = "".join(
            (
                " LIMIT " + self._add(lambda _v, limit, _o, _c: limit, "bigint") if limited and not single else "",
                " OFFSET " + self._add(lambda _v, _l, offset, _c: offset, "bigint") if skipping and not single else "",
            )
        )
        rows = f"SELECT {root}.* FROM {found}{sorting}{cut}"
        json = written.object(node, root, rows) if single else written.array(node, root, rows)
        # As bytea, so that the driver hands the bytes over without decoding them.
        text = json.sql if json.is_text else f"{json.sql}::text"
        sets = f"WITH {', '.join(written.sets)} " if written.sets else ""
        sql = f"{sets}SELECT {total}convert_to({text}, 'UTF8') AS items"
        return Statement(self._numbered(sql), tuple(self.sources))

    def _numbered(self, sql: str) -> str:
        """The text with parameters in the places of the context's values."""
        for (name, type), mark in self.contexts.items():
            if mark in sql:
                sql = sql.replace(mark, self._add(_from_context(name), type))
        return sql

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
                return one.of_row(self, alias)
        elif relation := entity.relations.get(path[0]):
            tables, conditions, last = join(self.alias, relation.hops, alias, with_deleted=self.with_deleted)
            key = self._sort_key(relation.target, last, path[1:], order, descending=descending)
            found = f"{'max' if descending else 'min'}({key})" if relation.many else key
            cut = "" if relation.many else " LIMIT 1"
            return f"(SELECT {found} FROM {tables} WHERE {' AND '.join(conditions)}{cut})"
        raise InvalidOrder(f"{entity.name} has no field to sort by {order!r}")


def _from_context(name: str) -> Source:
    return lambda _values, _limit, _offset, context: context.get(name)


def check_cut(limit: int | None, offset: int | None) -> None:
    """Refuse a page that PostgreSQL would refuse.

    Raises:
        InvalidData: Limit or offset is negative or beyond 64 bits.
    """
    for name, value in (("limit", limit), ("offset", offset)):
        if value is not None and not 0 <= value < 1 << 63:
            raise InvalidData(f"The {name} must be zero or more")
