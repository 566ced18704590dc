"""A database with the library in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from medusa.framework.db import Database, Session
from medusa.framework.query import Query
from tests.databases import database_with
from tests.framework.query import query_library as library


@pytest.fixture(scope="session")
def library_url() -> Iterator[str]:
    """The address of a database with the library's tables and rows."""
    with database_with(library.LibraryBase.metadata) as url:
        with psycopg.connect(url) as connection:
            connection.execute(library.DATA.encode())
        yield url


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
