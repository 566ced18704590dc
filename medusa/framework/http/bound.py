"""A route within one application: from a request to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medusa.framework.http import params
from medusa.framework.http.auth import Authenticator
from medusa.framework.http.context import AdminContext, AuthContext, Context, StoreContext
from medusa.framework.http.errors import error_response
from medusa.framework.http.response import Response, json_response
from medusa.framework.http.validation import check_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msgspec import Struct

    from medusa.framework.app import App
    from medusa.framework.http.auth import Access
    from medusa.framework.http.middleware import Function
    from medusa.framework.http.request import HttpRequest
    from medusa.framework.http.routes import Route

JSON_MEDIA = "application/json"


class Gate:
    """Finds the context of a request: key first, then who asks."""

    def __init__(self, app: App, authenticator: Authenticator) -> None:
        self.app = app
        self.authenticator = authenticator

    async def enter(self, request: HttpRequest, scope: str, access: Access) -> Context:
        """The context of a route in this scope.

        Raises:
            MedusaError, HttpError: The key is missing or wrong, or the caller may not.
        """
        if scope == "store":
            key = await self.authenticator.publishable_key(request)
            actor = await self.authenticator.actor(request, access)
            return StoreContext(self.app, request, self.authenticator, actor, key)
        kind = AdminContext if scope == "admin" else AuthContext
        return kind(self.app, request, self.authenticator, await self.authenticator.actor(request, access))


class BoundRoute:
    """A route, the gate of its application and the middlewares that run before it."""

    def __init__(self, route: Route, gate: Gate, middlewares: Sequence[Function]) -> None:
        self.route = route
        self.gate = gate
        self.middlewares = middlewares

    async def answer(self, request: HttpRequest, path_parameters: Mapping[str, Any]) -> Response:
        """The answer, whatever happens."""
        try:
            return await self._answer(request, path_parameters)
        except Exception as error:
            return error_response(error)

    async def _answer(self, request: HttpRequest, path_parameters: Mapping[str, Any]) -> Response:
        route = self.route
        try:
            context = await self.gate.enter(request, route.scope, route.access)
        except Exception:
            if request.media == JSON_MEDIA:
                check_json(request.body)  # what cannot be read at all is said first
            raise
        for middleware in self.middlewares:
            if (early := await middleware(context)) is not None:
                return context.finish(early)
        arguments: dict[str, Any] = dict(zip(route.path_parameters, path_parameters.values(), strict=True))
        if route.body is not None:
            arguments["body"] = self._body(request)
        elif request.body and request.media == JSON_MEDIA:
            check_json(request.body)
        if route.query is not None:
            arguments["query"] = route.query.decode(request.query_string)
        result = await route.function(context, **arguments)
        response = result if isinstance(result, Response) else json_response(result, route.status)
        return context.finish(response)

    def _body(self, request: HttpRequest) -> Struct | list[Struct]:
        decoder = self.route.body
        assert decoder is not None
        match request.media:
            case "application/json" | "":
                return decoder.decode(request.body)
            case "application/x-www-form-urlencoded":
                return decoder.convert(params.parse(request.body.decode("utf-8", "replace")))
            case "text/plain":
                return decoder.convert(request.body.decode("utf-8", "replace"))
            case _:
                return decoder.convert({})
