"""A session: one connection for the time of one unit of work, usually one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import asyncpg

from medusa.framework.db.changes import Change, Statement, compile_changes
from medusa.framework.db.driver_errors import translated

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

Record = asyncpg.Record


class Session:
    """Runs SQL on one connection, in the order it is asked to.

    Every method raises the errors of :mod:`medusa.framework.errors` for what the database refuses.
    """

    observer: ClassVar[Callable[[str], None] | None] = None
    """Is told of every statement of every session; for tests and tracing."""

    def __init__(self, connection: Connection, *, transactional: bool) -> None:
        self.connection = connection
        self.transactional = transactional
        self.statements = 0
        self.touched: set[str] = set()
        self._savepoints = 0
        self._turn = asyncio.Lock()  # gathered callers take turns on the one connection
        self._on_commit: list[Callable[[], None]] = []

    def _begun(self, sql: str) -> None:
        self.statements += 1
        if Session.observer is not None:
            Session.observer(sql)

    async def fetch(self, sql: str, *args: Any) -> list[Record]:
        """All rows of a query."""
        self._begun(sql)
        async with self._turn:
            with translated():
                return await self.connection.fetch(sql, *args)

    async def fetch_row(self, sql: str, *args: Any) -> Record | None:
        """The first row of a query, or None."""
        self._begun(sql)
        async with self._turn:
            with translated():
                return await self.connection.fetchrow(sql, *args)

    async def fetch_value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        self._begun(sql)
        async with self._turn:
            with translated():
                return await self.connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """Run a statement; the answer is PostgreSQL's command tag, e.g. ``UPDATE 3``."""
        self._begun(sql)
        async with self._turn:
            with translated():
                return await self.connection.execute(sql, *args)

    async def write(self, *changes: Change) -> None:
        """Carry out all changes in one statement (no statement when there is nothing to do).

        The changes do not see one another, so no two may concern the same row. Foreign keys are checked at the end.
        """
        if statement := compile_changes(changes):
            self.touched |= statement.tables
            await self.execute(statement.sql, *statement.args)

    async def write_returning(self, change: Change) -> list[Record]:
        """Carry out one change and return the written rows, whole."""
        statement: Statement | None = compile_changes([change], returning=True)
        if statement is None:
            return []
        self.touched |= statement.tables
        return await self.fetch(statement.sql, *statement.args)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """What fails inside is rolled back alone, and the exception goes on."""
        self._savepoints += 1
        name = f"s{self._savepoints}"
        await self.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            await self.execute(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        await self.execute(f"RELEASE SAVEPOINT {name}")

    async def lock(self, *keys: str) -> None:
        """Hold these names until the transaction ends; waits for others who hold one."""
        await self.execute(
            "SELECT pg_advisory_xact_lock(k) FROM "
            "(SELECT DISTINCT hashtextextended(x, 0) AS k FROM unnest($1::text[]) AS x ORDER BY 1) AS keys",
            list(keys),
        )

    def touch(self, *tables: str) -> None:
        """Say that hand-written SQL changed these tables, so that cached reads of them are forgotten on commit."""
        self.touched.update(tables)

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call this once the transaction is durable; never after a rollback."""
        self._on_commit.append(callback)

    def run_on_commit(self) -> None:
        """Run and forget what :meth:`on_commit` collected."""
        callbacks: Sequence[Callable[[], None]] = self._on_commit
        self._on_commit = []
        for callback in callbacks:
            callback()
