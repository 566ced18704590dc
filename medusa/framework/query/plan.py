"""From what is asked for to what is fetched: names are looked up, relations followed, requirements added."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from medusa.framework.query.fields import Tree, make_tree
from medusa.framework.query.graph import Column, Entity, Relation
from medusa.framework.query.registry import ComputedBatch, ComputedColumn

Prune: TypeAlias = "dict[str, Prune | None]"
"""Keys to take out of a row again: None for the key itself, or what to take out of the rows below it."""


STAR = make_tree(True, (), {})
NULL = ComputedColumn("", lambda _build, _row: "NULL", False)


@dataclass(slots=True)
class Node:
    """What is printed of one entity at one place of the answer."""

    entity: Entity
    columns: dict[str, Column] = field(default_factory=lambda: {})
    raws: dict[str, Column] = field(default_factory=lambda: {})
    stubs: dict[str, Relation] = field(default_factory=lambda: {})
    computed: dict[str, ComputedColumn] = field(default_factory=lambda: {})
    relations: dict[str, tuple[Relation, Node]] = field(default_factory=lambda: {})
    batches: dict[ComputedBatch, frozenset[str]] = field(default_factory=lambda: {})
    needed: dict[str, None] = field(default_factory=lambda: {})
    """Relations that a batch function reads."""
    star: bool = False

    @property
    def empty(self) -> bool:
        """Nothing would be printed."""
        return not (self.columns or self.raws or self.stubs or self.computed or self.relations)

    @property
    def has_sets(self) -> bool:
        """Fields are computed for all rows at once."""
        return any(one.of_set for one in self.computed.values())

    @property
    def keys(self) -> set[str]:
        """All names that are printed."""
        return {*self.columns, *self.raws, *self.stubs, *self.computed, *self.relations}


@dataclass(frozen=True, slots=True)
class BatchStep:
    """A batch function, the place of its rows, and those of its names that were asked for."""

    path: tuple[str, ...]
    batch: ComputedBatch
    asked: frozenset[str]


@dataclass(slots=True)
class Plan:
    """What to fetch, what to compute over it, and what to take out again."""

    node: Node
    steps: tuple[BatchStep, ...]
    prune: Prune


def make_plan(entity: Entity, tree: Tree) -> Plan:
    """The plan for a tree of fields."""
    full = _resolve(entity, tree, None, expand=True)
    steps = tuple(_steps(full, ()))
    if not steps:
        return Plan(full, (), {})
    shown = _resolve(entity, tree, None, expand=False)
    return Plan(full, steps, _difference(full, shown))


def _resolve(entity: Entity, tree: Tree, incoming: Relation | None, *, expand: bool) -> Node:
    node = Node(entity, star=tree.star)
    if expand:
        tree = _expand(node, tree)
    if incoming is None or incoming.prints_id:
        node.columns[entity.key] = entity.columns[entity.key]
    for name in entity.always:
        _add_name(node, name, incoming, expand=expand)
    if tree.star:
        _add_star(node, incoming, expand=expand)
    for name in tree.names:
        _add_name(node, name, incoming, expand=expand)
    for name, child in tree.children.items():
        _add_child(node, name, child, incoming, expand=expand)
    for name in node.relations:
        node.stubs.pop(name, None)
    return node


def _expand(node: Node, tree: Tree) -> Tree:
    """The tree with what the batch functions need that it calls for."""
    pending = list(node.entity.batches)
    changed = True
    while changed:
        changed = False
        for batch in pending:
            asked = frozenset(name for name in batch.names if tree.asks(tuple(name.split("."))))
            if asked:
                node.batches[batch] = asked
                node.needed.update(dict.fromkeys(batch.requires.children))
                pending.remove(batch)
                tree = tree.merged(_as_starred(batch.requires, tree))
                changed = True
                break
    return tree


def _as_starred(required: Tree, asked: Tree) -> Tree:
    """What is required, whole where it hangs on a relation that is asked for with a star: it stays in the answer.

    What is asked for by itself below that relation stays as it is asked for.
    """
    children = dict(required.children)
    for name, child in required.children.items():
        here = asked.children.get(name)
        if here is not None and here.star:
            below = {inner: tree if inner in here.children else STAR for inner, tree in child.children.items()}
            children[name] = make_tree(child.star, child.names, below)
    return make_tree(required.star, required.names, children)


def _add_star(node: Node, incoming: Relation | None, *, expand: bool) -> None:
    entity = node.entity
    for name, column in entity.columns.items():
        # A computed field takes the place of the column whose name it has.
        if not column.private and name not in entity.computed:
            node.columns[name] = column
            if column.raw:
                node.raws["raw_" + name] = column
    for name, relation in entity.relations.items():
        if relation.in_star:
            _add_child(node, name, STAR, incoming, expand=expand)
        if relation.stub or relation.joined_stub:
            again = incoming is not None and incoming.name == name and incoming.target is relation.target
            if not again and not relation.goes_back(incoming) and name not in entity.computed:
                node.stubs[name] = relation
    for name, one in entity.computed.items():
        if one.in_star:
            _add_computed(node, name)
        elif one.null_in_star:
            node.computed[name] = NULL


def _add_name(node: Node, name: str, incoming: Relation | None, *, expand: bool) -> None:
    entity = node.entity
    column = entity.columns.get(name)
    if name in entity.computed:
        _add_computed(node, name)
    elif column is not None:
        if not column.private:
            node.columns[name] = column
    elif name.startswith("raw_") and (twin := entity.columns.get(name[4:])) and twin.raw and not twin.private:
        node.raws[name] = twin
    elif name in entity.relations and entity.relations[name].plain:
        _add_child(node, name, STAR, incoming, expand=expand)


def _add_computed(node: Node, name: str) -> None:
    one = node.computed[name] = node.entity.computed[name]
    node.columns.update({column: node.entity.columns[column] for column in one.also})


def _add_child(node: Node, name: str, tree: Tree, incoming: Relation | None, *, expand: bool) -> None:
    if name in node.entity.computed:
        _add_computed(node, name)
        return
    relation = node.entity.relations.get(name)
    if relation is None:
        return
    if relation.key:
        node.columns[relation.key] = node.entity.columns[relation.key]
    if relation.goes_back(incoming) and name not in node.needed:
        return
    if relation.in_star and node.star:
        tree = tree.merged(STAR)
    child = _resolve(relation.target, tree, relation, expand=expand)
    if not child.empty:
        node.relations[name] = (relation, child)


def _steps(node: Node, path: tuple[str, ...]) -> list[BatchStep]:
    """The batch functions, those of inner rows first."""
    found: list[BatchStep] = []
    for name, (_, child) in node.relations.items():
        found += _steps(child, (*path, name))
    return found + [BatchStep(path, batch, asked) for batch, asked in reversed(node.batches.items())]


def _difference(full: Node, shown: Node) -> Prune:
    """What is fetched but not shown. Below a relation with a star, all stays, as the contract has it."""
    prune: Prune = dict.fromkeys(full.keys - shown.keys)
    for batch, asked in full.batches.items():
        prune.update(dict.fromkeys(name for name in batch.names if "." not in name and name not in asked))
    for name, (_, child) in full.relations.items():
        below = shown.relations.get(name)
        if below and not below[1].star and (inner := _difference(child, below[1])):
            prune[name] = inner
    for batch, asked in full.batches.items():
        for dotted in batch.names:
            if "." in dotted and dotted not in asked:
                _prune_dotted(prune, shown, tuple(dotted.split(".")))
    return prune


def _prune_dotted(prune: Prune, shown: Node, path: tuple[str, ...]) -> None:
    name, rest = path[0], path[1:]
    if not rest:
        prune.setdefault(name, None)
        return
    below = shown.relations.get(name)
    if below is None or below[1].star:
        return
    inner = prune.setdefault(name, {})
    if inner is not None:
        _prune_dotted(inner, below[1], rest)
