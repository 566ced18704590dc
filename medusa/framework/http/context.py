"""What a route works with: the application, who asks, and the answers it can give."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from medusa.framework.errors import InvalidData, MedusaError, NotFound
from medusa.framework.http.auth import AUTH_CONTEXT, Actor, Authenticator, PublishableKey
from medusa.framework.http.errors import HttpError, LikeUnexpected, unauthorized
from medusa.framework.http.queries import FieldsQuery, ListQuery
from medusa.framework.http.response import Response, json_response
from medusa.framework.query import Fields, InvalidOrder

if TYPE_CHECKING:
    from medusa.framework.app import App
    from medusa.framework.config import Config
    from medusa.framework.db import Session
    from medusa.framework.http.request import HttpRequest
    from medusa.framework.modules import ModuleService
    from medusa.framework.query import Query
    from medusa.framework.workflows import Started, Workflow

    Service = TypeVar("Service", bound=ModuleService)
In = TypeVar("In")
Out = TypeVar("Out")

Filters = Mapping[str, Any]
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RouteFields:
    """What a family of routes shows of an entity.

    Args:
        entity: Name of the entity, e.g. ``region``.
        defaults: Fields shown unless the request asks for others.
        allowed: Fields that may be asked for; None for all.
    """

    entity: str
    defaults: str
    allowed: str | None = None

    def of(self, query: FieldsQuery) -> Fields:
        """What this request sees."""
        return Fields.parse(query.fields, self.defaults, self.allowed)


class NegativePage(LikeUnexpected):
    """A limit or an offset below zero."""


class Context:
    """The context of a route outside ``/store`` and ``/admin``, and what all contexts have."""

    __slots__ = ("_allowed", "_headers", "actor", "app", "authenticator", "request")

    def __init__(self, app: App, request: HttpRequest, authenticator: Authenticator, actor: Actor | None) -> None:
        self.app = app
        self.request = request
        self.authenticator = authenticator
        self.actor = actor
        self._headers: list[tuple[bytes, bytes]] = []
        self._allowed = ""

    @property
    def config(self) -> Config:
        return self.app.config

    @property
    def query(self) -> Query:
        return self.app.query

    def session(self) -> AbstractAsyncContextManager[Session]:
        """A transaction, committed at the end of the block."""
        return self.app.database.session()

    def reader(self) -> AbstractAsyncContextManager[Session]:
        """A connection for reads of one statement each."""
        return self.app.database.reader()

    def service(self, kind: type[Service]) -> Service:
        """The service of a module, e.g. ``ctx.service(CartService)``."""
        return self.app.service(kind)

    async def run(self, workflow: Workflow[In, Out], data: In) -> Out:
        """Run a workflow to its end, on behalf of who asks."""
        return await self.app.run(workflow, data, actor_id=self._actor_id)

    async def start(self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None) -> Started[Out]:
        """Run a workflow, on behalf of who asks, until it ends or goes on in the background."""
        return await self.app.start(workflow, data, transaction_id=transaction_id, actor_id=self._actor_id)

    @property
    def _actor_id(self) -> str | None:
        return self.actor.actor_id if self.actor is not None else None

    def allow(self, fields: str) -> None:
        """Let this request ask for more than the route allows, e.g. ``"*brand"``; for middlewares of shipped routes."""
        self._allowed = f"{self._allowed},{fields}" if self._allowed else fields

    def _fields(self, route: RouteFields, query: FieldsQuery) -> Fields:
        fields = route.of(query)
        if self._allowed and query.fields:
            fields = fields.joined(Fields.parse(query.fields, "", self._allowed))
        return fields

    # --- answers

    def json(self, value: Any, status: int = 200) -> Response:
        """Structs, mappings and sequences as JSON; bytes are taken for JSON already."""
        return json_response(value, status)

    def deleted(self, id: str, object: str, **more: Any) -> Response:
        """The answer of a deletion; ``parent=`` takes what the thing belonged to, as JSON bytes."""
        values = {name: msgspec.Raw(value) if isinstance(value, bytes) else value for name, value in more.items()}
        return json_response({"id": id, "object": object, "deleted": True, **values})

    async def list(
        self,
        key: str,
        route: RouteFields,
        query: ListQuery,
        *,
        filters: Filters | None = None,
        context: Mapping[str, Any] | None = None,
        order: str | None = None,
    ) -> Response:
        """A page: ``{key: [...], "count", "offset", "limit"}``.

        Args:
            filters: Filters of the route; they win over those of the query.
            context: Values for computed fields.
            order: The order where the query names none.
        """
        if query.limit < 0 or query.offset < 0:
            raise NegativePage
        wanted = query.filters()
        if query.q is not None:
            wanted["q"] = query.q
        if filters:
            wanted.update(filters)
        try:
            async with self.app.database.reader() as session:
                page = await self.app.query.page(
                    session,
                    route.entity,
                    fields=self._fields(route, query),
                    filters=wanted,
                    order=order if query.order is None else query.order,
                    limit=min(query.limit, _MOST),
                    offset=min(query.offset, _MOST),
                    count=True,
                    context=context,
                    with_deleted=query.with_deleted is True,
                )
        except InvalidOrder as error:
            raise self._order_refused(error, query.order or "") from None
        tail = b',"count":%d,"offset":%d,"limit":%d}' % (page.count or 0, query.offset, query.limit)
        return Response(b'{"%b":%b%b' % (key.encode(), page.items, tail))

    def _order_refused(self, error: InvalidOrder, order: str) -> MedusaError:
        """What an order by an unknown field is answered with; only the store says what is wrong."""
        return error

    async def detail(
        self,
        key: str,
        route: RouteFields,
        id: str,
        query: FieldsQuery,
        *,
        filters: Filters | None = None,
        context: Mapping[str, Any] | None = None,
        not_found: str | None = None,
    ) -> Response:
        """One thing: ``{key: {...}}``.

        Args:
            filters: What it must fulfil besides its id.
            not_found: The message of the 404; by default ``Region with id: reg_1 was not found``.
        Raises:
            NotFound: There is no such thing.
        """
        value = await self.fetch(route, id, query, filters=filters, context=context, not_found=not_found)
        return Response(b'{"%b":%b}' % (key.encode(), value))

    async def fetch(
        self,
        route: RouteFields,
        id: str,
        query: FieldsQuery,
        *,
        filters: Filters | None = None,
        context: Mapping[str, Any] | None = None,
        not_found: str | None = None,
    ) -> bytes:
        """One thing as JSON, for answers that say more than :meth:`detail`."""
        async with self.app.database.reader() as session:
            value = await self.app.query.one(
                session,
                route.entity,
                {"id": id, **filters} if filters else id,
                fields=self._fields(route, query),
                context=context,
            )
        if value is None:
            raise NotFound(not_found or f"{_title(route.entity)} with id: {id} was not found")
        return value

    # --- sessions

    def set_header(self, name: str, value: str) -> None:
        """Add a header to the answer."""
        self._headers.append((name.lower().encode(), value.encode("latin-1")))

    async def start_session(self, claims: Mapping[str, Any]) -> None:
        """Log the client in: keep the claims of its token in a new session, and give it the cookie."""
        cookies, sessions = self.authenticator.cookies, self.authenticator.sessions
        sid, expires_at = cookies.new_sid(), cookies.expiry()
        await sessions.save(sid, {AUTH_CONTEXT: dict(claims)}, expires_at)
        # Who knew the id before the log-in, because they put it there, must not be logged in by it.
        if (present := await self.authenticator.session_id(self.request)) is not None:
            await sessions.delete(present)
        if cookies.may_travel(is_secure=self.request.is_secure):
            self._headers.append((b"set-cookie", cookies.start(sid, expires_at)))

    async def end_session(self) -> None:
        """Log the client out."""
        sid = await self.authenticator.session_id(self.request)
        if sid is not None:
            await self.authenticator.sessions.delete(sid)
        self._headers.append((b"set-cookie", self.authenticator.cookies.end()))

    def finish(self, response: Response) -> Response:
        """The response with the headers that were set on the way."""
        if self._headers:
            response.headers = [*response.headers, *self._headers]
        return response


class AuthContext(Context):
    """The context of a route below ``/auth`` or ``/hooks``, or of a path of the application's own."""

    __slots__ = ()

    def require_actor(self) -> Actor:
        """Who asks.

        Raises:
            HttpError: 401 for nobody.
        """
        if self.actor is None:
            raise HttpError(unauthorized())
        return self.actor


class StoreContext(AuthContext):
    """The context of a route below ``/store``: always with a publishable key, with a customer where there is one."""

    __slots__ = ("publishable_key",)

    def __init__(
        self,
        app: App,
        request: HttpRequest,
        authenticator: Authenticator,
        actor: Actor | None,
        publishable_key: PublishableKey,
    ) -> None:
        super().__init__(app, request, authenticator, actor)
        self.publishable_key = publishable_key

    @property
    def sales_channel_ids(self) -> tuple[str, ...]:
        """The sales channels the publishable key opens."""
        return self.publishable_key.sales_channel_ids

    @property
    def customer_id(self) -> str | None:
        """The customer who is logged in."""
        return self.actor.actor_id or None if self.actor is not None else None

    def _order_refused(self, error: InvalidOrder, order: str) -> MedusaError:
        return InvalidData(f"Order field {order.removeprefix('-')} is not valid")

    def require_sales_channels(self) -> tuple[str, ...]:
        """The key's sales channels.

        Raises:
            InvalidData: The key has none.
        """
        if not self.publishable_key.sales_channel_ids:
            raise InvalidData("Publishable key needs to have a sales channel configured")
        return self.publishable_key.sales_channel_ids


class AdminContext(AuthContext):
    """The context of a route below ``/admin``."""

    __slots__ = ()

    @property
    def user_id(self) -> str:
        """The id of the user, or of the API key."""
        return self.require_actor().actor_id


def _title(entity: str) -> str:
    return entity.replace("_", " ").capitalize()
