"""The connection that changes the schema: synchronous, and one at a time for each database."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from medusa.framework.errors import Conflict, Unavailable

LOCK = 0x6D6564757361  # "medusa": the advisory lock of everything that changes the schema
PATIENCE_SECONDS = 600


@contextmanager
def connected(url: str) -> Generator[Connection]:
    """One connection through psycopg, whatever driver the URL names.

    Raises:
        Unavailable: The database cannot be reached.
        Conflict: A table is locked by a long transaction.
    """
    address = make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")
    engine = create_engine(address, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == "55P03":
            message = "A long transaction holds a lock on a table to be migrated. Nothing is half done: run it again."
            raise Conflict(message) from error
        if "does not exist" in str(error.orig):
            raise Unavailable(f"{error.orig} Create it with `medusa db:create`, or correct DATABASE_URL.") from error
        where = address.render_as_string(hide_password=True)
        raise Unavailable(f"The database {where} cannot be reached: {error.orig}") from error
    finally:
        engine.dispose()


@contextmanager
def exclusive(connection: Connection) -> Generator[None]:
    """The schema is ours to change until the end of the block."""
    # Polls: a session that waits inside pg_advisory_lock() holds a snapshot, which stops CREATE INDEX CONCURRENTLY.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _try_lock(connection):
        if time.monotonic() > deadline:
            raise Conflict(f"Another process has been migrating this database for {PATIENCE_SECONDS} seconds.")
        time.sleep(0.1)
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        connection.commit()


def _try_lock(connection: Connection) -> bool:
    taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK})
    connection.commit()
    return bool(taken)
