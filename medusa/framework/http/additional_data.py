"""What an application's hooks take from shipped routes: ``additional_data(Struct, "/admin/products")`` in ``src/api``.

Without it a route passes on what it is sent. With it a value that does not fit is refused, and what the Struct does not name is
left out, or refused where it says ``forbid_unknown_fields=True``.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import ConfigurationError
from medusa.framework.http.routes import Method, Route
from medusa.framework.http.validation import BodyDecoder

FIELD = "additional_data"


@dataclass(frozen=True, slots=True)
class AdditionalData:
    """The type of ``additional_data`` of some routes."""

    accepts: type[Struct]
    method: Method
    paths: tuple[str, ...]


def additional_data(accepts: type[Struct], *paths: str, method: Method = "POST") -> AdditionalData:
    """Say what ``additional_data`` holds in the bodies of these routes.

    Args:
        accepts: Its fields; several declarations for one route add up.
        paths: As the routes have them: ``/admin/products/{id}``.
    """
    return AdditionalData(accepts, method, paths)


def with_additional_data(routes: Sequence[Route], declared: Sequence[AdditionalData]) -> list[Route]:
    """The routes, those that are named with bodies that check their ``additional_data``.

    Raises:
        ConfigurationError: There is no such route, or it takes no such data.
    """
    wanted: dict[tuple[Method, str], list[type[Struct]]] = {}
    for each in declared:
        for path in each.paths:
            wanted.setdefault((each.method, path), []).append(each.accepts)
    out: list[Route] = []
    for route in routes:
        accepts = wanted.pop((route.method, route.path), None)
        out.append(route if accepts is None else _checking(route, accepts))
    if wanted:
        method, path = next(iter(wanted))
        raise ConfigurationError(f"additional_data for {method} {path}: there is no such route")
    return out


def _checking(route: Route, accepts: list[type[Struct]]) -> Route:
    body = route.body.struct if route.body is not None and not route.body.or_list else None
    if body is None or FIELD not in body.__struct_fields__:
        raise ConfigurationError(f"additional_data for {route.method} {route.path}: its body has none")
    made = msgspec.defstruct(
        body.__name__, [(FIELD, _joined(accepts) | UnsetType | None, UNSET)], bases=(body,), kw_only=True
    )
    checking = copy.copy(route)
    checking.body = _Checking(made)
    return checking


def _joined(accepts: list[type[Struct]]) -> Any:
    if len(accepts) == 1:
        return accepts[0]
    fields: list[tuple[str, Any, Any]] = []
    for struct in accepts:
        for each in msgspec.structs.fields(struct):
            settings: dict[str, Any] = {"default": each.default, "default_factory": each.default_factory}
            fields.append((each.name, each.type, msgspec.field(**settings, name=each.encode_name)))
    strict = any(struct.__struct_config__.forbid_unknown_fields for struct in accepts)
    return msgspec.defstruct("AdditionalData", fields, kw_only=True, forbid_unknown_fields=strict)


class _Checking(BodyDecoder[Struct]):
    """Decodes a body; hooks get its ``additional_data`` as plain data, whatever it was checked by."""

    def decode(self, body: bytes) -> Struct:
        return self._plain(super().decode(body))

    def convert(self, data: Any) -> Struct:
        return self._plain(super().convert(data))

    def _plain(self, value: Struct) -> Struct:
        given = getattr(value, FIELD)
        if isinstance(given, Struct):
            msgspec.structs.force_setattr(value, FIELD, msgspec.to_builtins(given))
        return value
