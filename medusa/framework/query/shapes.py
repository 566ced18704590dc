"""The shape of a filter: all of it but the values, which become parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from medusa.framework.errors import InvalidData
from medusa.framework.query.conversions import to_bool

Filters: TypeAlias = Mapping[str, Any]
Items: TypeAlias = "tuple[tuple[str, Shape], ...]"
MAX_WORDS = 10
_WILD = frozenset("%_\\")


class Conditions(NamedTuple):
    """A mapping: names or operators, each with the shape of its value."""

    items: Items
    kind: Literal["{"] = "{"

    @property
    def operators(self) -> bool:
        """All keys are operators, such as ``$gte``."""
        return all(key.startswith("$") for key, _ in self.items)


class Members(NamedTuple):
    """A list of mappings."""

    members: tuple[Items, ...]
    kind: Literal["["] = "["


class Words(NamedTuple):
    """So many words to search for."""

    number: int
    is_plain: bool = False
    """Of ASCII characters only, none of which LIKE treats in its own way."""
    kind: Literal["q"] = "q"


Plain: TypeAlias = Literal["value", "list", "list or null", "null"]
Shape: TypeAlias = Plain | bool | Conditions | Members | Words


def flatten(filters: Filters | None) -> tuple[Items, list[Any]]:
    """The shape of a filter and its values, in the order in which the shape has their places."""
    values: list[Any] = []
    return (_mapping(filters, values) if filters else ()), values


def _mapping(mapping: Mapping[str, Any], values: list[Any]) -> Items:
    return tuple([(key, _shape(key, value, values)) for key, value in mapping.items()])


def _shape(key: str, value: Any, values: list[Any]) -> Shape:
    if key == "$exists" and value is not None:
        return to_bool(value)
    if isinstance(value, str):
        if key == "q":
            words = value.split()[:MAX_WORDS]
            values.extend(words)
            return Words(len(words), all(word.isascii() and not _WILD & set(word) for word in words))
        values.append(value)
        return "value"
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return Conditions(_mapping(cast("Mapping[str, Any]", value), values))
    if isinstance(value, (list, tuple, set, frozenset)):
        return _list(key, list(cast("Iterable[Any]", value)), values)
    values.append(value)
    return "value"


def _list(key: str, items: list[Any], values: list[Any]) -> Shape:
    if key in ("$and", "$or") or any(isinstance(item, Mapping) for item in items):
        if not all(isinstance(item, Mapping) for item in items):
            raise InvalidData(f"The filter {key!r} takes a list of conditions")
        return Members(tuple([_mapping(item, values) for item in items]))
    kept = [item for item in items if item is not None]
    values.append(kept)
    return "list" if len(kept) == len(items) else "list or null"
