"""Databases for tests that want other tables than the migrated ones, or none."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import MetaData, create_engine

from medusa.framework.testing.postgres import test_server, with_database


@contextmanager
def empty_database(options: LiteralString = "") -> Generator[str]:
    """The address of a new database on the tests' server, made with these options; dropped at the end."""
    name = f"medusa_test_{uuid4().hex[:12]}"
    with test_server() as server, psycopg.connect(with_database(server, "postgres"), autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)) + SQL(f" {options}"))
        try:
            yield with_database(server, name)
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def database_with(metadata: MetaData) -> Generator[str]:
    """The address of a new database with these tables; dropped at the end."""
    with empty_database() as url:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        metadata.create_all(engine)
        engine.dispose()
        yield url
