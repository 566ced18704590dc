"""Conditions on rows, from what a request asks to SQL with parameters.

SQL is written once for a shape (see :mod:`medusa.framework.query.shapes`); values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from medusa.framework.errors import InvalidData
from medusa.framework.query.conversions import CONVERTERS, Converter, to_text
from medusa.framework.query.graph import Column, Entity, Hop, Relation
from medusa.framework.query.shapes import Conditions, Items, Members, Shape, Words

_COMPARISONS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_MATCHES = {"$like": "LIKE", "$ilike": "ILIKE", "$re": "~"}
MAX_CONDITIONS = 200


@dataclass(slots=True)
class Scope:
    """Where conditions are written: parameters and aliases come from here."""

    parameter: Callable[[str, Converter], str]
    """Takes the next value: ``parameter("text", to_text)`` gives ``$1::text``."""
    alias: Callable[[], str]
    with_deleted: bool
    count: int = 0


def write(scope: Scope, entity: Entity, alias: str, shape: Items) -> list[str]:
    """The conditions of a shape on the rows of ``alias``.

    Raises:
        InvalidData: A name or operator is unknown.
    """
    return [_write_one(scope, entity, alias, key, inner) for key, inner in shape]


def _all(parts: Sequence[str]) -> str:
    return "(" + " AND ".join(parts) + ")" if parts else "true"


def _write_one(scope: Scope, entity: Entity, alias: str, key: str, shape: Shape) -> str:
    scope.count += 1
    if scope.count > MAX_CONDITIONS:
        raise InvalidData("The filter has too many conditions")
    if key in ("$and", "$or"):
        return _write_group(scope, entity, alias, key, shape)
    if key == "$not":
        return f"NOT {_all(write(scope, entity, alias, _mapping(key, shape)))}"
    if key == "q" and key not in entity.columns:
        return _write_search(scope, entity, alias, shape)
    if column := entity.columns.get(entity.key if key == "id" and key not in entity.columns else key):
        if column.private:
            raise InvalidData(f"{entity.name} has no field {key!r} to filter by")
        return _write_column(scope, column, f"{alias}.{column.sql}", shape)
    if relation := entity.relations.get(key):
        return _write_relation(scope, relation, alias, shape)
    head, _, rest = key.partition(".")
    if rest and head in entity.relations:
        return _write_relation(scope, entity.relations[head], alias, Conditions(((rest, shape),)))
    raise InvalidData(f"{entity.name} has no field {key!r} to filter by")


def _mapping(key: str, shape: Shape) -> Items:
    if isinstance(shape, Conditions):
        return shape.items
    raise InvalidData(f"The filter {key!r} takes conditions")


def _write_group(scope: Scope, entity: Entity, alias: str, key: str, shape: Shape) -> str:
    if isinstance(shape, Members):
        members = [_all(write(scope, entity, alias, inner)) for inner in shape.members]
    else:
        members = write(scope, entity, alias, _mapping(key, shape))
    if not members:
        return "true"
    return "(" + (" AND " if key == "$and" else " OR ").join(members) + ")"


def _write_column(scope: Scope, column: Column, sql: str, shape: Shape) -> str:
    if isinstance(shape, Conditions):
        if column.type == "jsonb" and not shape.operators:
            return _all([_write_json(scope, sql, key, value) for key, value in shape.items])
        return _all([_write_operator(scope, column, sql, key, value) for key, value in shape.items])
    return _write_operator(scope, column, sql, "$eq", shape)


def _write_operator(scope: Scope, column: Column, sql: str, operator: str, shape: Shape) -> str:
    if operator == "$exists" and isinstance(shape, bool):
        return f"{sql} IS {'NOT ' if shape else ''}NULL"
    if operator == "$not":
        return f"NOT coalesce({_write_column(scope, column, sql, shape)}, false)"
    if operator in ("$and", "$or") and isinstance(shape, Members):
        joined = " AND " if operator == "$and" else " OR "
        return "(" + joined.join(_write_column(scope, column, sql, Conditions(inner)) for inner in shape.members) + ")"
    if operator in ("$contains", "$overlap", "$contained") and column.array and shape == "list":
        sign = {"$contains": "@>", "$overlap": "&&", "$contained": "<@"}[operator]
        return f"{sql} {sign} {_array(scope, column)}"
    if operator in ("$eq", "$in", "$ne", "$nin"):
        return _write_equality(scope, column, sql, operator in ("$ne", "$nin"), shape)
    if operator in _MATCHES and shape == "value":
        text = sql if column.type == "text" else f"{sql}::text"
        return f"{text} {_MATCHES[operator]} {scope.parameter('text', to_text)}"
    if operator in _COMPARISONS and shape == "value":
        return f"{sql} {_COMPARISONS[operator]} {scope.parameter(column.type, CONVERTERS[column.type])}"
    if shape == "null" and operator in (*_MATCHES, *_COMPARISONS):
        return "false"
    raise InvalidData(f"Unknown filter operator {operator!r} for {column.name!r}")


def _write_equality(scope: Scope, column: Column, sql: str, negative: bool, shape: Shape) -> str:
    if shape == "null":
        return f"{sql} IS {'NOT ' if negative else ''}NULL"
    sign = "<>" if negative else "="
    if column.array and shape == "list":
        return f"{sql} {sign} {_array(scope, column)}"
    if shape == "value" and not column.array:
        return f"{sql} {sign} {scope.parameter(column.type, CONVERTERS[column.type])}"
    if shape not in ("list", "list or null"):
        raise InvalidData(f"The filter for {column.name!r} takes a value or a list of values")
    if negative:
        found = f"{sql} <> ALL({_array(scope, column)})"
        return f"({found} AND {sql} IS NOT NULL)" if shape == "list or null" else found
    found = f"{sql} = ANY({_array(scope, column)})"
    return f"({found} OR {sql} IS NULL)" if shape == "list or null" else found


def _array(scope: Scope, column: Column) -> str:
    convert = CONVERTERS[column.type]
    return scope.parameter(column.type + "[]", lambda items: [convert(item) for item in items])


def _write_json(scope: Scope, sql: str, key: str, shape: Shape) -> str:
    literal = "'" + key.replace("'", "''") + "'"
    if "\x00" in key or "\\" in key:
        raise InvalidData("A key of a JSON filter cannot hold a backslash or the character NUL")
    if isinstance(shape, Conditions) and not shape.operators:
        return _all([_write_json(scope, f"({sql} -> {literal})", inner, value) for inner, value in shape.items])
    return _write_column(scope, Column(key, "", "text"), f"({sql} ->> {literal})", shape)


def _write_relation(scope: Scope, relation: Relation, alias: str, shape: Shape) -> str:
    if shape == "null":
        return "NOT " + _exists(scope, relation, alias, lambda _: [])
    if isinstance(shape, Conditions):
        inner: Items = shape.items
        if len(inner) == 1 and inner[0][0] == "$exists":
            return ("" if inner[0][1] else "NOT ") + _exists(scope, relation, alias, lambda _: [])
        if inner and shape.operators and not any(key in ("$and", "$or", "$not") for key, _ in inner):
            inner = ((relation.target.key, shape),)
    else:
        inner = ((relation.target.key, shape),)
    if relation.linked and len(relation.hops) == 2 and inner and all(key == relation.target.key for key, _ in inner):
        return _write_linked(scope, relation, alias, inner)
    return _exists(scope, relation, alias, lambda last: write(scope, relation.target, last, inner))


def _write_linked(scope: Scope, relation: Relation, alias: str, items: Items) -> str:
    """Conditions on the ids at the other end of a link: the link's rows go with theirs, so these are not needed."""
    link, target = relation.hops
    column = relation.target.columns[relation.target.key]
    source, conditions, last = join(scope.alias, (link,), alias, with_deleted=scope.with_deleted)
    key = f'{last}."{target.on[0][0]}"'
    conditions += [_write_column(scope, column, key, shape) for _, shape in items]
    return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(conditions)})"


def _exists(scope: Scope, relation: Relation, alias: str, inner: Callable[[str], list[str]]) -> str:
    source, conditions, last = join(scope.alias, relation.hops, alias, with_deleted=scope.with_deleted)
    return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join([*conditions, *inner(last)])})"


def join(
    new_alias: Callable[[], str], hops: Sequence[Hop], alias: str, *, with_deleted: bool
) -> tuple[str, list[str], str]:
    """FROM, conditions and last alias of the way over ``hops`` from the rows of ``alias``."""
    tables: list[str] = []
    first: list[str] | None = None
    for hop in hops:
        name = new_alias()
        met = [f'{name}."{b}" = {alias}."{a}"' for a, b in hop.on]
        if hop.live and not with_deleted:
            met.append(f"{name}.deleted_at IS NULL")
        if hop.extra:
            met.append(hop.extra.replace("{t}", name))
        tables.append(
            f"{hop.source} AS {name}" if not tables else f"JOIN {hop.source} AS {name} ON {' AND '.join(met)}"
        )
        first = met if first is None else first
        alias = name
    return " ".join(tables), first or [], alias


def _write_search(scope: Scope, entity: Entity, alias: str, shape: Shape) -> str:
    """``q``: each word is in one of the searchable columns, whatever its case. Without such columns all rows fit."""
    if shape == "null":
        return "true"
    if not isinstance(shape, Words):
        raise InvalidData("The filter 'q' takes a text")
    words: list[str] = []
    for _ in range(shape.number):
        if shape.is_plain:  # the same rows at half the price: the case of ASCII letters needs no locale
            pattern = f'({scope.parameter("text", lambda word: _pattern(word).lower())} COLLATE "C")'
        else:
            pattern = scope.parameter("text", _pattern)
        search = _Search(scope, pattern, shape.is_plain)
        words.append(
            "(" + (" OR ".join(search.matches(entity, alias, entity.searchable)) or f"{pattern} IS NOT NULL") + ")"
        )
    return " AND ".join(words) or "true"


def _pattern(word: Any) -> str:
    # A trailing backslash would be an incomplete escape.
    text = to_text(word)
    return f"%{text.replace(chr(92), chr(92) * 2)}%"


@dataclass(slots=True)
class _Search:
    """One word of a search."""

    scope: Scope
    pattern: str
    is_plain: bool
    """The pattern is in small letters, and means nothing but itself."""

    def matches(self, entity: Entity, alias: str, paths: Iterable[tuple[str, ...]]) -> list[str]:
        """A condition for each column, or one for all; and one for all columns of a relation."""
        own: list[str] = []
        related: dict[str, list[tuple[str, ...]]] = {}
        for name, *rest in paths:
            if rest:
                related.setdefault(name, []).append(tuple(rest))
            else:
                own.append(name)
        kept = entity.search_column(frozenset(own)) if self.is_plain else None
        found = [f"{alias}.{kept.sql} LIKE {self.pattern}"] if kept else []
        for column in () if kept else [entity.columns[name] for name in own]:
            sql = f"{alias}.{column.sql}"
            found.append(f"{sql if column.type == 'text' else f'{sql}::text'} ILIKE {self.pattern}")
        for name, inner in related.items():
            relation = entity.relations[name]
            found.append(_exists(self.scope, relation, alias, self._matcher(relation, inner)))
        return found

    def _matcher(self, relation: Relation, paths: list[tuple[str, ...]]) -> Callable[[str], list[str]]:
        return lambda last: ["(" + " OR ".join(self.matches(relation.target, last, paths)) + ")"]
