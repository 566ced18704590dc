"""An ASGI client for routes that a test defines itself, with fakes for the database and the query engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
from litestar.handlers import BaseRouteHandler

from medusa.framework.http import HttpSettings, PublishableKey, Route, SecretKey
from medusa.framework.http.asgi import HttpApplication, create_asgi
from medusa.framework.http.discovery import Routes
from medusa.framework.http.middleware import Middleware
from medusa.framework.http.sessions import MemorySessions
from medusa.framework.query import Page

Client = httpx.AsyncClient
MakeClient = Callable[..., Client]

SECRET = "a secret of more than thirty-two bytes"


class FakeKeys:
    async def publishable(self, token: str) -> PublishableKey | None:
        channels = {"pk_1": ("sc_1", "sc_2"), "pk_bare": ()}.get(token)
        return None if channels is None else PublishableKey("apk_1", token, channels)

    async def secret(self, token: str) -> SecretKey | None:
        return SecretKey("apk_2") if token == "sk_1" else None


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
    async def reader(self) -> AsyncIterator[None]:
        yield None


class FakeApp:
    def __init__(self) -> None:
        self.query = FakeQuery()
        self.database = FakeDatabase()


@pytest.fixture
def fake_app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def sessions() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
def make_application(fake_app: FakeApp, sessions: MemorySessions) -> Callable[..., HttpApplication]:
    def make(
        *routes: Route,
        handlers: Sequence[BaseRouteHandler] = (),
        middlewares: Sequence[Middleware] = (),
        **settings: Any,
    ) -> HttpApplication:
        given = {"jwt_secret": SECRET, "cookie_secret": "cookies", "access_log": False, **settings}
        found = Routes(list(routes), list(handlers), list(middlewares))
        return create_asgi(
            cast(Any, fake_app), found, settings=HttpSettings(**given), api_keys=FakeKeys(), sessions=sessions
        )

    return make


@pytest.fixture
async def make_client(make_application: Callable[..., HttpApplication]) -> AsyncIterator[MakeClient]:
    """Makes a client for some routes; ``store=True`` sends the publishable key with every request."""
    clients: list[Client] = []

    def make(*routes: Route, store: bool = False, **more: Any) -> Client:
        transport = httpx.ASGITransport(app=cast(Any, make_application(*routes, **more)))
        headers = {"x-publishable-api-key": "pk_1"} if store else {}
        clients.append(Client(transport=transport, base_url="http://shop", headers=headers))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()
