"""Links: relations between the models of different modules.

A link is a table of pairs of ids; a read-only link follows an id that a row holds anyway; an alias is another name for
a path. None makes a foreign key. Queries, filters and deletions use them like a module's own relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Column, DateTime, Index, MetaData, Numeric, Table, Text, func, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Boolean, Integer, TypeEngine

from medusa.framework.db.changes import quote
from medusa.framework.errors import ConfigurationError, InvalidData
from medusa.framework.ids import generate_id
from medusa.framework.naming import plural, snake_case

_OWN = ("id", "created_at", "updated_at", "deleted_at")
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Executor(Protocol):
    """What of a session the links use."""

    async def execute(self, sql: str, *args: Any) -> str:
        """Run a statement."""
        ...

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """All rows of a query."""
        ...


@dataclass(frozen=True, eq=False)
class Side:
    """One end of a link.

    ``column`` of the link table holds ``key`` of ``model``. Rows of the other end see these rows as ``name``, and the
    rows of the link table as ``link_name``; a row of the link table sees its row of this end as ``row_name``.
    """

    model: type[Any]
    column: str
    key: str
    name: str
    link_name: str
    row_name: str
    many: bool
    delete_cascade: bool


@dataclass(frozen=True, eq=False)
class Link:
    """A table of pairs."""

    table: Table
    left: Side
    right: Side
    prefix: str
    extra: tuple[str, ...]

    @property
    def sides(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        """Each end with the other one."""
        return (self.left, self.right), (self.right, self.left)


@dataclass(frozen=True)
class ReadOnlyLink:
    """``source.local`` names rows of ``target`` by their column ``remote``."""

    source: type[Any]
    name: str
    target: type[Any]
    local: str
    remote: str
    many: bool


@dataclass(frozen=True)
class Alias:
    """``model.name`` stands for the relations of ``path``, one after the other."""

    model: type[Any]
    name: str
    path: tuple[str, ...]


@dataclass
class LinkRegistry:
    """All links that have been declared."""

    links: dict[str, Link] = field(default_factory=lambda: {})
    read_only: list[ReadOnlyLink] = field(default_factory=lambda: [])
    aliases: list[Alias] = field(default_factory=lambda: [])
    version: int = 0


LINKS = LinkRegistry()


def define_link(
    left: type[Any],
    right: type[Any],
    *,
    table: str | None = None,
    left_column: str | None = None,
    right_column: str | None = None,
    left_name: str | None = None,
    right_name: str | None = None,
    left_link: str | None = None,
    right_link: str | None = None,
    left_row: str | None = None,
    right_row: str | None = None,
    left_many: bool = False,
    right_many: bool = False,
    left_delete_cascade: bool = False,
    right_delete_cascade: bool = False,
    prefix: str = "link",
    extra: Mapping[str, Column[Any] | type[Any] | TypeEngine[Any]] | None = None,
    registry: LinkRegistry = LINKS,
) -> Link:
    """Join two models by a table of pairs: ``define_link(Product, Brand)`` gives ``product.brand`` and ``brand.product``.

    Args:
        table: Name of the table; by convention module and model of both ends (``product_product_brand_brand``).
        left_name: What rows of the right end call their left rows; ``right_name`` the other way round.
        left_many: A right row can have several left rows, so that they print as a list.
        left_link: What left rows call the rows of the link table (``product.brand_link``).
        left_delete_cascade: Left rows are deleted with their right row.
        extra: More columns of the link table, e.g. ``{"required_quantity": Column(Integer, server_default="1")}``.
    Raises:
        ConfigurationError: A link with this table exists already.
    """
    nouns = snake_case(left.__name__), snake_case(right.__name__)
    table = table or f"{_module(left)}_{nouns[0]}_{_module(right)}_{nouns[1]}"
    left_name = left_name or (plural(nouns[0]) if left_many else nouns[0])
    right_name = right_name or (plural(nouns[1]) if right_many else nouns[1])
    left_key, right_key = _key(left), _key(right)
    left_column, right_column = left_column or f"{nouns[0]}_{left_key}", right_column or f"{nouns[1]}_{right_key}"
    if table in registry.links:
        raise ConfigurationError(f"A link with the table {table!r} exists already: give this one another table=")
    made = _link_table(left.metadata, table, left_column, right_column, extra or {})
    link = Link(
        made,
        Side(left, left_column, left_key, left_name, right_link or f"{left_name}_link", left_row or nouns[0],
             left_many, left_delete_cascade),
        Side(right, right_column, right_key, right_name, left_link or f"{right_name}_link", right_row or nouns[1],
             right_many, right_delete_cascade),
        prefix,
        tuple(extra or {}),
    )  # fmt: skip
    registry.links[table] = link
    registry.version += 1
    return link


def read_only_link(
    source: type[Any],
    name: str,
    target: type[Any],
    *,
    local: str,
    remote: str = "id",
    many: bool = False,
    registry: LinkRegistry = LINKS,
) -> None:
    """Let ``source`` rows see rows of another module as ``name``, by an id that one of the two holds.

    Args:
        local: Column of the source.
        remote: Column of the target with the same value.
        many: Several target rows can have the value, so that they print as a list.
    """
    registry.read_only.append(ReadOnlyLink(source, name, target, local, remote, many))
    registry.version += 1


def alias(model: type[Any], name: str, *, path: str, registry: LinkRegistry = LINKS) -> None:
    """Let ``model.name`` stand for the dotted ``path`` of relations."""
    registry.aliases.append(Alias(model, name, tuple(path.split("."))))
    registry.version += 1


def _module(model: type[Any]) -> str:
    name = getattr(model, "module_name", None)
    return str(name()) if callable(name) else model.__module__.split(".")[0]


def _key(model: type[Any]) -> str:
    table: Table = model.__table__
    return next(column.name for column in table.primary_key.columns)


_TYPES: dict[type[Any], TypeEngine[Any]] = {
    str: Text(),
    int: Integer(),
    bool: Boolean(),
    float: Numeric(),
    dict: JSONB(),
}


def _extra_column(name: str, given: Column[Any] | type[Any] | TypeEngine[Any]) -> Column[Any]:
    if isinstance(given, Column):
        column: Column[Any] = given._copy()  # pyright: ignore[reportPrivateUsage] - a column can be in one table only
        column.name = column.key = name
        return column
    return Column(name, _TYPES[given] if isinstance(given, type) and given in _TYPES else given)


def _link_table(
    metadata: MetaData,
    name: str,
    left: str,
    right: str,
    extra: Mapping[str, Column[Any] | type[Any] | TypeEngine[Any]],
) -> Table:
    if reserved := set(extra) & {left, right, *_OWN}:
        raise ConfigurationError(f"The link {name!r} has these columns by itself: {', '.join(sorted(reserved))}")
    moment = DateTime(timezone=True)
    return Table(
        name,
        metadata,
        Column(left, Text, primary_key=True),
        Column(right, Text, primary_key=True),
        Column("id", Text, nullable=False),
        *(_extra_column(key, value) for key, value in extra.items()),
        Column("created_at", moment, nullable=False, server_default=func.now()),
        Column("updated_at", moment, nullable=False, server_default=func.now()),
        Column("deleted_at", moment),
        Index(f"IDX_{name}_{right}"[:63], right, postgresql_where=text("deleted_at IS NULL")),
        info={"link": True},
    )


Pair = tuple[str, str] | tuple[str, str, Mapping[str, Any]]


class LinkService:
    """Makes and removes pairs, many in one statement."""

    def __init__(self, registry: LinkRegistry = LINKS) -> None:
        self.registry = registry

    def get(self, table: str) -> Link:
        """The link with this table.

        Raises:
            ConfigurationError: There is none.
        """
        if link := self.registry.links.get(table):
            return link
        raise ConfigurationError(f"There is no link {table!r}; declare it with define_link")

    async def create(self, session: Executor, link: Link | str, pairs: Iterable[Pair]) -> None:
        """Link these pairs of (left id, right id[, extra columns]); a pair that exists gets the extra columns."""
        link = self.get(link) if isinstance(link, str) else link
        rows = {(pair[0], pair[1]): (dict(pair[2]) if len(pair) == 3 else {}) for pair in pairs}
        # Pairs that set different columns go apart, so that an unset column keeps its default or its value.
        groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for key, extra in rows.items():
            if unknown := set(extra) - set(link.extra):
                raise InvalidData(f"The link {link.table.name} has no column {sorted(unknown)[0]!r}")
            groups.setdefault(tuple(sorted(extra)), []).append(key)
        for columns, keys in groups.items():
            values = [[rows[key][column] for key in keys] for column in columns]
            await self._insert(session, link, columns, keys, values)

    async def _insert(
        self, session: Executor, link: Link, columns: Sequence[str], keys: Sequence[tuple[str, str]], values: list[Any]
    ) -> None:
        names = [link.left.column, link.right.column, "id", *columns]
        types = [link.table.columns[name].type.compile(dialect=_DIALECT) for name in names]
        arrays = ", ".join(f"${index}::{kind}[]" for index, kind in enumerate(types, 1))
        updates = ", ".join(f"{quote(c)} = EXCLUDED.{quote(c)}" for c in columns)
        await session.execute(
            f"INSERT INTO {quote(link.table.name)} ({', '.join(map(quote, names))}) SELECT * FROM unnest({arrays}) "
            f"ON CONFLICT ({quote(names[0])}, {quote(names[1])}) "
            f"DO UPDATE SET deleted_at = NULL, updated_at = now(){', ' + updates if updates else ''}",
            [left for left, _ in keys],
            [right for _, right in keys],
            [generate_id(link.prefix) for _ in keys],
            *values,
        )
        _touch(session, link)

    async def dismiss(self, session: Executor, link: Link | str, pairs: Iterable[tuple[str, str]]) -> None:
        """Unlink these pairs of (left id, right id)."""
        link = self.get(link) if isinstance(link, str) else link
        unique = list(dict.fromkeys(pairs))
        if unique:
            left, right = quote(link.left.column), quote(link.right.column)
            await session.execute(
                f"DELETE FROM {quote(link.table.name)} AS l USING unnest($1::text[], $2::text[]) AS p(a, b) "
                f"WHERE l.{left} = p.a AND l.{right} = p.b",
                [pair[0] for pair in unique],
                [pair[1] for pair in unique],
            )
            _touch(session, link)

    async def list(
        self,
        session: Executor,
        link: Link | str,
        *,
        left: Sequence[str] | None = None,
        right: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of a link, all columns, of these left and right ids; in the order of their creation."""
        link = self.get(link) if isinstance(link, str) else link
        rows = await session.fetch(
            f"SELECT * FROM {quote(link.table.name)} WHERE deleted_at IS NULL "
            f"AND ($1::text[] IS NULL OR {quote(link.left.column)} = ANY($1)) "
            f"AND ($2::text[] IS NULL OR {quote(link.right.column)} = ANY($2)) ORDER BY id",
            list(left) if left is not None else None,
            list(right) if right is not None else None,
        )
        return [dict(row) for row in rows]

    async def delete_of(self, session: Executor, model: type[Any], ids: Sequence[str]) -> None:
        """Soft-delete the links of these rows, and the rows that are declared to go with them; one statement."""
        await self._mark(session, model, ids, deleted=True)

    async def restore_of(self, session: Executor, model: type[Any], ids: Sequence[str]) -> None:
        """Undo :meth:`delete_of`."""
        await self._mark(session, model, ids, deleted=False)

    async def _mark(self, session: Executor, model: type[Any], ids: Sequence[str], *, deleted: bool) -> None:
        value, state = ("now()", "IS NULL") if deleted else ("NULL", "IS NOT NULL")
        steps: list[str] = []
        for link in self.registry.links.values():
            for here, there in link.sides:
                if here.model is model:
                    steps += _mark_steps(link, here, there, f"m{len(steps)}", value, state)
                    _touch(session, link)
        if steps and ids:
            await session.execute(f"WITH {', '.join(steps)} SELECT 1", list(ids))


def _mark_steps(link: Link, here: Side, there: Side, name: str, value: str, state: str) -> list[str]:
    steps = [
        f"{name} AS (UPDATE {quote(link.table.name)} SET deleted_at = {value} "
        f"WHERE {quote(here.column)} = ANY($1::text[]) AND deleted_at {state} RETURNING {quote(there.column)} AS id)"
    ]
    if there.delete_cascade:
        target = quote(there.model.__table__.name)
        steps.append(
            f"{name}c AS (UPDATE {target} AS t SET deleted_at = {value} FROM {name} "
            f"WHERE t.{quote(there.key)} = {name}.id AND t.deleted_at {state})"
        )
    return steps


def _touch(session: Executor, link: Link) -> None:
    touch = getattr(session, "touch", None)
    if touch is not None:
        touch(link.table.name)
