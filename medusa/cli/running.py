"""Runs scripts and single workflows inside the application."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

from medusa.cli.migrating import check_version, refuse_without
from medusa.framework.app import App, database_url
from medusa.framework.config import load_config
from medusa.framework.db.migrations import pending
from medusa.framework.errors import ConfigurationError
from medusa.framework.logging import configure_logging
from medusa.framework.query import Fields
from medusa.workflows.user import CreateAdminUser, CreateInvite, create_admin_user
from medusa.workflows.user.invites import create_invites


def run_script(script: Path, args: list[str]) -> None:
    """Call the script's ``async def main(app, args)``; it may take fewer arguments.

    Raises:
        ConfigurationError: The file has no such function.
    """
    root = Path.cwd()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))  # the script may import the application's src
    main = getattr(_import(script.resolve()), "main", None)
    if not inspect.iscoroutinefunction(main):
        raise ConfigurationError(f"{script} has no async def main(app, args): add one, it is what is run.")
    if len(_required(main)) > 2:
        raise ConfigurationError(
            f"main of {script} takes {', '.join(_required(main))}: it is called with app and args only."
        )
    asyncio.run(in_application(lambda app: _call(main, app, args)))


def create_user(email: str, password: str) -> None:
    """Create an admin user who logs in with these."""

    async def create(app: App) -> None:
        await app.run(create_admin_user, CreateAdminUser(email=email, password=password))

    asyncio.run(in_application(create))


def invite_user(email: str) -> str:
    """Invite somebody; the token."""
    tokens: list[str] = []

    async def invite(app: App) -> None:
        [id] = await app.run(create_invites, [CreateInvite(email=email)])
        async with app.database.reader() as session:
            tokens.append(await session.fetch_value("SELECT token FROM invite WHERE id = $1", id))

    asyncio.run(in_application(invite))
    return tokens[0]


def _required(function: Callable[..., object]) -> list[str]:
    """The names of the arguments that it does not do without."""
    kinds = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    parameters = inspect.signature(function).parameters.values()
    return [each.name for each in parameters if each.kind in kinds and each.default is inspect.Parameter.empty]


async def _call(main: Callable[..., Awaitable[object]], app: App, args: list[str]) -> None:
    wanted = len(inspect.signature(main).parameters)
    await main(*(app, args)[:wanted])


@asynccontextmanager
async def application() -> AsyncGenerator[App]:
    """The booted application, on a database that answers and has its tables.

    Raises:
        Unavailable: The database does not answer; says which and why.
        ConfigurationError: It is too old, or lacks migrations.
    """
    config = load_config(Path.cwd())
    configure_logging(config.project.log_level, as_json=config.is_production)
    with database_url(config) as url:
        check_version(url)
        refuse_without(pending(url, project=config.root))
        async with App.open(config.root, config=config) as app:
            yield app


async def in_application(work: Callable[[App], Awaitable[None]]) -> None:
    async with application() as app:
        await work(app)


def _import(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"medusa_script_{script.stem}", script)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{script} is not a Python file: give one that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def explain_query(
    entity: str, fields: str, order: str | None, limit: int | None, context: dict[str, str], *, analyze: bool
) -> tuple[str, list[str]]:
    """The statement of a query, and PostgreSQL's plan for it."""

    async def explain() -> tuple[str, list[str]]:
        async with application() as app, app.database.reader() as session:
            return await app.query.explain(
                session,
                entity,
                fields=Fields.of(fields),
                order=order,
                limit=limit,
                context=context or None,
                analyze=analyze,
            )

    return asyncio.run(explain())
