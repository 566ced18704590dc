"""Builds the graph from the models, the links and the registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    inspect,
    literal_column,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ClauseElement, UnaryExpression
from sqlalchemy.types import JSON, TypeEngine

from medusa.framework.db.changes import quote
from medusa.framework.errors import ConfigurationError
from medusa.framework.links import Link, LinkRegistry, Side
from medusa.framework.naming import snake_case
from medusa.framework.query.graph import Column, Entity, Graph, Hop, Relation
from medusa.framework.query.registry import Printing, Registry, View, ViewRelation

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def build_graph(mappers: Iterable[Mapper[Any]], links: LinkRegistry, registry: Registry) -> Graph:
    """The graph of these models.

    Raises:
        ConfigurationError: A link, alias or view names what does not exist.
    """
    return _Builder(list(mappers), links, registry).build()


class _Builder:
    def __init__(self, mappers: list[Mapper[Any]], links: LinkRegistry, registry: Registry) -> None:
        self.mappers = mappers
        self.links = links
        self.registry = registry
        self.by_model: dict[type[Any], Entity] = {}
        self.by_table: dict[str, Entity] = {}
        self.names: dict[str, Entity] = {}

    def build(self) -> Graph:
        self._entities()
        for mapper in self.mappers:
            for relationship in mapper.relationships:
                self._relationship(mapper, relationship)
        for link in self.links.links.values():
            self._link(link)
        for one in self.links.read_only:
            self._read_only(one.source, one.name, one.target, one.local, one.remote, one.many)
        for view in self.registry.views:
            self._view(view)
        for relation in self.registry.view_relations:
            self._view_relation(relation)
        for alias in self.links.aliases:
            entity = self._of(alias.model)
            entity.relations[alias.name] = self._path(entity, alias.name, alias.path)
        for model, entity in self.by_model.items():
            self._declared(model, entity)
        return Graph(self.names, self.by_model)

    def _of(self, model: type[Any]) -> Entity:
        if entity := self.by_model.get(model):
            return entity
        raise ConfigurationError(f"{model.__name__} is not among the models that queries know: import its module first")

    def _entities(self) -> None:
        shorts = Counter(snake_case(mapper.class_.__name__) for mapper in self.mappers)
        for mapper in self.mappers:
            model, table = mapper.class_, _table(mapper)
            short = snake_case(model.__name__)
            name = short if shorts[short] == 1 else table.name
            entity = _table_entity(name, model, table, self.registry)
            self.by_model[model] = self.by_table[table.name] = entity
            self.names.setdefault(table.name, entity)
            self.names[name] = entity
        for link in self.links.links.values():
            entity = _table_entity(link.table.name, None, link.table, self.registry)
            entity.always = (link.left.column, link.right.column)
            entity.columns = {name: _without_raw(column) for name, column in entity.columns.items()}
            self.by_table[link.table.name] = entity
            self.names.setdefault(link.table.name, entity)

    def _add(self, model: type[Any] | None, entity: Entity, relation: Relation) -> None:
        rule = self.registry.printing.get((model, relation.name)) if model else None
        if rule:
            _deviate(relation, rule)
        entity.relations[relation.name] = relation

    def _relationship(self, mapper: Mapper[Any], relationship: RelationshipProperty[Any]) -> None:
        entity = self._of(mapper.class_)
        target = self.by_model.get(relationship.mapper.class_)
        if target is None:
            return
        name = relationship.key.rstrip("_")
        order = _order(relationship, target)
        hops = _hops(relationship, entity, target)
        relation = Relation(name, target, hops, bool(relationship.uselist), order)
        if relationship.direction.name == "MANYTOONE" and len(hops) == 1 and len(hops[0].on) == 1:
            relation.key = relation.stub = hops[0].on[0][0]
        self._add(mapper.class_, entity, relation)

    def _link(self, link: Link) -> None:
        rows = self.by_table[link.table.name]
        for here, there in link.sides:
            source, target = self._of(here.model), self._of(there.model)
            to_rows = Hop(rows.label, rows.source, ((here.key, here.column),), True, outer=source.label)
            to_target = _to_side(rows, there, target)
            many = there.many
            order = ((target.key, False),) if many else ()
            direct = Relation(there.name, target, (to_rows, to_target), many, order, omit=not many, linked=True)
            self._add(here.model, source, direct)
            by_link = Relation(there.link_name, rows, (to_rows,), many, (("id", False),), prints_id=False, linked=True)
            self._add(here.model, source, by_link)
            rows.relations[there.row_name] = Relation(
                there.row_name, target, (to_target,), False, omit=True, linked=True
            )

    def _read_only(self, source: type[Any], name: str, target: type[Any], local: str, remote: str, many: bool) -> None:
        entity, other = self._of(source), self._of(target)
        if local not in entity.columns or remote not in other.columns:
            raise ConfigurationError(f"The link {entity.name}.{name} needs the columns {local!r} and {remote!r}")
        hop = Hop(other.label, other.source, ((local, remote),), other.live, outer=entity.label)
        key = local if local != entity.key else None
        order = ((other.key, False),) if many else ()
        self._add(source, entity, Relation(name, other, (hop,), many, order, key, omit=not many, linked=True))

    def _path(self, entity: Entity, name: str, path: tuple[str, ...]) -> Relation:
        hops: tuple[Hop, ...] = ()
        many, step = False, entity
        order: tuple[tuple[str, bool], ...] = ()
        relation: Relation | None = None
        for part in path:
            relation = step.relations.get(part)
            if relation is None:
                raise ConfigurationError(f"{entity.name}.{name} goes over {step.name}.{part}, which does not exist")
            hops, many, order, step = (*hops, *relation.hops), many or relation.many, relation.order, relation.target
        return Relation(name, step, hops, many, order if many else (), omit=not many)

    def _view(self, view: View) -> None:
        base = self._of(view.base)
        columns = {
            **base.columns,
            **{c.name: Column(c.name, quote(c.name), c.type, c.raw, c.private) for c in view.columns},
        }
        kept = {name: column for name, column in columns.items() if view.only is None or name in view.only}
        entity = Entity(view.name, base.model, base.label, f"({view.sql})", base.key, kept, {}, always=view.always)
        for relation in base.relations.values():
            first = relation.hops[0]
            hop = Hop(first.label, first.source, first.on, first.live, first.extra, base.label)
            copy = Relation(relation.name, relation.target, (hop, *relation.hops[1:]), relation.many, relation.order)
            copy.key, copy.stub, copy.prints_id = relation.key, relation.stub, relation.prints_id
            copy.joined_stub, copy.plain, copy.omit = relation.joined_stub, relation.plain, relation.omit
            if view.only is None or relation.name in view.only:
                entity.relations[copy.name] = copy
        self.names[view.name] = self.by_table[view.name] = entity

    def _view_relation(self, one: ViewRelation) -> None:
        entity = self._of(one.source) if isinstance(one.source, type) else self.names[one.source]
        target = self._of(one.target) if isinstance(one.target, type) else self.names[one.target]
        hop = Hop(target.label, target.source, one.on, target.live, outer=entity.label)
        order = tuple((name, False) for name in one.order or (target.key,)) if one.many else ()
        relation = Relation(one.name, target, (hop,), one.many, order)
        relation.prints_id, relation.in_star = one.prints_id, one.in_star
        entity.relations[one.name] = relation

    def _declared(self, model: type[Any], entity: Entity) -> None:
        views = [view for view in self.registry.views if view.base is model and view.only is None]
        for one in (entity, *(self.names[view.name] for view in views)):
            one.computed = {**self.registry.computed.get(model, {})}
            one.batches = list(self.registry.batches.get(model, ()))
        for view in self.registry.views:
            self.names[view.name].computed.update(self.registry.view_computed.get(view.name, {}))
        declared: Any = getattr(model, "__searchable__", ())
        paths: tuple[str, ...] = self.registry.searchable.get(model, tuple(declared))
        entity.searchable = tuple(tuple(path.split(".")) for path in paths)


def _table(mapper: Mapper[Any]) -> Table:
    table: Any = mapper.local_table
    if isinstance(table, Table):
        return cast("Table", table)
    raise ConfigurationError(f"{mapper.class_.__name__} must be mapped to a table")


def _deviate(relation: Relation, rule: Printing) -> None:
    if rule.id is not None:
        relation.prints_id = rule.id
    if rule.key is False:
        relation.key = None
    if rule.stub is False:
        relation.stub = None
    elif rule.stub and relation.stub is None:
        relation.joined_stub = True
    relation.plain = relation.plain or bool(rule.plain)
    relation.omit = relation.omit or bool(rule.omit)


def _to_side(rows: Entity, side: Side, target: Entity) -> Hop:
    return Hop(target.label, target.source, ((side.column, side.key),), target.live, outer=rows.label)


def _table_entity(name: str, model: type[Any] | None, table: Table, registry: Registry) -> Entity:
    none = frozenset[str]()
    private = registry.private.get(model, none) if model else none
    omitted = registry.omitted.get(model, none) if model else none
    columns: dict[str, Column] = {}
    for column in table.columns:
        name_ = column.name
        made = _column(column, private=name_ in private, omit=name_ in omitted)
        if made:
            columns[column.name] = made
    keys = [column.name for column in table.primary_key.columns]
    key = "id" if "id" in columns else keys[0]
    return Entity(name, model, table.name, quote(table.name), key, columns)


def _without_raw(column: Column) -> Column:
    return Column(column.name, column.sql, column.type, False, column.private, column.array)


def _column(column: TableColumn[Any], *, private: bool, omit: bool) -> Column | None:
    array = isinstance(column.type, ARRAY)
    type_ = _type(getattr(column.type, "item_type", column.type))
    if type_ is None:
        return None
    raw = type_ == "numeric" and column.info.get("raw") is not False
    hidden = private or bool(column.info.get("private"))
    searches = frozenset[str](column.info.get("searches", ()))
    return Column(column.name, quote(column.name), type_, raw, hidden, array, omit, searches)


_TYPES: tuple[tuple[type[Any] | tuple[type[Any], ...], str], ...] = (
    (Boolean, "boolean"),
    (BigInteger, "bigint"),
    (Integer, "integer"),
    ((Float, Double), "double precision"),
    (Numeric, "numeric"),
    (Date, "date"),
    (JSON, "jsonb"),
)


def _type(kind: TypeEngine[Any]) -> str | None:
    if isinstance(kind, LargeBinary):
        return None
    if isinstance(kind, DateTime):
        return "timestamptz" if kind.timezone else "timestamp"
    for classes, name in _TYPES:
        if isinstance(kind, classes) and not isinstance(kind, Enum):
            return name
    return "text"


def _hops(relationship: RelationshipProperty[Any], source: Entity, target: Entity) -> tuple[Hop, ...]:
    secondary = relationship.secondary
    if secondary is None:
        pairs, extra = _pairs(relationship, source, target)
        return (Hop(target.label, target.source, pairs, target.live, extra, source.label),)
    if not isinstance(secondary, Table):
        raise ConfigurationError(f"{relationship}: secondary must be a table")
    live = "deleted_at" in cast("Table", secondary).columns
    first = tuple((str(a.name), str(b.name)) for a, b in relationship.synchronize_pairs) or None
    second = tuple((str(b.name), str(a.name)) for a, b in relationship.secondary_synchronize_pairs or ()) or None
    if not first or not second:
        both = relationship.local_remote_pairs or []
        first = tuple((a.name, b.name) for a, b in both if a.table.name == source.label)
        second = tuple((b.name, a.name) for a, b in both if a.table.name == target.label)
    return (
        Hop(secondary.name, quote(secondary.name), first, live, outer=source.label),
        Hop(target.label, target.source, second, target.live, outer=secondary.name),
    )


def _pairs(
    relationship: RelationshipProperty[Any], source: Entity, target: Entity
) -> tuple[tuple[tuple[str, str], ...], str]:
    pairs = tuple((str(a.name), str(b.name)) for a, b in relationship.local_remote_pairs or ())
    joined: ClauseElement = relationship.primaryjoin
    clauses = list(joined.clauses) if isinstance(joined, BooleanClauseList) else [joined]
    extra: list[str] = []
    for clause in clauses:
        sides = (clause.left, clause.right) if isinstance(clause, BinaryExpression) else ()
        if len(sides) == 2 and all(isinstance(side, TableColumn) for side in sides):
            continue
        extra.append(_literal(clause, target))
    return pairs, " AND ".join(extra)


def _literal(clause: Any, target: Entity) -> str:
    def replace(element: Any, **_: Any) -> Any:
        if isinstance(element, TableColumn):
            column = cast("TableColumn[Any]", element)  # type: ignore[redundant-cast]
            if column.table.name != target.label:
                raise ConfigurationError(f"A condition of a relation to {target.name} must concern its columns only")
            return literal_column("{t}." + quote(column.name), column.type)
        return None

    replaced = cast("ClauseElement", visitors.replacement_traverse(clause, {}, replace))
    return str(replaced.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def _order(relationship: RelationshipProperty[Any], target: Entity) -> tuple[tuple[str, bool], ...]:
    if not relationship.uselist:
        return ()
    found: list[tuple[str, bool]] = []
    for clause in relationship.order_by or ():
        descending = isinstance(clause, UnaryExpression) and clause.modifier is operators.desc_op
        inner: Any = clause.element if isinstance(clause, UnaryExpression) else clause
        name = getattr(inner, "name", None)
        if name in target.columns:
            found.append((str(name), descending))
    return tuple(found) or ((target.key, False),)


def mappers_of(base: Any) -> list[Mapper[Any]]:
    """The mapped classes of a declarative base, in the order of their names."""
    found: Iterable[Mapper[Any]] = base.registry.mappers
    return [inspect(m.class_) for m in sorted(found, key=lambda m: str(m.class_.__name__))]
