"""A database with the library in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from medusa.framework.db import Database, Session
from medusa.framework.query import Query
from medusa.framework.testing.postgres import test_server as postgres_server
from medusa.framework.testing.postgres import with_database
from tests.framework.query import query_library as library


@pytest.fixture(scope="session")
def library_url(worker_id: str) -> Iterator[str]:
    """The address of a database with the library's tables and rows."""
    with postgres_server() as server:
        admin, name = with_database(server, "postgres"), f"medusa_library_{worker_id}_{os.getpid()}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        with psycopg.connect(with_database(server, name)) as connection:
            for table in library.LibraryBase.metadata.sorted_tables:
                connection.execute(str(CreateTable(table).compile(dialect=dialect)).encode())
            connection.execute(library.DATA.encode())
        yield with_database(server, name)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
async def library_database(library_url: str) -> AsyncIterator[Database]:
    """Connections to the library."""
    database = await Database.connect(library_url, min_size=1, max_size=2)
    yield database
    await database.close()


@pytest.fixture
async def session(library_database: Database) -> AsyncIterator[Session]:
    """A connection for reads."""
    async with library_database.reader() as session:
        yield session


@pytest.fixture
def query() -> Query:
    """A fresh engine."""
    return library.library()
