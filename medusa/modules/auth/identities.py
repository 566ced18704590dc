"""The identities of one provider, within a transaction or each call for itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import msgspec

from medusa.framework.db import Database, Session
from medusa.modules.auth.provider import Data, Identity
from medusa.modules.auth.service import AuthService

Open = Callable[[], AbstractAsyncContextManager[Session]]


class StoredIdentities:
    """Implements :class:`~medusa.modules.auth.provider.Identities`."""

    def __init__(self, service: AuthService, provider_id: str, *, read: Open, write: Open) -> None:
        self._service = service
        self._provider_id = provider_id
        self._read = read
        self._write = write

    async def find(self, entity_id: str) -> Identity | None:
        async with self._read() as session:
            return await self._service.find_identity(session, self._provider_id, entity_id)

    async def add(
        self, entity_id: str, *, provider_metadata: Data | None = None, user_metadata: Data | None = None
    ) -> Identity:
        async with self._write() as session:
            return await self._service.add_identity(
                session,
                self._provider_id,
                entity_id,
                provider_metadata=provider_metadata,
                user_metadata=user_metadata,
            )

    async def change(
        self, identity: Identity, *, provider_metadata: Data | None = None, user_metadata: Data | None = None
    ) -> Identity:
        given = {"provider_metadata": provider_metadata, "user_metadata": user_metadata}
        changes: dict[str, Any] = {name: dict(value) for name, value in given.items() if value is not None}
        async with self._write() as session:
            await self._service.change_identity(session, identity.provider_identity_id, changes)
        return msgspec.structs.replace(identity, **changes)


def identities_of(service: AuthService, database: Database, provider_id: str) -> StoredIdentities:
    """Identities that hold no connection between two calls, so that a provider can take its time."""
    return StoredIdentities(service, provider_id, read=database.reader, write=database.session)


def identities_within(service: AuthService, session: Session, provider_id: str) -> StoredIdentities:
    """Identities that are read and written in a transaction."""

    @asynccontextmanager
    async def same() -> AsyncGenerator[Session]:
        yield session

    return StoredIdentities(service, provider_id, read=same, write=same)
