"""``medusa db:…``: creating, migrating and generating."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from medusa.cli.console import err, out

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
    from medusa.cli import migrating as work

    with work.open_database(creating=True) as (url, root):
        work.migrate(url, root)


def create() -> None:
    """Create the database that DATABASE_URL names, if it is not there (the embedded one is always there)."""
    from medusa.cli import migrating as work

    with work.open_database(creating=True):
        pass


def migrate(
    pending: Annotated[bool, typer.Option("--pending", help="Only list what would be applied.")] = False,
) -> None:
    """Apply the migrations that are new, and create the tables of links.

    Safe to run again, and from several machines at once: one works, the others wait.
    """
    from medusa.cli import migrating as work

    with work.open_database() as (url, root):
        if pending:
            for name in work.pending(url, root):
                out.print(name)
        else:
            work.migrate(url, root)


def generate(
    name: Name,
    message: Annotated[str, typer.Option("--message", "-m", help="A few words for the file's name.")] = "",
) -> None:
    """Write the migration that brings a module's tables to what its models say.

    Example: medusa db:generate brand -m "logo of a brand"
    """
    from medusa.cli import migrating as work

    with work.open_database() as (url, root):
        path = work.generate(url, root, name, message)
    if path is None:
        err.print(f"Nothing to do: the tables of {name} are what its models say.")
    else:
        out.print(str(path.relative_to(root) if path.is_relative_to(root) else path))
        for table, column in work.dropped(path):
            renamed = f'; for a new name write op.alter_column("{table}", "{column}", new_column_name=...) instead'
            what = f"the column {table}.{column}" if column else f"the table {table}"
            err.print(escape(f"It drops {what} with what is in it{renamed if column else ''}."))
        err.print("Read it, then apply it with [bold]medusa db:migrate[/bold].")


def rollback(
    name: Name, steps: Annotated[int, typer.Option(min=1, help="How many migrations to take back.")] = 1
) -> None:
    """Take back a module's newest migrations.

    Example: medusa db:rollback brand --steps 2
    """
    from medusa.cli import migrating as work

    with work.open_database() as (url, root):
        taken = work.rollback(url, root, name, steps)
    work.print_list(taken, "taken back", f"{name} has no migration to take back")


def sync_links() -> None:
    """Create the tables and columns of the links that are defined; takes nothing away."""
    from medusa.cli import migrating as work

    with work.open_database() as (url, root):
        made = work.sync_links(url, root)
    work.print_list(made, "created", "The tables of links are up to date")
