"""``medusa db:…``: creating, migrating and generating."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from medusa.cli.console import err, out, working
from medusa.framework.app import database_url, load
from medusa.framework.config import load_config
from medusa.framework.db import autogenerate, migrations
from medusa.framework.errors import ConfigurationError, Unavailable
from medusa.framework.logging import configure_logging

Name = Annotated[str, typer.Argument(metavar="NAME", help="The module: the name of its folder.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    panel = "Database"
    for name, command in (
        ("db:setup", setup),
        ("db:create", create),
        ("db:migrate", migrate),
        ("db:generate", generate),
        ("db:rollback", rollback),
        ("db:sync-links", sync_links),
    ):
        app.command(name, rich_help_panel=panel)(command)


def setup() -> None:
    """Create the database if it is not there, migrate it, and create the tables of links."""
    with _database(creating=True) as (url, root):
        _migrate(url, root)


def create() -> None:
    """Create the database that DATABASE_URL names, if it is not there (the embedded one is always there)."""
    with _database(creating=True):
        pass


def migrate(
    pending: Annotated[bool, typer.Option("--pending", help="Only list what would be applied.")] = False,
) -> None:
    """Apply the migrations that are new, and create the tables of links.

    Safe to run again, and from several machines at once: one works, the others wait.
    """
    with _database() as (url, root):
        if pending:
            for name in migrations.pending(url, project=root):
                out.print(name)
        else:
            _migrate(url, root)


def generate(
    name: Name,
    message: Annotated[str, typer.Option("--message", "-m", help="A few words for the file's name.")] = "",
) -> None:
    """Write the migration that brings a module's tables to what its models say.

    Example: medusa db:generate brand -m "logo of a brand"
    """
    with _database() as (url, root):
        load(root)
        path = autogenerate.generate(url, name, message=message, project=root)
    if path is None:
        err.print(f"Nothing to do: the tables of {name} are what its models say.")
    else:
        out.print(str(path.relative_to(root) if path.is_relative_to(root) else path))
        err.print("Read it, then apply it with [bold]medusa db:migrate[/bold].")


def rollback(
    name: Name, steps: Annotated[int, typer.Option(min=1, help="How many migrations to take back.")] = 1
) -> None:
    """Take back a module's newest migrations.

    Example: medusa db:rollback brand --steps 2
    """
    with _database() as (url, root):
        taken = migrations.rollback(url, name, steps=steps, project=root)
    _list(taken, "taken back", f"{name} has no migration to take back")


def sync_links() -> None:
    """Create the tables and columns of the links that are defined; takes nothing away."""
    with _database() as (url, root):
        load(root)
        made = autogenerate.sync_links(url)
    _list(made, "created", "The tables of links are up to date")


def _migrate(url: str, root: Path) -> None:
    with working("Migrated the database"):
        load(root)
        applied = migrations.migrate(url, project=root)
        made = autogenerate.sync_links(url)
    _list(applied, "applied", "No new migrations")
    if made:
        _list(made, "created", "")


def _list(names: list[str], what: str, none: str) -> None:
    if not names:
        err.print(f"{none}.")
    for name in names:
        out.print(f"  {name} [dim]{what}[/dim]")


@contextmanager
def _database(*, creating: bool = False) -> Generator[tuple[str, Path]]:
    """The address of the configured database while it can be used, and the application's root."""
    config = load_config(Path.cwd())
    configure_logging("warning", as_json=config.is_production)
    with database_url(config) as url:
        if creating and config.embedded_directory is None:
            create_database(url)
        yield url, config.root


def create_database(url: str) -> None:
    """Create the database a URL names, through the server's ``postgres`` database.

    Raises:
        Unavailable: The server does not answer.
        ConfigurationError: The user may not create databases.
    """
    name = conninfo_to_dict(url).get("dbname")
    try:
        with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                err.print(f"The database {name} is there already.")
                return
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))
            err.print(f"[green]✓[/green] Created the database {name}")
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigurationError(
            f"The user of DATABASE_URL may not create the database {name}: create it as an administrator "
            f"(createdb {name}), or grant CREATEDB."
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The PostgreSQL server of DATABASE_URL does not answer: {str(error).strip()}") from error
