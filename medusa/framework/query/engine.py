"""The query engine: from an entity and fields to bytes or Structs, in one statement."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import msgspec

from medusa.framework.db.models import Base
from medusa.framework.links import LINKS, LinkRegistry
from medusa.framework.query.fields import Fields
from medusa.framework.query.graph import Graph
from medusa.framework.query.introspection import build_graph, mappers_of
from medusa.framework.query.plan import Plan, Prune, make_plan
from medusa.framework.query.registry import REGISTRY, Registry, Row
from medusa.framework.query.shapes import Filters, flatten
from medusa.framework.query.statement import Context, Statement, Writer, check_cut

T = TypeVar("T")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_NOTHING: Context = {}
MAX_PLANS = 4096


class Reader(Protocol):
    """What of a session the engine uses."""

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """All rows."""
        ...

    async def fetch_row(self, sql: str, *args: Any) -> Any:
        """The first row, or None."""
        ...


class Page(msgspec.Struct, frozen=True):
    """A page of rows as a JSON array, and how many rows there are in all (where that was asked for)."""

    items: bytes
    count: int | None = None


@dataclass(slots=True)
class Prepared:
    """All that is the same for each request of one shape."""

    statement: Statement
    plan: Plan


Key: TypeAlias = tuple[Any, ...]


class Query:
    """Reads entities of all modules, links included; one statement for each call.

    Stateless apart from its plans, which are kept by shape: entity, fields, filter keys, order, what the context holds.
    """

    def __init__(self, base: Any = Base, links: LinkRegistry = LINKS, registry: Registry = REGISTRY) -> None:
        self._base = base
        self._links = links
        self._registry = registry
        self._graph: Graph | None = None
        self._built = (-1, -1)
        self._plans: OrderedDict[Key, Prepared] = OrderedDict()

    @property
    def graph_of_entities(self) -> Graph:
        """What can be queried; built at the first use, and again when a declaration came later."""
        version = (self._links.version, self._registry.version)
        if self._graph is None or self._built != version:
            self._base.registry.configure()
            self._graph = build_graph(mappers_of(self._base), self._links, self._registry)
            self._built = version
            self._plans.clear()
        return self._graph

    async def page(
        self,
        session: Reader,
        entity: str,
        *,
        fields: Fields,
        filters: Filters | None = None,
        order: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool = False,
        context: Context | None = None,
        with_deleted: bool = False,
    ) -> Page:
        """A page of rows as JSON.

        Args:
            entity: ``product``, ``product_variant``, ``order`` ...
            filters: See :mod:`medusa.framework.query.filters`; ``q`` searches.
            order: ``-created_at,title``, also through relations (``collection.title``); by id where nothing is asked.
            count: Count all rows that fulfil the filters, too.
            context: What computed fields need, such as ``{"currency_code": "eur"}``.
        Raises:
            InvalidData: The entity, a filter or a value is not valid.
            InvalidOrder: The order names an unknown field.
        """
        prepared, args = self._prepare(
            entity, fields, filters, order, limit, offset, count, context, with_deleted, single=False
        )
        row = await session.fetch_row(prepared.statement.sql, *args)
        items: bytes = row["items"]
        if prepared.plan.steps:
            items = _encode(_compute(prepared.plan, _decode(items)))
        return Page(items, row["count"] if count else None)

    async def one(
        self,
        session: Reader,
        entity: str,
        id_or_filters: str | Filters,
        *,
        fields: Fields,
        context: Context | None = None,
        with_deleted: bool = False,
    ) -> bytes | None:
        """One row as a JSON object; None where there is none."""
        filters = self._by_id(entity, id_or_filters)
        prepared, args = self._prepare(
            entity, fields, filters, None, None, None, False, context, with_deleted, single=True
        )
        row = await session.fetch_row(prepared.statement.sql, *args)
        if row["items"] is None:
            return None
        item: bytes = row["items"]
        if prepared.plan.steps:
            return _encode(_compute(prepared.plan, [_decode(item)])[0])
        return item

    async def graph(
        self,
        session: Reader,
        entity: str,
        *,
        fields: Fields,
        filters: Filters | None = None,
        order: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        context: Context | None = None,
        with_deleted: bool = False,
        into: type[T],
    ) -> list[T]:
        """Rows as Structs (or ``dict``), with numbers as ``Decimal`` where the Struct says so."""
        prepared, args = self._prepare(
            entity, fields, filters, order, limit, offset, False, context, with_deleted, single=False
        )
        row = await session.fetch_row(prepared.statement.sql, *args)
        if not prepared.plan.steps and into is not dict:
            return _decode_rows(row["items"], into)
        rows = _decode(row["items"])
        if prepared.plan.steps:
            rows = _compute(prepared.plan, rows)
        return cast("list[T]", rows) if into is dict else _convert_rows(rows, into)

    async def explain(
        self,
        session: Reader,
        entity: str,
        *,
        fields: Fields,
        filters: Filters | None = None,
        order: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool = False,
        context: Context | None = None,
        analyze: bool = False,
    ) -> tuple[str, list[str]]:
        """The SQL of a page and PostgreSQL's plan for it, line by line; ``analyze`` runs it and measures."""
        prepared, args = self._prepare(
            entity, fields, filters, order, limit, offset, count, context, False, single=False
        )
        options = "ANALYZE, BUFFERS" if analyze else "COSTS"
        rows = await session.fetch(f"EXPLAIN ({options}) {prepared.statement.sql}", *args)
        return prepared.statement.sql, [str(row[0]) for row in rows]

    def _by_id(self, entity: str, id_or_filters: str | Filters) -> Filters:
        if isinstance(id_or_filters, str):
            return {self.graph_of_entities[entity].key: id_or_filters}
        return id_or_filters

    def _prepare(
        self,
        entity: str,
        fields: Fields,
        filters: Filters | None,
        order: str | None,
        limit: int | None,
        offset: int | None,
        count: bool,
        context: Context | None,
        with_deleted: bool,
        *,
        single: bool,
    ) -> tuple[Prepared, list[Any]]:
        graph = self.graph_of_entities
        shape, values = flatten(filters)
        if limit is not None or offset is not None:
            check_cut(limit, offset)
        offset = offset or None
        present = frozenset(k for k, v in context.items() if v is not None) if context else frozenset[str]()
        key = (entity, fields, shape, order, limit is None, offset is None, count, present, with_deleted, single)
        prepared = self._plans.get(key)
        if prepared is None:
            plan = make_plan(graph[entity], fields.tree)
            statement = Writer(present, with_deleted=with_deleted).page(
                plan.node,
                shape,
                order,
                limited=limit is not None,
                skipping=offset is not None,
                count=count,
                single=single,
            )
            prepared = self._plans[key] = Prepared(statement, plan)
            if len(self._plans) > MAX_PLANS:
                self._plans.popitem(last=False)
        return prepared, prepared.statement.args(values, limit, offset, context or _NOTHING)


def _decode_rows(items: bytes, into: type[T]) -> list[T]:
    row_type: Any = into
    rows: list[T] = msgspec.json.decode(items, type=list[row_type])
    return rows


def _convert_rows(rows: list[Row], into: type[T]) -> list[T]:
    row_type: Any = into
    converted: list[T] = msgspec.convert(rows, list[row_type])
    return converted


def _compute(plan: Plan, rows: list[Row]) -> list[Row]:
    """Run the batch functions over the rows, inner ones first, and take out what they alone needed."""
    for step in plan.steps:
        found: list[Row] = rows
        for name in step.path:
            found = [inner for row in found for inner in _below(row.get(name))]
        if found:
            step.batch.run(found, step.asked)
    if plan.prune:
        for row in rows:
            _prune(row, plan.prune)
    return rows


def _below(value: Any) -> Iterable[Row]:
    if isinstance(value, list):
        return cast("list[Row]", value)
    return (cast("Row", value),) if isinstance(value, Mapping) else ()


def _prune(row: Row, prune: Prune) -> None:
    for name, inner in prune.items():
        if inner is None:
            row.pop(name, None)
        else:
            for below in _below(row.get(name)):
                _prune(below, inner)
