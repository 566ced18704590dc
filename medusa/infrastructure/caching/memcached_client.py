"""A client for the part of memcached's text protocol that a cache needs.

One connection for a process, commands pipelined: many ask at once without waiting for one another, and answers come in the
order of the questions. So a caller that is cancelled or out of patience cannot leave its answer to the next one, which is what
the packaged clients for asyncio get wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from medusa.framework.tasks import end

T = TypeVar("T")
Parse = Callable[[asyncio.StreamReader], Awaitable[Any]]
_LINE_BYTES = 64 * 1024


class MemcachedError(Exception):
    """The server refuses, e.g. because a value is too large."""


class MemcachedClient:
    """Commands of memcached; each raises ``OSError`` where the connection fails. Connects when it is first used, and again."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._connection: _Connection | None = None
        self._connecting = asyncio.Lock()

    async def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there."""
        found: dict[bytes, bytes] = await self._ask(b"get %b\r\n" % b" ".join(keys), _values)
        return found

    async def store(self, verb: bytes, key: bytes, value: bytes, seconds: int) -> bool:
        """``set``, or ``add``, which does nothing where there is a value; whether it was stored.

        Raises:
            MemcachedError: The value is too large.
        """
        line = await self._ask(b"%b %b 0 %d %d\r\n%b\r\n" % (verb, key, seconds, len(value), value), _line)
        return bool(line == b"STORED")

    async def delete(self, key: bytes) -> None:
        """Remove a value, if it is there."""
        await self._ask(b"delete %b\r\n" % key, _line)

    async def increment(self, key: bytes) -> int | None:
        """Add one to a number; None where there is none."""
        line: bytes = await self._ask(b"incr %b 1\r\n" % key, _line)
        return None if line == b"NOT_FOUND" else int(line)

    async def version(self) -> str:
        """The server's version: shows that it is one."""
        line: bytes = await self._ask(b"version\r\n", _line)
        return line.removeprefix(b"VERSION ").decode("latin-1")

    async def close(self) -> None:
        """Disconnect, and fail all who wait for an answer; the next command connects again."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _ask(self, command: bytes, parse: Parse) -> Any:
        async with self._connecting:
            if self._connection is None or self._connection.is_closed:
                await self.close()
                reader, writer = await asyncio.open_connection(self._host, self._port, limit=_LINE_BYTES)
                self._connection = _Connection(reader, writer)
            connection = self._connection
        return await connection.ask(command, parse)


class _Connection:
    """A connection, and who waits for its answers, in the order of the questions."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._broken = False
        self._reader = reader
        self._writer = writer
        self._waiting: deque[tuple[Parse, asyncio.Future[Any]]] = deque()
        self._asked = asyncio.Event()
        self._task = asyncio.create_task(self._answer(), name="memcached")

    @property
    def is_closed(self) -> bool:
        """Whether it cannot be used any more; a server that was restarted has closed it while nobody asked."""
        return self._broken or self._reader.at_eof() or self._writer.is_closing()

    async def ask(self, command: bytes, parse: Parse) -> Any:
        if self._broken:
            raise ConnectionError("The connection to memcached is lost")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((parse, future))
        self._writer.write(command)
        self._asked.set()
        return await future  # cancelled, it stays in the queue, and its answer is read and dropped

    async def close(self) -> None:
        await end(self._task)
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _answer(self) -> None:
        """Give each answer to the one who asked, until the connection fails."""
        error: Exception = ConnectionError("The connection to memcached was closed")
        try:
            while True:
                await self._next()
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as failure:
            # Also where it answers nonsense, because it is no memcached.
            error = ConnectionError(str(failure) or "memcached closed the connection")
        finally:
            self._broken = True
            self._writer.close()
            for _, future in self._waiting:
                if not future.done():
                    future.set_exception(error)
            self._waiting.clear()

    async def _next(self) -> None:
        while not self._waiting:
            self._asked.clear()
            await self._asked.wait()
        parse, future = self._waiting[0]
        try:
            answer = await parse(self._reader)
        except MemcachedError as refusal:
            self._waiting.popleft()
            if not future.done():
                future.set_exception(refusal)
        else:
            self._waiting.popleft()
            if not future.done():
                future.set_result(answer)


async def _line(reader: asyncio.StreamReader) -> bytes:
    """An answer of one line.

    Raises:
        MemcachedError: The server refuses.
        ConnectionError: It did not understand us: where the next answer begins is not known any more.
    """
    line = (await reader.readuntil(b"\r\n"))[:-2]
    if line.startswith(b"SERVER_ERROR"):
        raise MemcachedError(line.removeprefix(b"SERVER_ERROR ").decode("latin-1"))
    if line.startswith((b"ERROR", b"CLIENT_ERROR")):
        raise ConnectionError(f"memcached answers {line.decode('latin-1')}")
    return line


async def _values(reader: asyncio.StreamReader) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    while (line := await _line(reader)) != b"END":
        kind, key, _, size = line.split(b" ")
        if kind != b"VALUE":
            raise ConnectionError(f"memcached answers {line.decode('latin-1')}")
        found[key] = (await reader.readexactly(int(size) + 2))[:-2]
    return found
