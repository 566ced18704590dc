"""``medusa plugin:…``: making, trying, building and adding plug-ins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from medusa.cli.console import err, out
from medusa.cli.serving import Host, Port

PANEL = "Plug-ins"


def register(app: typer.Typer, new_app: typer.Typer) -> None:
    """Add the commands; ``medusa new plugin`` is ``medusa plugin:new``."""
    for name, command in (
        ("plugin:new", new),
        ("plugin:develop", develop),
        ("plugin:build", build),
        ("plugin:add", add),
        ("plugin:list", list_active),
    ):
        app.command(name, rich_help_panel=PANEL)(command)
    new_app.command("plugin")(new)


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The package's name: medusa-gift-wrap.", show_default=False)
    ],
    install: Annotated[
        bool, typer.Option("--install/--skip-install", help="Make a virtual environment and install into it.")
    ] = True,
) -> None:
    """Make a plug-in: a folder with a package, its entry point, an application to try it in, and tests that pass.

    Example: medusa new plugin medusa-gift-wrap
    """
    from medusa.cli.plugin_skeleton import create  # when it is needed: --help stays quick

    create(Path.cwd() / name, name, install=install)
    err.print(f"\n[bold green]{escape(name)} is ready.[/bold green]\n")
    err.print(f"  cd {escape(name)}")
    run = ".venv/bin/" if install else "uv run "
    err.print(f"  {run}pytest                    [dim]# its tests[/dim]")
    err.print(f"  {run}medusa plugin:develop     [dim]# http://localhost:9000[/dim]")


def develop(
    application: Annotated[
        Path | None, typer.Argument(metavar="APPLICATION", help="An application's folder.", show_default=False)
    ] = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Serve the plug-in in this folder, and reload it when you save.

    Without APPLICATION in the one of its own medusa_config.py. With one: installs the plug-in there as it is in this folder
    (editable), and serves that application.

    Example: medusa plugin:develop ../my-store --port 9001
    """
    from medusa.cli.plugin_work import develop_in, prepare_here

    if application is None:
        prepare_here()
        from medusa.cli.serving import develop as serve

        serve(host, port)
    else:
        develop_in(application.resolve(), host, port)


def build() -> None:
    """Build what you publish: dist/*.whl and dist/*.tar.gz, checked for everything that an application needs of it.

    Example: medusa plugin:build
    """
    from medusa.cli.plugin_work import build_here

    for path in build_here():
        out.print(str(path), markup=False)


def add(
    plugin: Annotated[
        str,
        typer.Argument(metavar="NAME_OR_PATH", help="A package, or a plug-in's folder or wheel.", show_default=False),
    ],
) -> None:
    """Install a plug-in into the application in this folder, and write it into its pyproject.toml.

    Example: medusa plugin:add medusa-product-reviews

    Example: medusa plugin:add ../medusa-gift-wrap
    """
    from medusa.cli.plugin_work import add_here

    add_here(plugin)
    err.print("Then [bold]medusa db:migrate[/bold] makes its tables.")


def list_active() -> None:
    """List the plug-ins of the application in this folder, with their versions and options."""
    from medusa.cli.plugin_work import describe_here

    for line in describe_here():
        out.print(line, markup=False)
