"""Routes: typed functions with a path.

    @post("/store/carts/{id}")
    async def update_cart(ctx: StoreContext, id: str, body: UpdateCart, query: FieldsQuery) -> Response: ...

Path parameters are the arguments named in the path, ``body`` and ``query`` are Structs; all are optional. A body may also be
one or several of a Struct: ``body: Method | list[Method]``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args, get_type_hints

from msgspec import Struct

from medusa.framework.errors import ConfigurationError
from medusa.framework.http.auth import OPTIONAL_CUSTOMER, PUBLIC, USER, Access
from medusa.framework.http.context import AdminContext, AuthContext, Context, StoreContext
from medusa.framework.http.response import Response
from medusa.framework.http.validation import BodyDecoder, QueryDecoder

Handler: TypeAlias = Callable[..., Awaitable[Response | bytes | Struct]]
Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Scope: TypeAlias = Literal["store", "admin", "auth", "hooks", "other"]
CorsScope: TypeAlias = Literal["store", "admin", "auth", "off"]

_PARAMETER = re.compile(r"\{([a-zA-Z_]\w*)\}")
_CONTEXTS: Final[dict[str, type[Context]]] = {"store": StoreContext, "admin": AdminContext}
_CORS: Final[dict[Scope, CorsScope]] = {"store": "store", "admin": "admin", "auth": "auth"}
_ACCESS: Final[dict[str, Access]] = {"store": OPTIONAL_CUSTOMER, "admin": USER}


def scope_of(path: str) -> Scope:
    """Which family of routes a path belongs to."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    match first:
        case "store" | "admin" | "auth" | "hooks":
            return first
        case _:
            return "other"


class Route:
    """A function with its method, path, access and Structs, read once from its annotations."""

    def __init__(
        self,
        method: Method,
        path: str,
        function: Handler,
        *,
        authenticate: Access | None = None,
        status: int = 200,
        description: str = "",
        tags: Sequence[str] = (),
        cors: CorsScope | None = None,
    ) -> None:
        self.method: Method = method
        self.path = path
        self.function = function
        self.scope: Scope = scope_of(path)
        self.access = authenticate or _ACCESS.get(self.scope, PUBLIC)
        self.status = status
        self.description = description or inspect.cleandoc(function.__doc__ or "")
        self.tags = tuple(tags) or _default_tags(path)
        self.cors: CorsScope = cors or _CORS.get(self.scope, "off")
        self.path_parameters = tuple(_PARAMETER.findall(path))
        self.body: BodyDecoder[Struct] | BodyDecoder[Struct | list[Struct]] | None = None
        self.query: QueryDecoder[Struct] | None = None
        self.returns: Any = None
        self._read_signature()

    @property
    def template(self) -> str:
        """The path with numbered parameters: equal for routes that the same request reaches."""
        numbers = iter(range(len(self.path_parameters)))
        return _PARAMETER.sub(lambda _: f"{{p{next(numbers)}}}", self.path)

    @property
    def module(self) -> str:
        """Where it is defined."""
        return self.function.__module__

    def __repr__(self) -> str:
        return f"<Route {self.method} {self.path}>"

    def _fail(self, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{self.method} {self.path} ({self.module}.{self.function.__name__}): {problem}")

    def _read_signature(self) -> None:
        if not self.path.startswith("/") or (self.path.endswith("/") and self.path != "/"):
            raise self._fail("a path starts with a slash and does not end with one")
        if not inspect.iscoroutinefunction(self.function):
            raise self._fail("a route is an async function")
        hints = get_type_hints(self.function)
        self.returns = hints.pop("return", None)
        names = list(inspect.signature(self.function).parameters)
        missing = [name for name in names if name not in hints]
        if missing:
            raise self._fail(f"annotate {', '.join(missing)}")
        self._read_context(names, hints)
        for name in names[1:]:
            self._read_parameter(name, hints[name])
        if unused := set(self.path_parameters) - set(names):
            raise self._fail(f"the path has {', '.join(sorted(unused))}, the function does not take it")

    def _read_context(self, names: list[str], hints: dict[str, Any]) -> None:
        wanted = _CONTEXTS.get(self.scope, AuthContext)
        given = hints[names[0]] if names else None
        if not isinstance(given, type) or not issubclass(wanted, given) or not issubclass(given, Context):
            raise self._fail(f"the first parameter is the context: ctx: {wanted.__name__}")

    def _read_parameter(self, name: str, kind: Any) -> None:
        if name in self.path_parameters:
            if kind is not str:
                raise self._fail(f"the path parameter {name} is a str")
        elif name not in {"body", "query"}:
            raise self._fail(f"{name} is neither in the path, nor body or query")
        elif name == "body" and (struct := _one_or_several(kind)) is not None:
            self.body = BodyDecoder(struct, or_list=True)
        elif not isinstance(kind, type) or not issubclass(kind, Struct):
            raise self._fail(f"{name} is a msgspec Struct")
        elif name == "body":
            self.body = BodyDecoder(kind)
        else:
            self.query = QueryDecoder(kind)


def _one_or_several(kind: Any) -> type[Struct] | None:
    """The Struct of ``Struct | list[Struct]``."""
    parts = get_args(kind)
    struct = parts[0] if parts else None
    if isinstance(struct, type) and issubclass(struct, Struct) and parts[1:] == (list[struct],):  # type: ignore[valid-type]
        return struct
    return None


def _default_tags(path: str) -> tuple[str, ...]:
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    if not parts:
        return ()
    noun = parts[1] if len(parts) > 1 else parts[0]
    return (" ".join(part.capitalize() for part in (f"{parts[0]} {noun}").replace("-", " ").split()),)


def _decorator(method: Method) -> Callable[..., Callable[[Handler], Route]]:
    def with_path(
        path: str,
        *,
        authenticate: Access | None = None,
        status: int = 200,
        description: str = "",
        tags: Sequence[str] = (),
        cors: CorsScope | None = None,
    ) -> Callable[[Handler], Route]:
        def decorate(function: Handler) -> Route:
            return Route(
                method,
                path,
                function,
                authenticate=authenticate,
                status=status,
                description=description,
                tags=tags,
                cors=cors,
            )

        return decorate

    with_path.__doc__ = f"""A route for {method}.

        Args:
            path: ``/store/carts/{{id}}``; the first part decides the scope and with it key, authentication and CORS.
            authenticate: Who may call it, where that differs from the scope's: ``CUSTOMER``, ``PUBLIC`` ...
            status: Status of the answer of a function that returns bytes or a Struct.
            description: For OpenAPI; the function's docstring by default.
            tags: For OpenAPI; from the path by default.
            cors: Whose origins may call it from a browser, where that differs from the scope's.
        Raises:
            ConfigurationError: The function does not fit the path.
        """
    return with_path


get = _decorator("GET")
post = _decorator("POST")
put = _decorator("PUT")
patch = _decorator("PATCH")
delete = _decorator("DELETE")
