"""Locks in a table of the application's database; no connection is held while a lock is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import ClassVar

from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.db.session import Record
from medusa.infrastructure.locking.provider import Blocked, Grant, LockingProvider

CHANNEL = "medusa_lock"
# Rows are locked in the order of their keys everywhere, so that nobody waits for one another in turn.
_TAKE = """
WITH held AS (
  SELECT key, owner, extract(epoch FROM expires_at - clock_timestamp())::float8 AS seconds
  FROM locking_lock WHERE key = ANY($1) AND expires_at > clock_timestamp()
), taken AS (
  INSERT INTO locking_lock AS present (key, owner, token, expires_at)
  SELECT wanted.key, $2, (SELECT nextval('locking_token')), clock_timestamp() + $3::interval
  FROM unnest($1::text[]) AS wanted (key)
  WHERE NOT EXISTS (SELECT FROM held WHERE owner <> $2) ORDER BY wanted.key
  ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, token = excluded.token, expires_at = excluded.expires_at
  WHERE present.owner = excluded.owner OR present.expires_at <= clock_timestamp()
  RETURNING key, token
)
SELECT key, owner = $2 AS own, seconds, NULL::bigint AS token FROM held UNION ALL SELECT key, NULL, NULL, token FROM taken
"""
_RENEW = """
WITH mine AS (SELECT key FROM locking_lock WHERE key = ANY($1) AND owner = $2 ORDER BY key FOR UPDATE)
UPDATE locking_lock SET expires_at = clock_timestamp() + $3::interval FROM mine WHERE locking_lock.key = mine.key
"""
_RELEASE = """
WITH mine AS (SELECT key FROM locking_lock WHERE owner = $1 AND ($2::text[] IS NULL OR key = ANY($2)) ORDER BY key FOR UPDATE),
     gone AS (DELETE FROM locking_lock USING mine WHERE locking_lock.key = mine.key RETURNING locking_lock.key),
     swept AS (DELETE FROM locking_lock WHERE key IN (
       SELECT key FROM locking_lock WHERE expires_at < now() - interval '1 day' LIMIT 10 FOR UPDATE SKIP LOCKED))
SELECT key, pg_notify($3, key) FROM gone
"""


class _Overtaken(Exception):
    """Somebody took one of the keys in this moment: what we took of the others is rolled back."""


class NoOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """It takes none."""


class PostgresLocking(LockingProvider):
    """A row for each lock, with its expiry by the database's clock. Who waits hears of a release by a notification."""

    identifier: ClassVar[str] = "postgres"
    default_id: ClassVar[str | None] = ""
    is_external: ClassVar[bool] = False

    def check_options(self) -> None:
        self.options_as(NoOptions)
        self._listens, self._turn = False, asyncio.Lock()

    async def open(self, app: App) -> None:
        self._database = app.database
        self._notifications = app.notifications

    async def try_acquire(self, keys: Sequence[str], owner: str, expire: timedelta) -> Grant | Blocked:
        while True:
            with contextlib.suppress(_Overtaken):
                # One key is one row: the statement is a transaction by itself.
                async with self._database.reader() if len(keys) == 1 else self._database.session() as session:
                    return _outcome(keys, await session.fetch(_TAKE, list(keys), owner, expire))

    async def renew(self, keys: Sequence[str], owner: str, expire: timedelta) -> bool:
        # Also what has expired: as long as the row is there, nobody else has had it.
        async with self._database.reader() as session:
            done = await session.execute(_RENEW, list(keys), owner, expire)
        return done == f"UPDATE {len(keys)}"

    async def release(self, keys: Sequence[str], owner: str) -> bool:
        async with self._database.reader() as session:
            gone = await session.fetch(_RELEASE, owner, list(keys), CHANNEL)
        return len(gone) == len(keys)

    async def release_all(self, owner: str) -> None:
        async with self._database.reader() as session:
            await session.fetch(_RELEASE, owner, None, CHANNEL)

    async def listen(self, released: Callable[[str], None], interrupted: Callable[[], None]) -> None:
        async with self._turn:  # who comes meanwhile must not ask before we listen
            if not self._listens:
                await self._notifications.listen(CHANNEL, released, interrupted=interrupted)
                await self._notifications.start()
                self._listens = True


def _outcome(keys: Sequence[str], rows: Sequence[Record]) -> Grant | Blocked:
    others = {str(row["key"]): float(row["seconds"]) for row in rows if row["own"] is False}
    if others:
        return Blocked(others)
    tokens = [int(row["token"]) for row in rows if row["token"] is not None]
    if len(tokens) < len(keys):
        raise _Overtaken
    own = {row["key"] for row in rows if row["own"]}
    return Grant(tokens[0], tuple(key for key in keys if key not in own))
