"""The pool of connections, and the sessions it gives."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import msgspec

from medusa.framework.db.driver_errors import translated
from medusa.framework.db.session import Session
from medusa.framework.errors import Unavailable

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.decode

# Statements come in a bounded number of shapes and planning the big ones takes milliseconds: plan each once.
SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    # What a shop reads is in memory or on an SSD; the default of 4 is that of a disk that turns.
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "application_name": "medusa",
}


# A backend of glibc that has freed one block of this size keeps what it frees later for its next statements. Otherwise
# it gives memory back to the kernel after each one: page faults are a third of the time of an answer of 300 KB.
KEEP_MEMORY = "SELECT octet_length(repeat('x', 16000000))"


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: _encode(v).decode(), decoder=_decode, format="text"
    )
    await connection.execute(KEEP_MEMORY)


async def _keep(_: asyncpg.Connection[asyncpg.Record]) -> None:
    """Connections return to the pool as they are: sessions change no setting and hold no cursor or session lock."""


async def _roll_back(connection: Any) -> None:
    """End the transaction; a connection that cannot is closed, it must not return to the pool with one open."""
    try:
        await connection.execute("ROLLBACK")
    except BaseException as error:
        with suppress(asyncpg.InterfaceError):  # it is gone already
            connection.terminate()
        if not isinstance(error, Exception):
            raise


class Database:
    """Connections to one PostgreSQL database."""

    def __init__(self, url: str, pool: asyncpg.Pool[asyncpg.Record], acquire_timeout: float) -> None:
        self.url = url
        self.pool = pool
        self.acquire_timeout = acquire_timeout
        self.on_change: Callable[[set[str]], None] | None = None
        self.announce: Callable[[Session], Any] | None = None

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        min_size: int = 2,
        max_size: int = 20,
        acquire_timeout: float = 10.0,
        statement_timeout: float = 30.0,
        idle_timeout: float = 30.0,
    ) -> Database:
        """Open the pool.

        Args:
            url: ``postgresql://user:password@host:port/name`` (also with ``?host=/socket/directory``).
            acquire_timeout: Seconds to wait for a free connection before a request is refused.
            statement_timeout: Seconds after which PostgreSQL cancels a statement.
            idle_timeout: Seconds after which PostgreSQL ends a transaction in which nothing happens.
        Raises:
            Unavailable: Nothing answers there.
        """
        with translated():
            pool = await asyncpg.create_pool(
                url,
                min_size=min_size,
                max_size=max_size,
                init=_prepare,
                reset=_keep,
                server_settings={
                    **SETTINGS,
                    "statement_timeout": f"{statement_timeout * 1000:.0f}",
                    "idle_in_transaction_session_timeout": f"{idle_timeout * 1000:.0f}",
                },
                statement_cache_size=400,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=0,
                max_inactive_connection_lifetime=0,
            )
        return cls(url, pool, acquire_timeout)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await self.pool.close()

    @asynccontextmanager
    async def _acquire(self) -> AsyncGenerator[Any]:
        try:
            connection = await self.pool.acquire(timeout=self.acquire_timeout)
        except TimeoutError as error:
            raise Unavailable("All database connections are busy: try again") from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable("The database does not answer now: try again") from error
        try:
            yield connection
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Session]:
        """A transaction: committed at the end, rolled back when the block raises."""
        async with self._acquire() as connection:
            session = Session(connection, transactional=True)
            try:
                await session.execute("BEGIN")
                yield session
                if session.touched and self.announce is not None:
                    await self.announce(session)
                await session.execute("COMMIT")
            except BaseException:
                await _roll_back(connection)
                raise
            if session.touched and self.on_change is not None:
                self.on_change(session.touched)
            session.run_on_commit()

    @asynccontextmanager
    async def reader(self) -> AsyncGenerator[Session]:
        """A connection without a transaction, for reads of one statement each."""
        async with self._acquire() as connection:
            yield Session(connection, transactional=False)
