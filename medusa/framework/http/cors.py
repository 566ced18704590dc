"""Which origins may call which scope from a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from medusa.framework.errors import ConfigurationError
from medusa.framework.http.response import Headers, Response
from medusa.framework.http.routes import Route, scope_of

if TYPE_CHECKING:
    from medusa.framework.http.request import HttpRequest
    from medusa.framework.http.settings import HttpSettings

_ALWAYS = ((b"vary", b"Origin"), (b"access-control-allow-credentials", b"true"))
_METHODS = (b"access-control-allow-methods", b"GET,HEAD,PUT,PATCH,POST,DELETE")
_CACHED_ORIGINS = 1024


class CorsPolicy:
    """The origins of one scope."""

    def __init__(self, name: str, setting: str) -> None:
        self._exact: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        self._any = False
        for part in (part.strip() for part in setting.split(",")):
            self._add(name, part)
        self.headers = lru_cache(_CACHED_ORIGINS)(self._headers)

    def _add(self, name: str, part: str) -> None:
        if part == "*":
            self._any = True
        elif len(part) > 2 and part.startswith("/") and part.endswith("/"):
            try:
                self._patterns.append(re.compile(part[1:-1]))
            except re.error as error:
                raise ConfigurationError(f"{name}: {part} is not a regular expression: {error}") from error
        elif part:
            self._exact.add(part.rstrip("/"))

    def allows(self, origin: str) -> bool:
        """Whether a page of this origin may call."""
        return self._any or origin in self._exact or any(pattern.search(origin) for pattern in self._patterns)

    def _headers(self, origin: bytes | None) -> Headers:
        if origin is None or not self.allows(origin.decode("latin-1")):
            return _ALWAYS
        return (*_ALWAYS, (b"access-control-allow-origin", origin))

    def preflight(self, request: HttpRequest) -> Response:
        """The answer to a browser that asks before it calls, without the headers that every answer gets."""
        headers = [_METHODS]
        if wanted := request.headers.get(b"access-control-request-headers"):
            headers += [(b"vary", b"Access-Control-Request-Headers"), (b"access-control-allow-headers", wanted)]
        return Response(b"", 204, b"text/plain", headers)


class Cors:
    """The policies of the scopes, and which path has which."""

    def __init__(self, settings: HttpSettings, routes: Iterable[Route]) -> None:
        self._policies = {
            "store": CorsPolicy("store_cors", settings.store_cors),
            "admin": CorsPolicy("admin_cors", settings.admin_cors),
            "auth": CorsPolicy("auth_cors", settings.auth_cors),
        }
        # Few routes choose another scope's origins, so only their paths are compared.
        self._exceptions = [
            (re.compile(re.sub(r"\\{p\d+\\}", "[^/]+", re.escape(route.template))), self._policies.get(route.cors))
            for route in routes
            if route.cors != (route.scope if route.scope in self._policies else "off")
        ]

    def of(self, path: str) -> CorsPolicy | None:
        """The policy of a path; None where browsers get no permission."""
        for pattern, policy in self._exceptions:
            if pattern.fullmatch(path):
                return policy
        return self._policies.get(scope_of(path))
