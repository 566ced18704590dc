"""A database with all tables of the product, made from the models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

import medusa.links
from medusa.framework.db import Database, Session
from medusa.framework.db.models import Base
from medusa.framework.query import Query
from tests.databases import database_with

assert medusa.links


@pytest.fixture(scope="session")
def tables_url() -> Iterator[str]:
    """The address of a database with all tables."""
    with database_with(Base.metadata) as url:
        yield url


@pytest.fixture(scope="session")
async def tables(tables_url: str) -> AsyncIterator[Database]:
    """Connections to it."""
    database = await Database.connect(tables_url, min_size=1, max_size=2)
    yield database
    await database.close()


class _Leave(Exception):
    """Rolls the test's transaction back."""


@pytest.fixture
async def session(tables: Database) -> AsyncIterator[Session]:
    """A transaction that is rolled back after the test."""
    try:
        async with tables.session() as session:
            yield session
            raise _Leave
    except _Leave:
        pass


@pytest.fixture(scope="session")
def query() -> Query:
    """The engine over the product's own models."""
    return Query()
