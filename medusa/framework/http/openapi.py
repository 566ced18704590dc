"""The OpenAPI document of the registered routes, made when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import Struct

from medusa.framework.http.routes import Route

if TYPE_CHECKING:
    from medusa.framework.http.settings import HttpSettings

_REF = "#/components/schemas/{name}"
_SECURITY = {
    "publishable_key": {"type": "apiKey", "in": "header", "name": "x-publishable-api-key"},
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "session": {"type": "apiKey", "in": "cookie", "name": "connect.sid"},
    "secret_key": {"type": "http", "scheme": "basic"},
}
_ERROR = {
    "type": "object",
    "required": ["message"],
    "properties": {"type": {"type": "string"}, "message": {"type": "string"}, "code": {"type": "string"}},
}


class OpenApi:
    """Makes the document once, and keeps its bytes."""

    def __init__(self, settings: HttpSettings, routes: Sequence[Route]) -> None:
        self._settings = settings
        self._routes = routes
        self._bytes: bytes | None = None

    def document(self) -> bytes:
        """The document as JSON."""
        if self._bytes is None:
            self._bytes = msgspec.json.encode(self.build())
        return self._bytes

    def build(self) -> dict[str, Any]:
        """The document."""
        structs = list(dict.fromkeys(struct for route in self._routes for struct in _structs(route)))
        schemas, components = msgspec.json.schema_components(structs, ref_template=_REF) if structs else ((), {})
        components = _with_numbers(components)
        known = dict(zip(structs, schemas, strict=True))
        paths: dict[str, dict[str, Any]] = {}
        for route in sorted(self._routes, key=lambda item: (item.path, item.method)):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, known, components)
        return {
            "openapi": "3.1.0",
            "info": {"title": self._settings.title, "version": self._settings.version},
            "paths": paths,
            "components": {"schemas": {**components, "Error": _ERROR}, "securitySchemes": _SECURITY},
        }


def _with_numbers(schema: Any) -> Any:
    """Decimals as numbers, which is what they are on the wire."""
    match schema:
        case dict():
            parts = cast("dict[str, Any]", schema)
            out = {name: _with_numbers(part) for name, part in parts.items()}
            if out.get("format") == "decimal":
                del out["format"]
                out["type"] = "number" if out["type"] == "string" else out["type"]
            return out
        case list():
            return [_with_numbers(part) for part in schema]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return schema


def _returned(route: Route) -> type[Struct] | None:
    kind = route.returns
    return kind if isinstance(kind, type) and issubclass(kind, Struct) else None


def _structs(route: Route) -> list[type[Struct]]:
    found = [route.body.struct if route.body else None, route.query.struct if route.query else None, _returned(route)]
    return [struct for struct in found if struct is not None]


def _operation(route: Route, known: dict[type[Struct], dict[str, Any]], components: dict[str, Any]) -> dict[str, Any]:
    returned = _returned(route)
    schema = known[returned] if returned is not None else {"type": "object"}
    error = {"content": {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}}}
    summary = route.description.partition("\n")[0]
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": summary,
        "tags": list(route.tags),
        "parameters": [*_path_parameters(route), *_query_parameters(route, components, known)],
        "responses": {
            str(route.status): {"description": "OK", "content": {"application/json": {"schema": schema}}},
            "4XX": {"description": "The request cannot be carried out", **error},
            "5XX": {"description": "The server failed", **error},
        },
    }
    if route.description != summary:
        operation["description"] = route.description
    if route.body is not None:
        body = known[route.body.struct]
        either = {"oneOf": [body, {"type": "array", "items": body}]}
        content = {"application/json": {"schema": either if route.body.or_list else body}}
        operation["requestBody"] = {"required": True, "content": content}
    if security := _security(route):
        operation["security"] = security
    return operation


def _operation_id(route: Route) -> str:
    words = [word for word in re.split(r"\W+", route.path) if word]
    return route.method.capitalize() + "".join(word[:1].upper() + word[1:] for word in words)


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.path_parameters
    ]


def _query_parameters(
    route: Route, components: dict[str, Any], known: dict[type[Struct], dict[str, Any]]
) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = known[route.query.struct]
    name = schema.get("$ref", "").rpartition("/")[2]
    resolved = components.get(name, schema)
    required = set(resolved.get("required", ()))
    return [
        {
            "name": key,
            "in": "query",
            "required": key in required,
            "style": "deepObject" if _is_nested(value) else "form",
            "explode": True,
            "schema": value,
        }
        for key, value in resolved.get("properties", {}).items()
    ]


def _is_nested(schema: dict[str, Any]) -> bool:
    return schema.get("type") in {"object", "array"} or any(_is_nested(part) for part in schema.get("anyOf", ()))


def _security(route: Route) -> list[dict[str, list[str]]]:
    access = route.access
    key: dict[str, list[str]] = {"publishable_key": []} if route.scope == "store" else {}
    ways: list[dict[str, list[str]]] = []
    if access.actors:
        ways.append({**key, "bearer": []})
        if access.sessions:
            ways.append({**key, "session": []})
        if access.api_keys:
            ways.append({**key, "secret_key": []})
    if key and (access.optional or not access.actors):
        ways.append(key)
    return ways
