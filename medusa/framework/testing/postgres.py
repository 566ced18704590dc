"""Databases for tests: one server, one migrated template, one copy for each worker."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from medusa.framework.app import load
from medusa.framework.config import FILE_NAME
from medusa.framework.db.autogenerate import sync_links
from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.db.migrations import migrate

TEMPLATE = "medusa_test_template"


def with_database(url: str, name: str) -> str:
    """The same server's address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def test_server() -> Generator[str]:
    """The server of the tests: that of ``MEDUSA_TEST_DATABASE_URL``, else an embedded one in ``.medusa/test``."""
    if url := os.environ.get("MEDUSA_TEST_DATABASE_URL"):
        yield url
        return
    with EmbeddedPostgres(Path.cwd() / ".medusa" / "test" / "postgres") as url:
        yield url


def template_name(root: Path) -> str:
    """The migrated database that those of the workers are copies of: that of ``MEDUSA_TEST_TEMPLATE``, or by the application."""
    if name := os.environ.get("MEDUSA_TEST_TEMPLATE"):
        return name
    if not (root / "src").is_dir() and not (root / FILE_NAME).exists():
        return TEMPLATE
    return f"{TEMPLATE}_{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]}"


@contextmanager
def worker_database(worker: str) -> Generator[str]:
    """The address of a fresh copy of the migrated template; dropped at the end."""
    with test_server() as server:
        admin = with_database(server, "postgres")
        name, template = f"medusa_test_{worker}_{os.getpid()}", template_name(Path.cwd())
        lock = Path(tempfile.gettempdir()) / f"medusa-test-template-{os.getuid()}.lock"
        with lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _prepare_template(admin, template)
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        try:
            yield with_database(server, name)
        finally:
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _prepare_template(admin: str, template: str) -> None:
    """Bring the template up to the newest migrations (no work when it is)."""
    with psycopg.connect(admin, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone() is None:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(template)))
    root = Path.cwd()
    load(root)
    migrate(with_database(admin, template), project=root)
    sync_links(with_database(admin, template))
