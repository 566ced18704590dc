"""An application's own checks before routes: ``@middleware("/store/*")`` in ``src/api/middlewares.py``."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medusa.framework.errors import ConfigurationError

if TYPE_CHECKING:
    from medusa.framework.http.context import Context
    from medusa.framework.http.response import Response

Function = Callable[["Context"], Awaitable["Response | None"]]


@dataclass(frozen=True, slots=True)
class Middleware:
    """A function that runs after authentication and before the body is validated; a response ends the request there."""

    pattern: str
    methods: frozenset[str]
    function: Function

    def applies(self, method: str, path: str) -> bool:
        """Whether it runs for a route with this path, written as on the route."""
        expression = re.escape(self.pattern).replace(r"\*", ".*")
        return (not self.methods or method in self.methods) and re.fullmatch(expression, path) is not None


def middleware(pattern: str, *, methods: Sequence[str] = ()) -> Callable[[Function], Middleware]:
    """Run a function before every route that matches.

    Args:
        pattern: A path as the routes have it, where ``*`` stands for anything: ``/store/*``, ``/admin/orders/{id}/*``.
        methods: HTTP methods; all by default.
    """
    if not pattern.startswith("/"):
        raise ConfigurationError(f"The pattern of a middleware must start with a slash: {pattern!r}")

    def decorate(function: Function) -> Middleware:
        return Middleware(pattern, frozenset(method.upper() for method in methods), function)

    return decorate
