"""The ASGI application: everything around the routes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import structlog
from litestar import Litestar, Request, Router
from litestar import Response as LitestarResponse
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp, Scope

from medusa.framework.caching import CacheProvider
from medusa.framework.http.asgi_types import AsgiMessage, AsgiReceive, AsgiScope, AsgiSend
from medusa.framework.http.auth import OPTIONAL_CUSTOMER, PUBLIC, USER, ApiKeys, Authenticator
from medusa.framework.http.bound import JSON_MEDIA, BoundRoute, Gate
from medusa.framework.http.clients import ClientAddresses
from medusa.framework.http.cors import Cors
from medusa.framework.http.discovery import Routes
from medusa.framework.http.errors import ErrorBody, error_response, no_such_route, too_many_requests
from medusa.framework.http.openapi import OpenApi
from medusa.framework.http.patience import each_within, within
from medusa.framework.http.ratelimit import SharedRateLimit
from medusa.framework.http.request import SCOPE_KEY, HttpRequest
from medusa.framework.http.response import Headers, Response, json_response
from medusa.framework.http.routes import Route, scope_of
from medusa.framework.http.sessions import SessionStore
from medusa.framework.http.streaming import CLOSING_KEY
from medusa.framework.http.validation import check_json

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

    from medusa.framework.app import App
    from medusa.framework.http.settings import HttpSettings

log = structlog.get_logger("medusa.http")
_ACCESS = {"store": OPTIONAL_CUSTOMER, "admin": USER}
DRAIN_SECONDS = 30.0


class HttpApplication:
    """The ASGI application: reads the request, lets Litestar find the route, and adds what every answer has."""

    def __init__(
        self,
        app: App,
        routes: Routes,
        settings: HttpSettings,
        api_keys: ApiKeys,
        sessions: SessionStore,
        cache: CacheProvider | None = None,
    ) -> None:
        self.settings = settings
        self.gate = Gate(app, Authenticator(settings, api_keys, sessions))
        self.cors = Cors(settings, routes.routes)
        self.clients = ClientAddresses(settings.trusted_proxies)
        self.rate_limit = SharedRateLimit(settings.auth_requests_per_minute, cache)
        self.openapi = OpenApi(settings, routes.routes)
        self._running = 0
        self._idle = asyncio.Event()
        self._closing = asyncio.Event()
        self.litestar = self._litestar(routes)
        self._inner = cast("Callable[[AsgiScope, AsgiReceive, AsgiSend], Awaitable[None]]", self.litestar)

    def _litestar(self, routes: Routes) -> Litestar:
        mounted: list[Any] = [self._mount(route, routes) for route in routes.routes]
        if routes.handlers:
            mounted.append(Router(path="/", route_handlers=list(routes.handlers), guards=[self._guard]))
        return Litestar(
            route_handlers=[*mounted, _plain("/health", self._health), _plain("/openapi", self._openapi)],
            openapi_config=None,
            logging_config=None,
            request_max_body_size=None,  # HttpRequest.read has looked already
            exception_handlers={Exception: self._failure},
            on_shutdown=[self.drain],
        )

    def _mount(self, route: Route, routes: Routes) -> HTTPRouteHandler:
        found = [item.function for item in routes.middlewares if item.applies(route.method, route.path)]
        bound = BoundRoute(route, self.gate, found)

        async def endpoint(scope: Scope) -> ASGIApp:
            known = cast("AsgiScope", scope)
            return cast("ASGIApp", await bound.answer(known[SCOPE_KEY], known["path_params"]))

        path = route.template.replace("}", ":str}")
        return HTTPRouteHandler(path, http_method=route.method, status_code=200, include_in_schema=False)(endpoint)

    # --- one request

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        request = HttpRequest(scope)
        scope[CLOSING_KEY] = self._closing
        exchange = Exchange(request, send, self._common_headers(request), self._closing)
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        self._running += 1
        try:
            await self._handle(request, receive, exchange.send)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
            if self.settings.access_log:
                exchange.log()

    async def _handle(self, request: HttpRequest, receive: AsgiReceive, send: AsgiSend) -> None:
        scope = request.scope
        if early := self._early(request) or await self._too_many(request):
            await early(scope, receive, send)
            return
        try:
            await self._read(request, receive)
        except Exception as error:
            await error_response(error)(scope, receive, send)
            return
        scope[SCOPE_KEY] = request
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
            send = _without_body(send)
        await self._inner(scope, request.receive, send)

    async def _read(self, request: HttpRequest, receive: AsgiReceive) -> None:
        """Have a JSON body read before anything is asked of the database: a slow client holds nothing but its connection."""
        settings, seconds = self.settings, self.settings.body_timeout_seconds
        if request.has_body:
            receive = each_within(seconds, receive)
        async with within(seconds):
            await request.read(receive, settings.body_limit_bytes, settings.upload_limit_bytes)

    def _early(self, request: HttpRequest) -> Response | None:
        """What is answered before anything is read: questions of browsers, and paths that cannot be."""
        if request.method == "OPTIONS" and b"access-control-request-method" in request.headers:
            policy = self.cors.of(request.path)
            return policy.preflight(request) if policy is not None else None
        if "//" in request.path:
            return no_such_route(request.method, request.path)
        return None

    async def _too_many(self, request: HttpRequest) -> Response | None:
        """The refusal of a client that tries to log in too often."""
        if request.method != "POST" or scope_of(request.path) != "auth":
            return None
        wait = await self.rate_limit.take(self.clients.of(request))
        return too_many_requests(int(wait) + 1) if wait else None

    def _common_headers(self, request: HttpRequest) -> Headers:
        policy = self.cors.of(request.path)
        return policy.headers(request.headers.get(b"origin")) if policy is not None else ()

    # --- what no route answers

    async def _guard(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        """Plain Litestar handlers get the key and the authentication of their scope, and the context in the state."""
        known = cast("AsgiScope", connection.scope)
        scope = scope_of(known["path_template"])  # of the route: a client may write the path in more ways than one
        request: HttpRequest = known[SCOPE_KEY]
        connection.state.medusa = await self.gate.enter(request, scope, _ACCESS.get(scope, PUBLIC))

    def _failure(self, request: Request[Any, Any, Any], error: Exception) -> LitestarResponse[bytes]:
        ours: HttpRequest = cast("dict[str, Any]", request.scope)[SCOPE_KEY]
        if isinstance(error, NotFoundException | MethodNotAllowedException):
            return _Late(self._unknown(ours))
        if isinstance(error, HTTPException) and error.status_code < 500:
            kind = {401: "unauthorized", 403: "forbidden", 404: "not_found"}.get(error.status_code, "invalid_data")
            return _Late(_ready(json_response(ErrorBody(kind, error.detail), error.status_code)))
        return _Late(_ready(error_response(error)))

    async def _unknown(self, request: HttpRequest) -> Response:
        """No such route: who may not enter the scope does not learn even that."""
        scope = scope_of(request.path)
        try:
            if request.media == JSON_MEDIA:
                check_json(request.body)
            await self.gate.enter(request, scope, _ACCESS.get(scope, PUBLIC))
        except Exception as error:
            return error_response(error)
        return no_such_route(request.method, request.path)

    async def _health(self) -> Response:
        return Response(b"OK", 200, b"text/html; charset=utf-8")

    async def _openapi(self) -> Response:
        return Response(self.openapi.document())

    # --- life

    def end_streams(self) -> None:
        """End answers that go on for ever."""
        self._closing.set()

    async def drain(self) -> None:
        """End streams, and wait for the requests that are under way, for at most half a minute."""
        self.end_streams()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._running and (left := deadline - time.monotonic()) > 0:
            self._idle.clear()
            try:
                await asyncio.wait_for(self._idle.wait(), left)
            except TimeoutError:
                log.warning("http.shutdown.abandoned", requests=self._running)


class Exchange:
    """What leaves for one request: adds the common headers, notes the status.

    Args:
        closing: Set when the server is to stop: a client that is told so sends its next request elsewhere, and not into a
            connection that ends at this moment.
    """

    __slots__ = ("_closing", "_headers", "_send", "_started", "request", "status")

    def __init__(self, request: HttpRequest, send: AsgiSend, headers: Headers, closing: asyncio.Event) -> None:
        self.request = request
        self.status = 0
        self._send = send
        self._headers = headers
        self._closing = closing
        self._started = time.perf_counter()

    async def send(self, message: AsgiMessage) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            identity = (b"x-request-id", self.request.request_id.encode("latin-1"))
            message["headers"] = [*message["headers"], *self._headers, identity]
            if self._closing.is_set() and self.request.scope["http_version"].startswith("1"):
                message["headers"].append((b"connection", b"close"))
        await self._send(message)

    def log(self) -> None:
        """One line for the request, without its query: that can hold addresses and mails."""
        log.info(
            "http.request.finished",
            method=self.request.method,
            path=self.request.path,
            status=self.status,
            duration_ms=round((time.perf_counter() - self._started) * 1000, 2),
        )


class _Late(LitestarResponse[bytes]):
    """Lets an exception handler of Litestar answer with what takes time to find out."""

    def __init__(self, answer: Awaitable[Response]) -> None:
        super().__init__(b"")
        self._answer = answer

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        async def respond(scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
            await (await self._answer)(scope, receive, send)

        return respond


async def _ready(response: Response) -> Response:
    return response


def _plain(path: str, answer: Callable[[], Awaitable[Response]]) -> HTTPRouteHandler:
    async def endpoint() -> ASGIApp:
        return cast(ASGIApp, await answer())

    return HTTPRouteHandler(path, http_method="GET", status_code=200, include_in_schema=False)(endpoint)


def _without_body(send: AsgiSend) -> AsgiSend:
    async def head(message: AsgiMessage) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return head
