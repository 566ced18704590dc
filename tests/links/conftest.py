"""A database with all tables of the product, made from the models."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import create_engine

import medusa.links
from medusa.framework.db import Database, Session
from medusa.framework.db.models import Base
from medusa.framework.query import Query
from medusa.framework.testing.postgres import test_server as postgres_server
from medusa.framework.testing.postgres import with_database

assert medusa.links


@pytest.fixture(scope="session")
def tables_url(worker_id: str) -> Iterator[str]:
    """The address of a database with all tables."""
    with postgres_server() as server:
        admin, name = with_database(server, "postgres"), f"medusa_tables_{worker_id}_{os.getpid()}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = with_database(server, name)
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        Base.metadata.create_all(engine)
        engine.dispose()
        yield url
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


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
