"""What PostgreSQL tells a process: one connection that listens, for all who want to hear."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from medusa.framework.db.database import Database
from medusa.framework.errors import text_of
from medusa.framework.tasks import end

Heard = Callable[[str], None]
Changed = Callable[[], None]
_NOTIFY = "SELECT pg_notify($1, $2)"
_PATIENCE_SECONDS = 5.0
_ASK_EVERY_SECONDS = 15.0
# The last: a statement on a connection that PostgreSQL has ended, before the driver has noticed.
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncpg.InternalClientError)
log = structlog.get_logger()


class Notifications:
    """Listens on channels of PostgreSQL, and connects again when the connection is lost.

    Args:
        ask_every: Seconds between two questions whether the server is still there: a network that drops what is idle says
            nothing, and a silent connection looks like one on which nothing happens.
        patience: Seconds to wait for an answer.
    """

    def __init__(
        self, database: Database, *, ask_every: float = _ASK_EVERY_SECONDS, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self.database = database
        self.ask_every, self.patience = ask_every, patience
        self.listening = False
        self._is_away = False
        self._channels: dict[str, list[tuple[Heard, Changed]]] = {}
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()  # a connection takes one statement at a time

    async def listen(self, channel: str, heard: Heard, *, interrupted: Changed) -> None:
        """Call ``heard`` with the text of each notification on the channel, from :meth:`start` on.

        Args:
            interrupted: Called when the connection was lost and when there is a new one: something may have been missed.
        """
        self._channels.setdefault(channel, []).append((heard, interrupted))
        if self._connection is not None:
            try:
                await self._add(self._connection, channel)
            except _LOST:
                self._lost.set()  # the next one will listen

    async def notify(self, channel: str, text: str) -> None:
        """Tell all processes that listen, this one too; of less than 8000 bytes. Outside of any transaction.

        Raises:
            Unavailable: The database does not answer.
        """
        await self.execute(_NOTIFY, channel, text)

    async def execute(self, sql: str, *args: Any) -> None:
        """Run a statement by itself on the connection that listens, so also when all those of the pool are busy.

        Raises:
            Unavailable: The database does not answer.
        """
        if not await self._execute_here(sql, *args):
            async with self.database.reader() as session:
                await session.execute(sql, *args)

    async def _execute_here(self, sql: str, *args: Any) -> bool:
        if self._connection is None:
            return False
        try:
            async with self._turn:
                await self._connection.execute(sql, *args, timeout=self.patience)
        except _LOST:
            self._lost.set()  # the driver does not always say so by itself
            return False
        return True

    async def start(self) -> None:
        """Connect; does nothing the second time."""
        if self._task is not None:
            return
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._listen(ready), name="notifications")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                await ready.wait()

    async def stop(self) -> None:
        """Disconnect."""
        if self._task is not None:
            await end(self._task)
            self._task = None

    async def _listen(self, ready: asyncio.Event) -> None:
        while True:
            cause = "it was ended"
            try:
                await self._listen_once(ready)
            except _LOST as error:
                cause = text_of(error)
            finally:
                self.listening = False
                self._interrupted()
            if not self._is_away:  # of an interruption that is known nothing is said again
                log.warning("notifications.connection_lost", error=cause)
            self._is_away = True
            await asyncio.sleep(1)

    async def _listen_once(self, ready: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            self.database.url, server_settings={"application_name": "medusa-notifications"}
        )
        self._lost = lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            self._connection = connection
            for channel in list(self._channels):
                await self._add(connection, channel)
            self._interrupted()
            self.listening = True
            if self._is_away:
                log.warning("notifications.connected_again")
            self._is_away = False
            ready.set()
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.ask_every):
                        await lost.wait()
                if not lost.is_set():
                    await self._execute_here("SELECT 1")
        finally:
            self._connection = None
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    async def _add(self, connection: asyncpg.Connection[asyncpg.Record], channel: str) -> None:
        async with self._turn:
            await connection.add_listener(channel, self._heard)

    def _heard(self, _connection: Any, _pid: int, channel: str, payload: object) -> None:
        for heard, _ in self._channels[channel]:
            heard(str(payload))

    def _interrupted(self) -> None:
        for listeners in self._channels.values():
            for _, interrupted in listeners:
                interrupted()
