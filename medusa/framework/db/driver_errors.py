"""The one place where the driver's errors become the platform's."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import Boolean

from medusa.framework.db.models import Base
from medusa.framework.errors import Conflict, Duplicate, ErrorType, InvalidData, MedusaError, NotFound, Unavailable

_DETAIL = re.compile(r"Key \((?P<columns>.+)\)=\((?P<values>.*)\)")
_UNAVAILABLE = (
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement on a connection that has ended, before the driver has noticed
    ConnectionError,
    TimeoutError,
)


@contextmanager
def translated() -> Generator[None]:
    """Raise the platform's error for what the driver raises inside; the original is chained."""
    try:
        yield
    except (asyncpg.PostgresError, *_UNAVAILABLE) as error:
        raise translate(error) from error


def translate(error: Exception) -> Exception:
    """The platform's error for one of the driver's; errors in our own SQL stay as they are."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return _duplicate(error)
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return _missing_reference(error)
    if isinstance(error, asyncpg.NotNullViolationError):
        return InvalidData(f"Cannot set field '{error.column_name}' of {_noun(error.table_name)} to null")
    if isinstance(error, asyncpg.CheckViolationError):
        return InvalidData(f"The values of {_noun(error.table_name)} break the rule {error.constraint_name}")
    if isinstance(error, asyncpg.DataError):
        return InvalidData(str(error))
    if isinstance(error, asyncpg.SerializationError | asyncpg.DeadlockDetectedError | asyncpg.LockNotAvailableError):
        return Conflict("Another request changed the same data at the same time: try again")
    if isinstance(error, _UNAVAILABLE):
        return Unavailable("The database does not answer now: try again")
    return error


def _noun(table: str | None) -> str:
    return (table or "row").replace("_", " ")


def _duplicate(error: asyncpg.UniqueViolationError) -> MedusaError:
    noun = _noun(error.table_name)
    noun = f"{noun[:1].upper()}{noun[1:]}"
    # The contract calls a taken value invalid data (400), whatever the column.
    if match := _DETAIL.search(error.detail or ""):
        columns, values = match["columns"].split(", "), match["values"].split(", ")
        pairs = ", ".join(f"{c}: {_shown(error.table_name, c, v)}" for c, v in zip(columns, values, strict=False))
        return Duplicate(f"{noun} with {pairs}, already exists.", type=ErrorType.INVALID_DATA)
    return Duplicate(f"{noun} already exists.", type=ErrorType.INVALID_DATA)


def _shown(table: str | None, column: str, value: str) -> str:
    """A value of PostgreSQL's message as JSON would print it: booleans arrive as ``t`` and ``f``."""
    known = Base.metadata.tables.get(table or "")
    if known is not None and column in known.columns and isinstance(known.columns[column].type, Boolean):
        return "true" if value == "t" else "false"
    return value


def _missing_reference(error: asyncpg.ForeignKeyViolationError) -> MedusaError:
    if match := _DETAIL.search(error.detail or ""):
        return NotFound(
            f"You tried to set relationship {match['columns']}: {match['values']}, but such entity does not exist"
        )
    return InvalidData(f"{_noun(error.table_name).capitalize()} is still referred to")
