"""What the ``medusa db:…`` commands do."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from medusa.cli.console import err, out, working
from medusa.cli.watching import MIGRATED
from medusa.framework.app import database_url, load
from medusa.framework.config import load_config
from medusa.framework.db import autogenerate, migrations
from medusa.framework.errors import ConfigurationError, Unavailable
from medusa.framework.logging import configure_logging

OLDEST_VERSION = 14_00_00


def pending(url: str, root: Path) -> list[str]:
    """What would be applied."""
    return migrations.pending(url, project=root)


def generate(url: str, root: Path, name: str, message: str) -> Path | None:
    """The new file, or None when there is no difference."""
    load(root)
    return autogenerate.generate(url, name, message=message, project=root)


def dropped(path: Path) -> list[tuple[str, str]]:
    """Tables, with "", and columns that a migration takes away."""
    upgrade = path.read_text(encoding="utf-8").partition("def upgrade")[2].partition("def downgrade")[0]
    return re.findall(r"""op\.drop_(?:column|table)\(\s*["'](\w+)["'](?:,\s*["'](\w+)["'])?""", upgrade)


def rollback(url: str, root: Path, name: str, steps: int) -> list[str]:
    """The revisions taken back."""
    return migrations.rollback(url, name, steps=steps, project=root)


def sync_links(url: str, root: Path) -> list[str]:
    """What was made for the links that are defined."""
    load(root)
    return autogenerate.sync_links(url)


def migrate(url: str, root: Path) -> None:
    with working("Migrating the database", "Migrated the database"):
        load(root)
        applied = migrations.migrate(url, project=root)
        made = autogenerate.sync_links(url)
    if (mark := root / MIGRATED).parent.is_dir():
        with suppress(OSError):  # where it cannot be written nobody develops
            mark.touch()
    print_list(applied, "applied", "No new migrations")
    if newer := migrations.newer(url, project=root):
        err.print(f"The database has been migrated further than this version knows: {', '.join(newer)}.")
    if made:
        print_list(made, "created", "")


def print_list(names: list[str], what: str, none: str) -> None:
    if not names:
        err.print(f"{none}.")
    for name in names:
        out.print(f"  {name} [dim]{what}[/dim]")


@contextmanager
def open_database(*, creating: bool = False) -> Generator[tuple[str, Path]]:
    """The address of the configured database while it can be used, and the application's root."""
    config = load_config(Path.cwd())
    configure_logging("warning", as_json=config.is_production)
    with database_url(config) as url:
        if creating and config.embedded_directory is None:
            create_database(url)
        check_version(url)
        yield url, config.root


def check_version(url: str) -> None:
    """The server is one that we can use.

    Raises:
        Unavailable: It does not answer.
        ConfigurationError: It is too old, has no such database, or one that cannot hold every letter.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as error:
        if f'database "{(name := conninfo_to_dict(url).get("dbname"))}" does not exist' in str(error):
            raise ConfigurationError(
                f"The server of DATABASE_URL has no database {name}: `medusa db:setup` creates it."
            ) from error
        raise Unavailable(f"The database of DATABASE_URL does not answer: {str(error).strip()}") from error
    if version < OLDEST_VERSION:
        raise ConfigurationError(
            f"The server of DATABASE_URL is PostgreSQL {version // 10_000}, {OLDEST_VERSION // 10_000} or later is needed: "
            "upgrade it, or leave DATABASE_URL out to use the one that comes with Medusa."
        )
    if encoding != "UTF8":
        raise ConfigurationError(
            f"The database of DATABASE_URL has the encoding {encoding}, UTF8 is needed: make another one with "
            "`createdb --encoding=UTF8 --template=template0 NAME`."
        )


def refuse_without(waiting: Sequence[str]) -> None:
    """Nothing works without the tables of these migrations, which are not applied.

    Raises:
        ConfigurationError: There are some.
    """
    if waiting:
        raise ConfigurationError(
            f"The database lacks {len(waiting)} migrations (the first is {waiting[0]}): run `medusa db:migrate`."
        )


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
            is_utf8 = connection.info.parameter_status("server_encoding") == "UTF8"
            encoded = sql.SQL("" if is_utf8 else " ENCODING 'UTF8' TEMPLATE template0")
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))) + encoded)
            err.print(f"[green]✓[/green] Created the database {name}")
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigurationError(
            f"The user of DATABASE_URL may not create the database {name}: create it as an administrator "
            f"(createdb {name}), or grant CREATEDB."
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The PostgreSQL server of DATABASE_URL does not answer: {str(error).strip()}") from error
