"""Conditions on rows, from what a request asks to SQL with parameters.

A filter has a shape (its keys, its operators, and which values are single, lists or null) and values. SQL is written
once for a shape; values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from medusa.framework.errors import InvalidData
from medusa.framework.query.conversions import CONVERTERS, Converter, to_bool, to_text
from medusa.framework.query.graph import Column, Entity, Hop, Relation

Filters: TypeAlias = Mapping[str, Any]
Shape: TypeAlias = Any
"""``"V"`` a value, ``"L"`` a list, ``"LN"`` a list with a null, ``"N"`` null, else a tuple of a mapping's items."""

_COMPARISONS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_MATCHES = {"$like": "LIKE", "$ilike": "ILIKE", "$re": "~"}
MAX_CONDITIONS = 200
MAX_WORDS = 10


def flatten(filters: Filters | None) -> tuple[Shape, list[Any]]:
    """The shape of a filter and its values, in the order in which the shape has their places."""
    values: list[Any] = []
    if not filters:
        return (), values
    return _flatten_mapping(filters, values), values


def _flatten_mapping(mapping: Mapping[str, Any], values: list[Any]) -> Shape:
    return tuple((key, _flatten(key, value, values)) for key, value in mapping.items())


def _flatten(key: str, value: Any, values: list[Any]) -> Shape:
    if key == "q" and isinstance(value, str):
        words = value.split()[:MAX_WORDS]
        values.extend(words)
        return ("Q", len(words))
    if isinstance(value, str):
        values.append(value)
        return "V"
    if value is None:
        return "N"
    if key == "$exists":
        return to_bool(value)
    if isinstance(value, Mapping):
        return ("{", _flatten_mapping(cast("Mapping[str, Any]", value), values))
    if isinstance(value, (list, tuple, set, frozenset)):
        return _flatten_items(key, list(cast("Iterable[Any]", value)), values)
    values.append(value)
    return "V"


def _flatten_items(key: str, items: list[Any], values: list[Any]) -> Shape:
    if key in ("$and", "$or") or any(isinstance(item, Mapping) for item in items):
        if not all(isinstance(item, Mapping) for item in items):
            raise InvalidData(f"The filter {key!r} takes a list of conditions")
        return ("[", tuple(_flatten_mapping(item, values) for item in items))
    kept = [item for item in items if item is not None]
    values.append(kept)
    return "L" if len(kept) == len(items) else "LN"


@dataclass(slots=True)
class Scope:
    """Where conditions are written: parameters and aliases come from here."""

    parameter: Callable[[str, Converter], str]
    """Takes the next value: ``parameter("text", to_text)`` gives ``$1::text``."""
    alias: Callable[[], str]
    with_deleted: bool
    count: int = 0


def write(scope: Scope, entity: Entity, alias: str, shape: Shape) -> list[str]:
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
    if column := entity.columns.get(key):
        if column.private:
            raise InvalidData(f"{entity.name} has no field {key!r} to filter by")
        return _write_column(scope, column, f"{alias}.{column.sql}", shape)
    if relation := entity.relations.get(key):
        return _write_relation(scope, relation, alias, shape)
    head, _, rest = key.partition(".")
    if rest and head in entity.relations:
        return _write_relation(scope, entity.relations[head], alias, ("{", ((rest, shape),)))
    raise InvalidData(f"{entity.name} has no field {key!r} to filter by")


def _mapping(key: str, shape: Shape) -> Shape:
    if isinstance(shape, tuple) and shape and shape[0] == "{":
        return cast("Shape", shape[1])
    raise InvalidData(f"The filter {key!r} takes conditions")


def _write_group(scope: Scope, entity: Entity, alias: str, key: str, shape: Shape) -> str:
    if isinstance(shape, tuple) and shape and shape[0] == "[":
        members = [_all(write(scope, entity, alias, inner)) for inner in shape[1]]
    else:
        members = write(scope, entity, alias, _mapping(key, shape))
    if not members:
        return "true"
    return "(" + (" AND " if key == "$and" else " OR ").join(members) + ")"


def _write_column(scope: Scope, column: Column, sql: str, shape: Shape) -> str:
    if isinstance(shape, tuple) and shape and shape[0] == "{":
        inner = shape[1]
        if column.type == "jsonb" and not all(key.startswith("$") for key, _ in inner):
            return _all([_write_json(scope, sql, key, value) for key, value in inner])
        return _all([_write_operator(scope, column, sql, key, value) for key, value in inner])
    return _write_operator(scope, column, sql, "$eq", shape)


def _write_operator(scope: Scope, column: Column, sql: str, operator: str, shape: Shape) -> str:
    if operator == "$exists" and isinstance(shape, bool):
        return f"{sql} IS {'NOT ' if shape else ''}NULL"
    if operator == "$not":
        return f"NOT coalesce({_write_column(scope, column, sql, shape)}, false)"
    if operator in ("$and", "$or") and isinstance(shape, tuple) and shape[0] == "[":
        joined = " AND " if operator == "$and" else " OR "
        return "(" + joined.join(_write_column(scope, column, sql, ("{", inner)) for inner in shape[1]) + ")"
    if operator in ("$contains", "$overlap", "$contained") and column.array and shape == "L":
        sign = {"$contains": "@>", "$overlap": "&&", "$contained": "<@"}[operator]
        return f"{sql} {sign} {_array(scope, column)}"
    if operator in ("$eq", "$in", "$ne", "$nin"):
        return _write_equality(scope, column, sql, operator in ("$ne", "$nin"), shape)
    if operator in _MATCHES and shape == "V":
        text = sql if column.type == "text" else f"{sql}::text"
        return f"{text} {_MATCHES[operator]} {scope.parameter('text', to_text)}"
    if operator in _COMPARISONS and shape == "V":
        return f"{sql} {_COMPARISONS[operator]} {scope.parameter(column.type, CONVERTERS[column.type])}"
    if shape == "N" and operator in (*_MATCHES, *_COMPARISONS):
        return "false"
    raise InvalidData(f"Unknown filter operator {operator!r} for {column.name!r}")


def _write_equality(scope: Scope, column: Column, sql: str, negative: bool, shape: Shape) -> str:
    if shape == "N":
        return f"{sql} IS {'NOT ' if negative else ''}NULL"
    if shape == "V":
        value = _array(scope, column) if column.array else scope.parameter(column.type, CONVERTERS[column.type])
        return f"{sql} {'<>' if negative else '='} {value}"
    if shape not in ("L", "LN"):
        raise InvalidData(f"The filter for {column.name!r} takes a value or a list of values")
    if negative:
        found = f"{sql} <> ALL({_array(scope, column)})"
        return f"({found} AND {sql} IS NOT NULL)" if shape == "LN" else found
    found = f"{sql} = ANY({_array(scope, column)})"
    return f"({found} OR {sql} IS NULL)" if shape == "LN" else found


def _array(scope: Scope, column: Column) -> str:
    convert = CONVERTERS[column.type]
    return scope.parameter(column.type + "[]", lambda items: [convert(item) for item in items])


def _write_json(scope: Scope, sql: str, key: str, shape: Shape) -> str:
    literal = "'" + key.replace("'", "''") + "'"
    if "\x00" in key or "\\" in key:
        raise InvalidData("A key of a JSON filter cannot hold a backslash or the character NUL")
    if isinstance(shape, tuple) and shape and shape[0] == "{" and not all(k.startswith("$") for k, _ in shape[1]):
        return _all([_write_json(scope, f"({sql} -> {literal})", inner, value) for inner, value in shape[1]])
    return _write_column(scope, Column(key, "", "text"), f"({sql} ->> {literal})", shape)


def _write_relation(scope: Scope, relation: Relation, alias: str, shape: Shape) -> str:
    if shape == "N":
        return "NOT " + _exists(scope, relation, alias, lambda _: [])
    if isinstance(shape, tuple) and shape and shape[0] == "{":
        inner = shape[1]
        if len(inner) == 1 and inner[0][0] == "$exists":
            return ("" if inner[0][1] else "NOT ") + _exists(scope, relation, alias, lambda _: [])
        if inner and all(key.startswith("$") and key not in ("$and", "$or", "$not") for key, _ in inner):
            shape = ("{", ((relation.target.key, shape),))
        return _exists(scope, relation, alias, lambda last: write(scope, relation.target, last, shape[1]))
    key = relation.target.key
    return _exists(scope, relation, alias, lambda last: write(scope, relation.target, last, ((key, shape),)))


def _exists(scope: Scope, relation: Relation, alias: str, inner: Callable[[str], list[str]]) -> str:
    source, conditions, last = join(scope.alias, relation.hops, alias, with_deleted=scope.with_deleted)
    return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join([*conditions, *inner(last)])})"


def join(
    new_alias: Callable[[], str], hops: Sequence[Hop], alias: str, *, with_deleted: bool
) -> tuple[str, list[str], str]:
    """FROM, conditions and last alias of the way over ``hops`` from the rows of ``alias``."""
    tables: list[str] = []
    conditions: list[str] = []
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
        if len(tables) == 1:
            conditions = met
        alias = name
    return " ".join(tables), conditions, alias


def _write_search(scope: Scope, entity: Entity, alias: str, shape: Shape) -> str:
    """``q``: each word is in one of the searchable columns, whatever its case. Without such columns all rows fit."""
    if shape == "N":
        return "true"
    if not isinstance(shape, tuple) or shape[0] != "Q":
        raise InvalidData("The filter 'q' takes a text")
    words: list[str] = []
    for _ in range(shape[1]):
        pattern = scope.parameter("text", _pattern)
        found = _write_matches(scope, entity, alias, entity.searchable, pattern)
        words.append("(" + (" OR ".join(found) or f"{pattern} IS NOT NULL") + ")")
    return " AND ".join(words) or "true"


def _pattern(word: Any) -> str:
    # A trailing backslash would be an incomplete escape.
    text = to_text(word)
    return f"%{text.replace(chr(92), chr(92) * 2)}%"


def _write_matches(
    scope: Scope, entity: Entity, alias: str, paths: Iterable[tuple[str, ...]], pattern: str
) -> list[str]:
    """A condition for each column, and one for all columns of a relation."""
    own: list[str] = []
    related: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        if len(path) > 1:
            related.setdefault(path[0], []).append(path[1:])
            continue
        column = entity.columns[path[0]]
        sql = f"{alias}.{column.sql}"
        own.append(f"{sql if column.type == 'text' else f'{sql}::text'} ILIKE {pattern}")
    for name, rest in related.items():
        relation = entity.relations[name]
        own.append(_exists(scope, relation, alias, _matcher(scope, relation, rest, pattern)))
    return own


def _matcher(
    scope: Scope, relation: Relation, paths: list[tuple[str, ...]], pattern: str
) -> Callable[[str], list[str]]:
    def match(last: str) -> list[str]:
        return ["(" + " OR ".join(_write_matches(scope, relation.target, last, paths, pattern)) + ")"]

    return match
