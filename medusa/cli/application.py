"""``medusa exec``: what works inside the application."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from medusa.framework.app import App
from medusa.framework.config import load_config
from medusa.framework.errors import ConfigurationError
from medusa.framework.logging import configure_logging


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(execute)


def execute(
    context: typer.Context,
    script: Annotated[
        Path,
        typer.Argument(metavar="SCRIPT", exists=True, dir_okay=False, help="A file with async def main(app, args)."),
    ],
) -> None:
    """Run a script inside the application: its main gets the App and the arguments that follow.

    Example: medusa exec src/scripts/seed.py

    [bold]The smallest script[/bold]

      async def main(app, args):\n
          async with app.database.reader() as session:\n
              print(await app.query.page(session, "product", fields="id,title"))\n
    """
    module = _import(script)
    main = getattr(module, "main", None)
    if not inspect.iscoroutinefunction(main):
        raise ConfigurationError(f"{script} has no async def main(app, args): add one, it is what is run.")
    asyncio.run(_in_application(lambda app: _call(main, app, context.args)))


async def _call(main: Callable[..., Awaitable[object]], app: App, args: list[str]) -> None:
    wanted = len(inspect.signature(main).parameters)
    await main(*(app, args)[:wanted])


async def _in_application(work: Callable[[App], Awaitable[None]]) -> None:
    config = load_config(Path.cwd())
    configure_logging(config.project.log_level, as_json=config.is_production)
    async with App.open(config.root, config=config) as app:
        await work(app)


def _import(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"medusa_script_{script.stem}", script)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{script} is not a Python file: give one that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
