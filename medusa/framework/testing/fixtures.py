"""Pytest fixtures: a migrated database for each worker."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from medusa.framework.db import Database, Session
from medusa.framework.testing.postgres import worker_database

__all__ = ["database", "database_url", "session"]


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """An empty-but-migrated database that only this worker uses."""
    with worker_database(worker_id) as url:
        yield url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """Connections to the worker's database."""
    database = await Database.connect(database_url, min_size=1, max_size=10)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[Session]:
    """A transaction that is rolled back after the test."""
    with contextlib.suppress(_RollBack):
        async with database.session() as session:
            yield session
            raise _RollBack


class _RollBack(Exception):
    """Ends the test's transaction."""
