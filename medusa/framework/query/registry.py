"""What modules, links and applications tell the query engine beside their models."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from medusa.framework.query.fields import Fields, Tree

Row: TypeAlias = dict[str, Any]


class SqlBuild(Protocol):
    """What the author of a computed field gets while the statement is written."""

    def context(self, name: str, type: str = "text") -> str:
        """The parameter, such as ``$3::text``, that carries this value of the request's context; null if absent."""
        ...

    def has(self, name: str) -> bool:
        """Whether the request's context holds this value; a statement is written for either case."""
        ...

    def alias(self) -> str:
        """A new alias for a table of a subquery."""
        ...


SqlExpression: TypeAlias = Callable[[SqlBuild, str], str]
BatchFunction: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class ComputedColumn:
    """A field that is an SQL expression over the row."""

    name: str
    expression: SqlExpression
    in_star: bool
    null_in_star: bool = False
    omit: bool = False
    also: tuple[str, ...] = ()
    of_set: bool = False
    """The expression is a SELECT of ``key`` and ``value`` for all rows, see :func:`computed_set`."""

    def of_row(self, build: SqlBuild, row: str) -> str:
        """The field of one row."""
        if self.of_set:
            return f"(SELECT s.value FROM ({self.expression(build, f'(SELECT {row}.*)')}) AS s)"
        return f"({self.expression(build, row)})"


@dataclass(frozen=True, eq=False)
class ComputedBatch:
    """Fields that a function adds to the decoded rows of a page."""

    names: tuple[str, ...]
    requires: Tree
    function: BatchFunction
    takes_asked: bool

    def run(self, rows: list[Row], asked: frozenset[str]) -> None:
        """Add the fields to the rows."""
        if self.takes_asked:
            self.function(rows, asked)
        else:
            self.function(rows)


@dataclass
class Printing:
    """How a relation deviates from the rule in what is printed along with it."""

    id: bool | None = None
    key: bool | None = None
    stub: bool | None = None
    plain: bool | None = None
    omit: bool | None = None


@dataclass(frozen=True)
class ViewColumn:
    """A column that a view has beside those of its base."""

    name: str
    type: str = "text"
    raw: bool = False
    private: bool = False


@dataclass(frozen=True)
class View:
    """Rows of a model as a SELECT prints them."""

    name: str
    base: type[Any]
    sql: str
    columns: tuple[ViewColumn, ...]
    only: frozenset[str] | None
    always: tuple[str, ...]


@dataclass(frozen=True)
class ViewRelation:
    """A relation to or from a view."""

    source: type[Any] | str
    name: str
    target: type[Any] | str
    on: tuple[tuple[str, str], ...]
    many: bool
    prints_id: bool
    in_star: bool
    order: tuple[str, ...] = ()


@dataclass
class Registry:
    """Declarations by model; one for the product, and any number for tests."""

    computed: dict[type[Any], dict[str, ComputedColumn]] = field(default_factory=lambda: {})
    batches: dict[type[Any], list[ComputedBatch]] = field(default_factory=lambda: {})
    printing: dict[tuple[type[Any], str], Printing] = field(default_factory=lambda: {})
    searchable: dict[type[Any], tuple[str, ...]] = field(default_factory=lambda: {})
    private: dict[type[Any], frozenset[str]] = field(default_factory=lambda: {})
    omitted: dict[type[Any], frozenset[str]] = field(default_factory=lambda: {})
    views: list[View] = field(default_factory=lambda: [])
    view_relations: list[ViewRelation] = field(default_factory=lambda: [])
    view_computed: dict[str, dict[str, ComputedColumn]] = field(default_factory=lambda: {})
    version: int = 0


REGISTRY = Registry()

F = TypeVar("F", bound=Callable[..., Any])


def computed(
    model: type[Any],
    name: str,
    *,
    in_star: bool = False,
    null_in_star: bool = False,
    omit: bool = False,
    also: Sequence[str] = (),
    registry: Registry = REGISTRY,
) -> Callable[[SqlExpression], SqlExpression]:
    """Declare a field of ``model`` that PostgreSQL computes.

    The function returns an SQL expression (of any type that JSON can hold) over the alias it is given. The alias and
    the name are trusted text; values from a request come through ``build.context`` only.

    Args:
        in_star: The field is part of ``*relation`` too, instead of being printed only when it is named.
        null_in_star: It is part of it, but null there: only its name computes it.
        omit: It is left out of the answer where it is null.
        also: Columns that are printed along with it.
    """

    def register(function: SqlExpression) -> SqlExpression:
        made = ComputedColumn(name, function, in_star, null_in_star, omit, tuple(also))
        registry.computed.setdefault(model, {})[name] = made
        registry.version += 1
        return function

    return register


def computed_set(
    model: type[Any], name: str, *, omit: bool = False, also: Sequence[str] = (), registry: Registry = REGISTRY
) -> Callable[[SqlExpression], SqlExpression]:
    """Declare a field of ``model`` that PostgreSQL computes for all rows of a level in one go.

    For what needs other tables: a subquery for each row costs several times as much. The function gets something to
    select the rows from (``FROM {rows} AS v``), and returns a SELECT of ``key``, the key of a row, and ``value``; at most
    once for each of the rows, and for no others. Arguments are those of :func:`computed`.
    """

    def register(function: SqlExpression) -> SqlExpression:
        made = ComputedColumn(name, function, False, False, omit, tuple(also), of_set=True)
        registry.computed.setdefault(model, {})[name] = made
        registry.version += 1
        return function

    return register


def computed_batch(
    model: type[Any], names: Sequence[str], *, requires: str, registry: Registry = REGISTRY
) -> Callable[[F], F]:
    """Declare fields of ``model`` that a function computes over the decoded rows of a page, nested ones included.

    The function gets the list of rows (dicts; numbers are ``int`` or ``Decimal``), and, when it takes a second
    parameter, the frozenset of those of ``names`` that were asked for. It adds the names to each row; a dotted name
    (``items.total``) says that it adds to the rows of a relation.

    Args:
        requires: The fields that the function reads. They are fetched as well, and taken out again where they were not
            asked for, except below a relation that was asked for with ``*``: there, all stays.
    """

    def register(function: F) -> F:
        takes_asked = len(inspect.signature(function).parameters) > 1
        batch = ComputedBatch(tuple(names), Fields.of(requires).tree, function, takes_asked)
        registry.batches.setdefault(model, []).append(batch)
        registry.version += 1
        return function

    return register


def view(
    name: str,
    base: type[Any],
    sql: str,
    *,
    columns: Sequence[ViewColumn] = (),
    only: Sequence[str] | None = None,
    always: Sequence[str] = (),
    computed: Mapping[str, SqlExpression] | None = None,
    registry: Registry = REGISTRY,
) -> None:
    """Declare an entity whose rows are those of a SELECT, where a table's own rows are not what the contract prints.

    Args:
        base: The model whose columns and relations the rows have as well.
        sql: A SELECT of ``base.*`` and of ``columns``; the optimizer merges it into the query.
        only: Those columns and relations of base that are printed, and the view's own (default: all).
        always: Columns that are printed whatever is asked for.
        computed: SQL expressions over the row, part of ``*``.
    """
    registry.views.append(View(name, base, sql, tuple(columns), frozenset(only) if only else None, tuple(always)))
    made = {key: ComputedColumn(key, expression, True) for key, expression in (computed or {}).items()}
    registry.view_computed[name] = made
    registry.version += 1


def view_relation(
    source: type[Any] | str,
    name: str,
    target: type[Any] | str,
    *,
    on: Sequence[tuple[str, str]],
    many: bool,
    id: bool = True,
    in_star: bool = False,
    order: Sequence[str] = (),
    registry: Registry = REGISTRY,
) -> None:
    """Declare a relation to or from a view: ``on`` pairs columns of the source with columns of the target.

    Args:
        order: Columns of the target that its rows are sorted by (default: its key).
    """
    registry.view_relations.append(ViewRelation(source, name, target, tuple(on), many, id, in_star, tuple(order)))
    registry.version += 1


def printing(
    model: type[Any],
    relations: Sequence[str],
    *,
    id: bool | None = None,
    key: bool | None = None,
    stub: bool | None = None,
    plain: bool | None = None,
    omit: bool | None = None,
    registry: Registry = REGISTRY,
) -> None:
    """Say what is printed along with a relation, where the contract deviates from the rule.

    Args:
        id: The id of the related rows, also when only other fields of theirs are asked for (rule: yes).
        key: The row's foreign key, when the relation is asked for (rule: yes).
        stub: ``{"id": ...}``, when all fields of the row are asked for, but not the relation (rule: for foreign keys).
        plain: The relation with all its fields, when its bare name is asked for (rule: no).
        omit: Nothing at all instead of null, where there is no related row (rule: for links).
    """
    for relation in relations:
        registry.printing[model, relation] = Printing(id, key, stub, plain, omit)
    registry.version += 1


def searchable(model: type[Any], *paths: str, registry: Registry = REGISTRY) -> None:
    """The columns (``title``, ``variants.sku``) that the filter ``q`` looks into; replaces ``__searchable__``."""
    registry.searchable[model] = paths
    registry.version += 1


def private(model: type[Any], *columns: str, registry: Registry = REGISTRY) -> None:
    """Columns that are never printed."""
    registry.private[model] = registry.private.get(model, frozenset()) | frozenset(columns)
    registry.version += 1


def omit_null(model: type[Any], *columns: str, registry: Registry = REGISTRY) -> None:
    """Columns that are left out of the answer where they are null."""
    registry.omitted[model] = registry.omitted.get(model, frozenset()) | frozenset(columns)
    registry.version += 1


Context: TypeAlias = Mapping[str, Any]
