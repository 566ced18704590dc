"""The entities that queries know: what they print, and how to get from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from medusa.framework.errors import InvalidData
from medusa.framework.query.registry import ComputedBatch, ComputedColumn

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed and compared.

    ``type`` is PostgreSQL's name of the type that parameters get; ``raw`` columns print ``raw_NAME`` as well.
    """

    name: str
    sql: str
    type: str
    raw: bool = False
    private: bool = False
    array: bool = False
    omit: bool = False
    """Left out of the answer where it is null."""
    searches: frozenset[str] = frozenset()
    """Columns whose text it holds in small letters."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One join: to the rows of ``source`` whose columns equal those of the row before; ``label`` names the table."""

    label: str
    source: str
    on: tuple[Pair, ...]
    live: bool
    """The rows can be soft-deleted."""
    extra: str = ""
    """A further condition, over the alias ``{t}``."""
    outer: str = ""
    """Name of the table before."""

    def goes_back(self, other: Hop) -> bool:
        """Whether this is the way that ``other`` came, perhaps over fewer columns."""
        back = {(b, a) for a, b in other.on}
        return self.outer == other.label and self.label == other.outer and set(self.on) <= back


@dataclass(slots=True, eq=False)
class Relation:
    """A way from rows of one entity to rows of another, over one join or several."""

    name: str
    target: Entity
    hops: tuple[Hop, ...]
    many: bool
    order: tuple[tuple[str, bool], ...] = ()
    """Columns of the target to sort by, and whether descending."""
    key: str | None = None
    """The row's own column that is printed along with the relation."""
    stub: str | None = None
    """The row's own column that is printed as ``{"id": ...}`` where the relation itself is not asked for."""
    joined_stub: bool = False
    """The stub needs the join, as the key is on the other side."""
    prints_id: bool = True
    plain: bool = False
    in_star: bool = False
    """Part of ``*``, with all its own fields."""
    omit: bool = False
    """Left out of the answer where there is no row, instead of null."""
    linked: bool = False
    """Leads to another module: may go back where it came from."""

    @property
    def is_unique(self) -> bool:
        """A value of the row's own column means one row at most."""
        return len(self.hops) == 1 and self.hops[0].on[0][1] == self.target.key

    @property
    def is_shared(self) -> bool:
        """Over a table between, so that a row may be meant several times."""
        return len(self.hops) > 1 and self.hops[-1].on[0][1] == self.target.key

    def goes_back(self, incoming: Relation | None) -> bool:
        """Whether this is the way that ``incoming`` came."""
        if self.linked or incoming is None or len(self.hops) > len(incoming.hops):
            return False
        tail = incoming.hops[-len(self.hops) :]
        return all(hop.goes_back(came) for hop, came in zip(self.hops, reversed(tail), strict=True))


@dataclass(slots=True, eq=False)
class Entity:
    """Rows of a table, a link table or a view."""

    name: str
    model: type[Any] | None
    label: str
    source: str
    key: str
    columns: dict[str, Column] = field(default_factory=lambda: {})
    relations: dict[str, Relation] = field(default_factory=lambda: {})
    computed: dict[str, ComputedColumn] = field(default_factory=lambda: {})
    batches: list[ComputedBatch] = field(default_factory=lambda: [])
    searchable: tuple[tuple[str, ...], ...] = ()
    always: tuple[str, ...] = ()
    """Columns that are printed whatever is asked for."""

    @property
    def live(self) -> bool:
        """The rows can be soft-deleted."""
        return "deleted_at" in self.columns

    def search_column(self, names: frozenset[str]) -> Column | None:
        """The column that holds the text of exactly these."""
        return next((column for column in self.columns.values() if column.searches == names), None) if names else None


class Graph:
    """All entities by their names."""

    def __init__(self, entities: Mapping[str, Entity], by_model: Mapping[type[Any], Entity]) -> None:
        self.entities = dict(entities)
        self.by_model = dict(by_model)

    def __getitem__(self, name: str) -> Entity:
        entity = self.entities.get(name)
        if entity is None:
            raise InvalidData(f"There is no entity {name!r} to query")
        return entity

    def of(self, model: type[Any]) -> Entity:
        """The entity of a model."""
        return self.by_model[model]
