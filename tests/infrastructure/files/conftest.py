"""An application for each file provider, on the worker's database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from medusa.framework.app import App
from medusa.framework.asgi import http_application
from medusa.framework.config import ModuleConfig, ProviderConfig
from medusa.infrastructure.files import FileProvider, FileService
from tests.infrastructure.files.s3_server import S3Server

EVERY = ("local", "s3")


@dataclass(slots=True)
class Place:
    """An application with one file provider, and how to see what that keeps."""

    app: App
    admin: httpx.AsyncClient
    names: Callable[[], set[str]]

    @property
    def provider(self) -> FileProvider:
        """The provider under test."""
        return self.app.providers.default(FileProvider)

    @property
    def service(self) -> FileService:
        """The service on it."""
        return self.app.service(FileService)

    async def stored(self) -> set[str]:
        """The names of all that is kept."""
        return await asyncio.to_thread(self.names)

    async def fetch(self, url: str, **headers: str) -> httpx.Response:
        """GET an address as a browser does, without credentials."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if url.startswith("http://localhost"):
            return await self.admin.get(url, headers={"authorization": "", **named})
        async with httpx.AsyncClient() as browser:
            return await browser.get(url, headers=named)


@asynccontextmanager
async def application(app: App, root: Path, kind: str, options: dict[str, Any]) -> AsyncGenerator[App]:
    """The application with this file provider."""
    provider = ProviderConfig(resolve=f"medusa.infrastructure.files.{kind}", id=kind, options=options)
    config = replace(app.config, root=root, modules={"files": ModuleConfig(providers=[provider])})
    async with App.open(root, config=config) as opened:
        yield opened


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """The worker's S3."""
    with S3Server().running() as server:
        yield server


@pytest.fixture
def own_s3() -> Iterator[S3Server]:
    """An S3 of the test's own; it may be stopped and started."""
    with S3Server().running() as server:
        yield server


@pytest.fixture(scope="session")
async def local_place(app: App, admin_token: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Files in a folder."""
    root = tmp_path_factory.mktemp("files")
    async with application(app, root, "local", {}) as opened, admin_of(opened, admin_token) as admin:
        yield Place(opened, admin, lambda: {path.name for path in root.rglob("*") if path.is_file()})


@pytest.fixture(scope="session")
async def s3_place(
    app: App, admin_token: str, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """Files in a bucket."""
    root = tmp_path_factory.mktemp("files")
    options = s3_server.options(prefix="shop/")
    async with application(app, root, "s3", options) as opened, admin_of(opened, admin_token) as admin:
        yield Place(opened, admin, s3_server.objects)


@pytest.fixture(params=EVERY)
def place(request: pytest.FixtureRequest) -> Place:
    """Each provider in turn."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@asynccontextmanager
async def admin_of(app: App, token: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A user of the application."""
    transport = httpx.ASGITransport(app=http_application(app))  # type: ignore[arg-type]  # httpx types the protocol with plain dicts
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000", headers=headers) as client:
        yield client
