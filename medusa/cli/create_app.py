"""The ``create-medusa-app`` command: from nothing to a store that sells."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from medusa.cli.console import run_explained
from medusa.cli.scaffold import Plan, build
from medusa.framework.config_checks import check_url
from medusa.framework.errors import ConfigurationError

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
DEFAULT_NAME = "my-medusa-store"
HELP = """Create a Medusa application: its folder, a virtual environment, a database with demo products, a git repository.

[bold]Examples[/bold]

  create-medusa-app my-medusa-store        everything included: PostgreSQL comes with it\n
  create-medusa-app shop --no-seed         without demo products\n
  create-medusa-app shop --db-url postgresql://postgres@localhost/shop\n
  create-medusa-app shop --admin-email me@example.com --admin-password correct-horse\n
"""

app = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False, add_completion=False)


@app.command(help=HELP)
def create(
    name: Annotated[str | None, typer.Argument(help="The application's name, and its folder's.")] = None,
    directory: Annotated[Path, typer.Option("--directory-path", help="Where to put the folder.")] = Path(),
    seed: Annotated[
        bool | None, typer.Option("--seed/--no-seed", help="Demo products, region, prices. [default: seed]")
    ] = None,
    db_url: Annotated[
        str | None, typer.Option(help="A PostgreSQL database (14 or later) instead of the embedded one.")
    ] = None,
    embedded: Annotated[
        bool, typer.Option("--embedded/--no-embedded", help="Use the PostgreSQL that comes with Medusa.")
    ] = True,
    install: Annotated[
        bool, typer.Option("--install/--skip-install", help="Make a virtual environment and install into it.")
    ] = True,
    admin_email: Annotated[str | None, typer.Option(help="Create an admin user with this e-mail address.")] = None,
    admin_password: Annotated[str | None, typer.Option(help="The admin user's password.")] = None,
) -> None:
    """Ask for what is missing, when there is somebody to ask, and build."""
    asking = sys.stdin.isatty() and sys.stderr.isatty()
    name = name or (_ask("What is the name of your project?", DEFAULT_NAME) if asking else DEFAULT_NAME)
    check_name(name)
    target = (directory / name).resolve()
    check_target(target)
    url = database(name, db_url, embedded=embedded)
    if seed is None:
        seed = typer.confirm("Add demo products?", default=True, err=True) if asking else True
    if admin_email is None and asking:
        admin_email = _ask("E-mail of the admin user (empty: none)", "") or None
    if admin_email is not None and "@" not in admin_email:
        raise ConfigurationError(f'--admin-email "{admin_email}" is not an e-mail address: write it as me@example.com.')
    if admin_email is not None and admin_password is None:
        if not asking:
            raise ConfigurationError("--admin-email needs --admin-password: give both, or neither.")
        admin_password = _ask("Password", None, hidden=True)
    build(Plan(target, name, url, seed=seed, install=install, admin_email=admin_email, admin_password=admin_password))


def _ask(question: str, default: str | None, *, hidden: bool = False) -> str:
    return str(
        typer.prompt(
            question,
            default=default,
            show_default=bool(default),
            hide_input=hidden,
            confirmation_prompt=hidden,
            err=True,
        )
    )


def check_target(target: Path) -> None:
    """The folder must not be there, and the one it goes into must.

    Raises:
        ConfigurationError: It is otherwise.
    """
    if target.exists():
        raise ConfigurationError(f"{target} exists already: choose another name, or remove it first.")
    if not target.parent.is_dir():
        raise ConfigurationError(f"There is no folder {target.parent}: create it first.")
    if not os.access(target.parent, os.W_OK):
        raise ConfigurationError(f"{target.parent} cannot be written: choose another with --directory-path.")


def check_name(name: str) -> None:
    """A name that is good for a folder, a package and a database.

    Raises:
        ConfigurationError: It is not.
    """
    if not _NAME.fullmatch(name) or len(name) > 60:
        good = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
        hint = f', for example "{good}"' if good else ""
        raise ConfigurationError(
            f'"{name}" cannot be the name of an application: use lower-case letters, digits, dots, dashes and '
            f"underscores, a letter or digit first and last, 60 at most{hint}."
        )


def database(name: str, db_url: str | None, *, embedded: bool) -> str | None:
    """The URL the application is to use; None for the embedded server."""
    if db_url is None and embedded:
        return None
    url = db_url or f"postgresql://postgres@localhost:5432/medusa-{name}"
    check_url("--db-url", url, ("postgres", "postgresql"), "medusa")
    return url


def main() -> None:
    """The entry point."""
    run_explained(app)


if __name__ == "__main__":
    main()
