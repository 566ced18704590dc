"""What an ASGI server runs: ``medusa.framework.asgi:create``, a factory."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from medusa.framework.app import App
from medusa.framework.caching import CacheProvider
from medusa.framework.config import WorkerMode
from medusa.framework.http.asgi import HttpApplication
from medusa.framework.http.asgi_types import AsgiReceive, AsgiScope, AsgiSend
from medusa.framework.http.discovery import Routes, discover
from medusa.framework.http.sessions import SessionStore


def http_application(app: App) -> HttpApplication:
    """The HTTP side of a booted application: all its routes; of a process that is only a worker its health."""
    is_worker = app.config.worker_mode is WorkerMode.WORKER
    return HttpApplication(
        app,
        Routes() if is_worker else discover(app.config.root, plugins=app.plugins),
        settings=app.config.http_settings(),
        api_keys=app.api_keys,
        sessions=app.providers.default(SessionStore),
        cache=app.providers.default(CacheProvider),
    )


class ServedApplication:
    """Boots the application in ``root`` when the server starts, answers requests, and closes it at the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ready = asyncio.Event()
        """Set when the application has booted."""
        self.failure: Exception | None = None
        """Why it has not."""
        self._http: HttpApplication | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """The server is about to stop: streams, which have no end of their own, end now. For signal handlers too."""
        if self._http is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._http.end_streams)

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._http is not None:
            await self._http(scope, receive, send)

    async def _live(self, receive: AsgiReceive, send: AsgiSend) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                app = await stack.enter_async_context(App.open(self.root, serve=True))
                http = http_application(app)
                # At its end this waits for the requests under way, before the application closes.
                await stack.enter_async_context(http.litestar.lifespan())
            except Exception as error:
                self.failure = error
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            self._http, self._loop = http, asyncio.get_running_loop()
            await send({"type": "lifespan.startup.complete"})
            self.ready.set()
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def create() -> ServedApplication:
    """The application in the working directory."""
    return ServedApplication(Path.cwd())
