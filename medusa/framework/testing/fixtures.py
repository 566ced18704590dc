"""Pytest fixtures: a migrated database for each worker, the application on it, a client for each scope."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from medusa.framework.app import App
from medusa.framework.asgi import http_application
from medusa.framework.config import FILE_NAME, Config, Environment, HttpConfig, ProjectConfig, complete, read_config
from medusa.framework.db import Database, Session
from medusa.framework.http.asgi import HttpApplication
from medusa.framework.testing.clients import Client
from medusa.framework.testing.postgres import worker_database
from medusa.framework.testing.shop import open_channel
from medusa.framework.workflows.workflow import registry

__all__ = [
    "admin",
    "admin_token",
    "app",
    "application_root",
    "database",
    "database_url",
    "http",
    "session",
    "statements",
    "store",
    "visitor",
]

EMAIL, PASSWORD = "admin@example.com", "supersecret"


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """An empty-but-migrated database that only this worker uses."""
    with worker_database(worker_id) as url:
        yield url


@pytest.fixture(scope="session")
def application_root() -> Path:
    """The application under test; override it with yours."""
    return Path(os.environ.get("MEDUSA_TEST_APPLICATION", "."))


@pytest.fixture(scope="session")
async def app(database_url: str, application_root: Path) -> AsyncIterator[App]:
    """The booted application on the worker's database."""
    config = _config(database_url, application_root)
    async with App.open(application_root, config=config) as app:
        await app.cache.start()
        yield app


def _config(database_url: str, root: Path) -> Config:
    """The application's modules and providers, with the settings of a test."""
    root = root.resolve()
    config = read_config(root) if (root / FILE_NAME).exists() else Config(root=root)
    http = HttpConfig(jwt_secret="test", cookie_secret="test", access_log=False)
    project = ProjectConfig(database_url=database_url, http=http, log_level="warning")
    return complete(replace(config, project=project, environment=Environment.TEST), {})


@pytest.fixture(scope="session")
async def database(app: App) -> Database:
    """Connections to the worker's database."""
    return app.database


@pytest.fixture
async def session(database: Database) -> AsyncIterator[Session]:
    """A transaction that is rolled back after the test."""
    with contextlib.suppress(_RollBack):
        async with database.session() as session:
            yield session
            raise _RollBack


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The SQL statements that sessions run during the test, BEGIN and COMMIT included; clear it before what you count."""
    seen: list[str] = []
    Session.observer = seen.append
    yield seen
    Session.observer = None


@pytest.fixture(scope="session")
def http(app: App) -> HttpApplication:
    """The HTTP side of the application."""
    return http_application(app)


@pytest.fixture(scope="session")
async def admin_token(app: App, http: HttpApplication) -> str:
    """The token of an admin user."""
    create = registry["create-admin-user"]
    await app.run(create, msgspec.convert({"email": EMAIL, "password": PASSWORD}, create.input_type()))
    async with _client(http) as visitor:
        answer = await visitor.post("/auth/user/emailpass", {"email": EMAIL, "password": PASSWORD})
    token: str = answer["token"]
    return token


@pytest.fixture
async def visitor(http: HttpApplication) -> AsyncIterator[Client]:
    """A client without any credentials."""
    async with _client(http) as client:
        yield client


@pytest.fixture
async def admin(http: HttpApplication, admin_token: str) -> AsyncIterator[Client]:
    """A client of the Admin API, logged in."""
    async with _client(http, prefix="/admin", headers={"authorization": f"Bearer {admin_token}"}) as client:
        yield client


@pytest.fixture
async def store(http: HttpApplication, admin: Client) -> AsyncIterator[Client]:
    """A client of the Store API, with a publishable key for a sales channel of its own (``store.state``)."""
    async with _client(http, prefix="/store") as client:
        await open_channel(admin, client)
        yield client


def _client(http: HttpApplication, *, prefix: str = "", headers: dict[str, str] | None = None) -> Client:
    transport = httpx.ASGITransport(app=http)  # type: ignore[arg-type]  # httpx types the protocol with plain dicts
    return Client(httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers), prefix)


class _RollBack(Exception):
    """Ends the test's transaction."""
