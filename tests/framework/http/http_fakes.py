"""A client for routes that a test defines itself, with fakes for the database and the query engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import httpx

from medusa.framework.caching import CacheProvider
from medusa.framework.http import HttpSettings, PublishableKey, Route, SecretKey
from medusa.framework.http.asgi import HttpApplication
from medusa.framework.http.discovery import LitestarKind, Routes
from medusa.framework.http.middleware import Middleware
from medusa.framework.http.sessions import SessionData, SessionStore
from medusa.framework.query import Page

SECRET = "a secret of more than thirty-two bytes"


class FakeKeys:
    async def publishable(self, token: str) -> PublishableKey | None:
        channels = {"pk_1": ("sc_1", "sc_2"), "pk_bare": ()}.get(token)
        return None if channels is None else PublishableKey("apk_1", token, channels)

    async def secret(self, token: str) -> SecretKey | None:
        return SecretKey("apk_2") if token == "sk_1" else None


class FakeSessions(SessionStore):
    """Sessions of one process, lost with it."""

    identifier: ClassVar[str] = "fake"

    def check_options(self) -> None:
        self._rows: dict[str, tuple[SessionData, datetime]] = {}

    async def load(self, sid: str) -> SessionData | None:
        row = self._rows.get(sid)
        return row[0] if row is not None and row[1] > datetime.now(UTC) else None

    async def save(self, sid: str, data: SessionData, expires_at: datetime) -> None:
        self._rows[sid] = (data, expires_at)

    async def delete(self, sid: str) -> None:
        self._rows.pop(sid, None)


class FakeQuery:
    """Notes what it is asked, and answers the same rows."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    async def page(self, session: object, entity: str, **asked: Any) -> Page:
        self.asked = {"entity": entity, **asked}
        return Page(b'[{"id":"reg_1"}]', 7)

    async def one(self, session: object, entity: str, id_or_filters: Any, **asked: Any) -> bytes | None:
        self.asked = {"entity": entity, "id": id_or_filters, **asked}
        return None if id_or_filters == "reg_none" else b'{"id":"reg_1"}'


class FakeDatabase:
    @asynccontextmanager
    async def reader(self) -> AsyncGenerator[None]:
        yield None


class FakeApp:
    def __init__(self) -> None:
        self.query = FakeQuery()
        self.database = FakeDatabase()


def application_of(
    *routes: Route,
    handlers: Sequence[LitestarKind] = (),
    middlewares: Sequence[Middleware] = (),
    app: FakeApp | None = None,
    cache: CacheProvider | None = None,
    **settings: Any,
) -> HttpApplication:
    """The ASGI application with these routes; ``settings`` are those of :class:`HttpSettings`."""
    given: dict[str, Any] = {"jwt_secret": SECRET, "cookie_secret": "cookies", "access_log": False, **settings}
    return HttpApplication(
        cast(Any, app or FakeApp()),
        Routes(list(routes), list(handlers), list(middlewares)),
        settings=HttpSettings(**given),
        api_keys=FakeKeys(),
        sessions=FakeSessions(),
        cache=cache,
    )


def client_of(*routes: Route, store: bool = False, **more: Any) -> httpx.AsyncClient:
    """A client of :func:`application_of`; with ``store`` it sends the publishable key with every request."""
    transport = httpx.ASGITransport(app=cast(Any, application_of(*routes, **more)))
    headers = {"x-publishable-api-key": "pk_1"} if store else {}
    return httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers)
