"""Query strings and forms in the bracket syntax: ``id[]=a``, ``id[0]=a``, ``created_at[$gte]=x``, ``$and[0][id]=x``."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import unquote_plus

Params: TypeAlias = "str | list[Params] | dict[str, Params]"

_MAX_DEPTH = 10
_MAX_PARAMETERS = 1000
_MAX_INDEX = 1000
_SEGMENT = re.compile(r"\[([^\[\]]*)\]")


def parse(text: str) -> dict[str, Params]:
    """The parameters of a query string.

    ``a=1&a=2`` and ``a[]=1&a[]=2`` give lists, ``a[0]=`` puts an element at its place, ``a[b]=`` nests. What lies deeper
    than ten brackets stays in the last key, and only the first thousand parameters count.
    """
    out: dict[str, Params] = {}
    if not text:
        return out
    for pair in text.split("&", _MAX_PARAMETERS)[:_MAX_PARAMETERS]:
        if not pair:
            continue
        raw_key, _, raw_value = pair.partition("=")
        key, value = unquote_plus(raw_key), unquote_plus(raw_value)
        bracket = key.find("[")
        if not key:
            continue
        if bracket <= 0:
            out[key] = _joined(out[key], value) if key in out else value
        else:
            _put(out, key, bracket, value)
    return {key: _compact(value) for key, value in out.items()} if "[" in text or "%5" in text else out


def _joined(present: Params, value: Params) -> Params:
    return [*present, value] if isinstance(present, list) else [present, value]


def _segments(key: str, bracket: int) -> list[str]:
    names = [key[:bracket]]
    position = bracket
    while position < len(key) and len(names) <= _MAX_DEPTH:
        match = _SEGMENT.match(key, position)
        if match is None:
            break
        names.append(match[1])
        position = match.end()
    if position < len(key):
        rest = key[position:]
        if len(names) > _MAX_DEPTH or rest.startswith("["):
            names.append(rest)
    return names


def _put(out: dict[str, Params], key: str, bracket: int, value: str) -> None:
    first, *rest = _segments(key, bracket)
    if not rest:
        out[first] = _joined(out[first], value) if first in out else value
        return
    out[first] = _merged(out.get(first), rest, value)


def _merged(present: Params | None, path: list[str], value: str) -> Params:
    """``present`` with ``value`` at ``path``. Elements with an index are kept in a dict until :func:`_compact`."""
    if not path:
        return value if present is None else _joined(present, value)
    name, rest = path[0], path[1:]
    if name == "" and not rest:
        if isinstance(present, dict):
            present[_next_index(present)] = value
            return present
        return [value] if present is None else _joined(present, value)
    name = name or _next_index(present if isinstance(present, dict) else {})
    if present is None or isinstance(present, dict):
        table = {} if present is None else present
        table[name] = _merged(table.get(name), rest, value)
        return table
    return _joined(present, _merged(None, path, value))


def _next_index(table: dict[str, Params]) -> str:
    return str(len(table))


def _compact(value: Params) -> Params:
    if isinstance(value, dict):
        items = {key: _compact(item) for key, item in value.items()}
        if items and all(key.isascii() and key.isdigit() and int(key) < _MAX_INDEX for key in items):
            return [items[key] for key in sorted(items, key=int)]
        return items
    return [_compact(item) for item in value] if isinstance(value, list) else value
