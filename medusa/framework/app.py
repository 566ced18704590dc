"""The application: configuration -> modules -> links -> workflows -> subscribers and jobs -> API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

import structlog
from sqlalchemy.orm import configure_mappers

from medusa.framework.config import Config, ModuleConfig, ProjectConfig, WorkerMode, load_config
from medusa.framework.db import Database, Session
from medusa.framework.db.cached import ReadCache
from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.db.notifications import Notifications
from medusa.framework.discovery import import_application, import_folders, import_tree
from medusa.framework.events import EventData, EventRegistry, EventTransport, ScheduledJob, Subscriber, messages_of
from medusa.framework.http.auth import ApiKeys, NoApiKeys
from medusa.framework.links import LinkService
from medusa.framework.modules import ModuleService, Providers
from medusa.framework.modules.providers import all_provider_classes, load_provider, shipped_providers
from medusa.framework.plugins import InstalledPlugin, active_plugins, explained
from medusa.framework.query import Query
from medusa.framework.worker import Worker
from medusa.framework.workflows import Started, Workflow, WorkflowEngine
from medusa.framework.workflows.journal import Journal

log = structlog.get_logger()
S = TypeVar("S", bound=ModuleService)
In = TypeVar("In")
Out = TypeVar("Out")
StartFunction = Callable[["App"], Awaitable[None]]
SHIPPED = (
    "medusa.modules",
    "medusa.providers",
    "medusa.infrastructure",
    "medusa.links",
    "medusa.workflows",
    "medusa.subscribers",
)
FOLDERS = ("modules", "providers", "links", "workflows", "subscribers", "jobs")


class App:
    """One running application; made by :meth:`open`."""

    def __init__(
        self, config: Config, database: Database, events: EventRegistry, plugins: Sequence[InstalledPlugin] = ()
    ) -> None:
        self.config = config
        self.database = database
        self.events = events
        self.plugins = plugins
        self.query = Query()
        self.links = LinkService()
        self.notifications = Notifications(database)
        self.cache = ReadCache(database, self.notifications)
        self.providers = _providers(config)
        self.workflows = WorkflowEngine(
            self,
            database,
            lease=config.project.workflow_lease.total_seconds(),
            journal=self.providers.default(Journal),
            concurrency=max(1, min(10, config.project.database_pool_size // 2)),
        )
        self.api_keys: ApiKeys = NoApiKeys()
        self._services: dict[type[ModuleService], ModuleService] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, root: Path | None = None, *, config: Config | None = None, serve: bool = False
    ) -> AsyncGenerator[App]:
        """Boot the application at ``root`` (default: the working directory).

        Args:
            serve: Also run what a server runs besides answering requests: notifications, recovery and, in the worker mode
                ``shared`` or ``worker``, subscribers and scheduled jobs.
        Raises:
            ConfigurationError: A setting is wrong; the message says which and what to do.
            Unavailable: The database does not answer.
        """
        root = (root or Path.cwd()).resolve()
        config = config or load_config(root)
        boot = load(root, config)
        with database_url(config) as url:
            database = await _connect(config.project, url)
            async with AsyncExitStack() as ending:
                ending.push_async_callback(database.close)
                app = cls(config, database, boot.events, boot.plugins)
                ending.push_async_callback(app.notifications.stop)
                for provider in app.providers.all():
                    await provider.open(app)
                    ending.push_async_callback(provider.close)
                for start in boot.on_start:
                    await start(app)
                ending.push_async_callback(app.workflows.stop)
                if serve:
                    await app.cache.start()
                    await app.workflows.listen(app.notifications)
                    app.workflows.start_serving(abandoned_only=config.worker_mode is WorkerMode.SERVER)
                if serve and config.worker_mode is not WorkerMode.SERVER:
                    worker = Worker(app)
                    worker.start()
                    ending.push_async_callback(worker.stop)
                yield app

    def service(self, kind: type[S]) -> S:
        """The one instance of a module's service, with the options of the configuration."""
        if kind not in self._services:
            module = self.config.modules.get(kind.name, ModuleConfig())
            self._services[kind] = kind(module.options, self.providers)
        service = self._services[kind]
        return cast("S", service)

    async def run(
        self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None, actor_id: str | None = None
    ) -> Out:
        """Run a workflow to its end; see :meth:`WorkflowEngine.run`."""
        return await self.workflows.run(workflow, data, transaction_id=transaction_id, actor_id=actor_id)

    async def start(
        self, workflow: Workflow[In, Out], data: In, *, transaction_id: str | None = None, actor_id: str | None = None
    ) -> Started[Out]:
        """Run a workflow until it ends or goes on in the background; see :meth:`WorkflowEngine.start`."""
        return await self.workflows.start(workflow, data, transaction_id=transaction_id, actor_id=actor_id)

    async def defer_events(self, session: Session, events: Sequence[tuple[str, EventData]]) -> None:
        """Hand events to their subscribers, in the session's transaction; nothing is written where nobody listens."""
        if messages := messages_of(self.events, events):
            await self.providers.default(EventTransport).publish(session, messages)

    async def emit(self, session: Session, event: str, data: EventData | Sequence[EventData]) -> None:
        """Announce something outside of a workflow: subscribers get it once the session's transaction is committed.

        Raises:
            ValueError: The session has no transaction (``app.database.reader()``).
        """
        if not session.transactional:
            raise ValueError(
                f"{event} cannot be emitted without a transaction: use `async with app.database.session()`"
            )
        await self.defer_events(session, [(event, item) for item in ([data] if isinstance(data, Mapping) else data)])


@dataclass(slots=True)
class Boot:
    """What the code of an application declares, and the plug-ins it has."""

    plugins: list[InstalledPlugin] = field(default_factory=list[InstalledPlugin])
    events: EventRegistry = field(default_factory=EventRegistry)
    on_start: list[StartFunction] = field(default_factory=list["StartFunction"])


def on_start(function: StartFunction) -> StartFunction:
    """Call the function each time the application boots, once the database is connected. It must be safe to repeat."""
    vars(function)["__medusa__"] = function
    return function


def load(root: Path, config: Config | None = None) -> Boot:
    """Import everything that is shipped, the plug-ins, and everything in the application's ``src``; what it declares."""
    boot = Boot(active_plugins(root, config))
    modules = [module for package in SHIPPED for module in import_tree(package)]
    for plugin in boot.plugins:
        with explained(plugin.name, plugin.package):
            modules += import_folders(plugin.folder, FOLDERS)
    for found in import_application(root, FOLDERS).values():
        modules += found
    configure_mappers()
    for module in modules:
        for value in list(vars(module).values()):
            declared = getattr(value, "__medusa__", None)
            if isinstance(declared, Subscriber | ScheduledJob):
                boot.events.add(declared)
            elif declared is not None and declared is value and declared not in boot.on_start:
                boot.on_start.append(declared)
    return boot


@contextmanager
def database_url(config: Config) -> Generator[str]:
    """The address of the application's database; holds the embedded server while it is used."""
    if config.embedded_directory is None:
        assert config.project.database_url is not None
        yield config.project.database_url
    else:
        with EmbeddedPostgres(config.embedded_directory) as url:
            yield url


async def _connect(project: ProjectConfig, url: str) -> Database:
    return await Database.connect(
        url,
        min_size=min(2, project.database_pool_size),
        max_size=project.database_pool_size,
        acquire_timeout=project.database_acquire_timeout.total_seconds(),
        statement_timeout=project.database_statement_timeout.total_seconds(),
        idle_timeout=project.database_idle_timeout.total_seconds(),
    )


def _providers(config: Config) -> Providers:
    """The providers of the configuration, and the shipped ones that need no options and are not configured."""
    providers = Providers()
    for name, module in config.modules.items():
        for item in module.providers:
            providers.add(load_provider(name, item.resolve, item.options), item.id, is_default=item.is_default)
    shipped = shipped_providers(all_provider_classes())
    for provider in sorted(shipped, key=lambda it: not it.wants_redis):
        id, others = provider.default_id or "", providers.of(provider.module)
        impossible = provider.wants_redis and not config.project.redis_url
        if not impossible and provider.full_id(id) not in others and not (provider.is_exclusive and others):
            providers.add(provider, id)
    return providers
