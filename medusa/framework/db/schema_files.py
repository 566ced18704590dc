"""Tables that belong to no module of commerce: ``schema.sql`` files of the framework and of infrastructure, procrastinate's.

Each of our files can be run again on its own result; it is run when its text has changed. A text that was run before the
present one is that of an older version, which works with what the newer one has made. Procrastinate ships one schema for an
empty database and migrations for the rest; both are recorded in ``medusa_schema``.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

FRAMEWORK = Path(__file__).parents[1]
INFRASTRUCTURE = FRAMEWORK.parent / "infrastructure"
JOURNAL = """
CREATE TABLE IF NOT EXISTS medusa_schema (
  name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE medusa_schema ADD COLUMN IF NOT EXISTS earlier text[] NOT NULL DEFAULT '{}'"""
RECORD = text(
    "INSERT INTO medusa_schema (name, digest) VALUES (:name, :digest) ON CONFLICT (name) DO UPDATE "
    "SET earlier = medusa_schema.earlier || medusa_schema.digest, digest = excluded.digest, applied_at = now()"
)


def pending_schemas(connection: Connection) -> list[str]:
    """The names of framework files that the database has not seen in their present text."""
    return [name for name, _, _ in _outstanding(connection)]


def apply_schemas(connection: Connection) -> list[str]:
    """Bring the framework's tables up to date, in one transaction; returns the names of what was run."""
    applied: list[str] = []
    with connection.begin():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        _run(connection, JOURNAL)
        fresh = connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None
        if fresh:
            _run(connection, SchemaManager.get_schema())
        for name, digest, sql in _outstanding(connection):
            covered = name.startswith("procrastinate/") and fresh  # the whole schema holds every migration
            if not covered:
                _run(connection, sql)
            connection.execute(RECORD, {"name": name, "digest": digest})
            applied.append(name)
    return applied


def _outstanding(connection: Connection) -> list[tuple[str, str, str]]:
    known: dict[str, set[str]] = {}
    if connection.scalar(text("SELECT to_regclass('medusa_schema')")) is not None:
        rows = connection.execute(
            text("SELECT to_jsonb(medusa_schema) FROM medusa_schema")
        )  # with or without "earlier"
        known = {row["name"]: {row["digest"], *row.get("earlier", ())} for (row,) in rows}
    return [(name, digest, sql) for name, digest, sql in _files() if digest not in known.get(name, ())]


def _files() -> Iterator[tuple[str, str, str]]:
    """Name, digest and text of each file, in the order they are to be run."""
    for path in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        # By name only: a released migration may get a new comment, and must not run twice for it.
        yield f"procrastinate/{path.name}", "released", path.read_text(encoding="utf-8")
    for root, names in ((FRAMEWORK, FRAMEWORK), (INFRASTRUCTURE, INFRASTRUCTURE.parent)):
        for path in sorted(root.rglob("schema.sql")):
            sql = path.read_text(encoding="utf-8")
            yield path.relative_to(names).as_posix(), sha256(sql.encode()).hexdigest(), sql


def _run(connection: Connection, sql: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(sql)  # by the driver: many statements at once, and a % is a %
