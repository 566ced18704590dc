"""Who somebody is, and as whom they may act."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from medusa.framework.db import Session
from medusa.framework.db.changes import Delete, Insert, Update
from medusa.framework.db.session import Record
from medusa.framework.errors import InvalidData, NotAllowed, Unauthorized
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.auth.models import AuthIdentity, AuthPasswordResetToken, ProviderIdentity
from medusa.modules.auth.provider import AuthProvider, Data, Identity

RESET_VALID_FOR = timedelta(minutes=15)
_IDENTITY = (
    "SELECT p.id, p.entity_id, p.provider, p.auth_identity_id, p.user_metadata, p.provider_metadata, a.app_metadata "
    "FROM provider_identity p JOIN auth_identity a ON a.id = p.auth_identity_id AND a.deleted_at IS NULL "
    "WHERE p.deleted_at IS NULL AND "
)


class ProviderUnknown(Unauthorized):
    """No auth provider has this id."""

    def __init__(self, id: str) -> None:
        super().__init__(
            f"\nUnable to retrieve the auth provider with id: {id}\nPlease make sure that the provider is registered "
            "in the container and it is configured correctly in your project configuration file."
        )


class ProviderNotAllowed(NotAllowed):
    """The configuration keeps this type of actor from this provider."""

    def __init__(self, actor_type: str, provider: str) -> None:
        super().__init__(f"The actor type {actor_type} is not allowed to use the auth provider {provider}")


class AlreadyAttached(InvalidData):
    """Somebody is such an actor already."""

    def __init__(self, actor_type: str) -> None:
        super().__init__(f"The identity belongs to another {actor_type} already")


class ResetTokenInvalid(Unauthorized):
    """A reset token is unknown, used, or over."""

    def __init__(self) -> None:
        super().__init__("Invalid token")


class AuthService(ModuleService):
    """Identities and auth providers.

    Options: ``methods_per_actor``, the providers that a type of actor may use, e.g. ``{"customer": ["emailpass",
    "google"]}``; a type that is not named may use all. By default users have ``emailpass`` only.
    """

    auth_identities = Crud(AuthIdentity)
    provider_identities = Crud(ProviderIdentity)

    # --- providers

    def _allowed(self, actor_type: str) -> Sequence[str] | None:
        methods: Mapping[str, Sequence[str]] = self.options.get("methods_per_actor", {"user": ["emailpass"]})
        return methods.get(actor_type)

    def check_allowed(self, actor_type: str, provider_id: str) -> None:
        """Raise :class:`ProviderNotAllowed` if this type of actor may not use the provider."""
        allowed = self._allowed(actor_type)
        if allowed is not None and provider_id not in allowed:
            raise ProviderNotAllowed(actor_type, provider_id)

    def provider(self, id: str) -> AuthProvider:
        """The provider with this id.

        Raises:
            ProviderUnknown: There is none.
        """
        provider = self.providers.of(AuthProvider.module).get(id)
        if not isinstance(provider, AuthProvider):
            raise ProviderUnknown(id)
        return provider

    def providers_for(self, actor_type: str) -> dict[str, AuthProvider]:
        """The providers that a type of actor may use, by id."""
        allowed = self._allowed(actor_type)
        return {
            id: provider
            for id, provider in self.providers.of(AuthProvider.module).items()
            if isinstance(provider, AuthProvider) and (allowed is None or id in allowed)
        }

    # --- identities

    async def find_identity(self, session: Session, provider: str, entity_id: str) -> Identity | None:
        """Who a provider knows by this name."""
        row = await session.fetch_row(_IDENTITY + "p.provider = $1 AND p.entity_id = $2", provider, entity_id)
        return None if row is None else _identity(row)

    async def identities_of_actor(self, session: Session, actor_type: str, actor_id: str) -> list[Identity]:
        """Every way in which an actor can log in."""
        rows = await session.fetch(_IDENTITY + "a.app_metadata ->> $1 = $2 ORDER BY p.id", f"{actor_type}_id", actor_id)
        return [_identity(row) for row in rows]

    async def add_identity(
        self,
        session: Session,
        provider: str,
        entity_id: str,
        *,
        provider_metadata: Data | None,
        user_metadata: Data | None,
    ) -> Identity:
        """Make a new identity.

        Raises:
            Duplicate: The provider knows the name already.
        """
        auth_id, provider_id = generate_id(AuthIdentity.__prefix__), generate_id(ProviderIdentity.__prefix__)
        row = {
            "id": provider_id,
            "auth_identity_id": auth_id,
            "provider": provider,
            "entity_id": entity_id,
            "provider_metadata": provider_metadata,
            "user_metadata": user_metadata,
        }
        await session.write(Insert(AuthIdentity, [{"id": auth_id}]), Insert(ProviderIdentity, [row]))
        return Identity(
            auth_identity_id=auth_id,
            provider_identity_id=provider_id,
            entity_id=entity_id,
            provider=provider,
            app_metadata={},
            user_metadata=dict(user_metadata or {}),
            provider_metadata=dict(provider_metadata or {}),
        )

    async def change_identity(self, session: Session, provider_identity_id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of what a provider knows of somebody."""
        if changes:
            await session.write(Update(ProviderIdentity, [{"id": provider_identity_id, **changes}]))

    async def attach_actor(self, session: Session, auth_identity_id: str, actor_type: str, actor_id: str) -> None:
        """Let somebody act as this actor.

        Raises:
            NotFound: The identity does not exist.
            AlreadyAttached: They act as another one of this type.
        """
        identity = await self.auth_identities.retrieve(session, auth_identity_id, for_update=True)
        metadata = identity.app_metadata or {}
        if metadata.get(f"{actor_type}_id"):
            raise AlreadyAttached(actor_type)
        changed = {**metadata, f"{actor_type}_id": actor_id}
        await session.write(Update(AuthIdentity, [{"id": auth_identity_id, "app_metadata": changed}]))

    async def detach_actors(self, session: Session, actor_type: str, actor_ids: Sequence[str]) -> None:
        """Nobody acts as these any more; who acts as nobody at all is forgotten."""
        key = f"{actor_type}_id"
        rows = await session.fetch(
            "SELECT id, app_metadata FROM auth_identity WHERE app_metadata ->> $1 = ANY($2) FOR UPDATE", key, actor_ids
        )
        left = {row["id"]: {**row["app_metadata"], key: None} for row in rows}
        gone = [id for id, metadata in left.items() if all(value is None for value in metadata.values())]
        kept = [{"id": id, "app_metadata": metadata} for id, metadata in left.items() if id not in gone]
        await session.write(Delete(AuthIdentity, gone), Update(AuthIdentity, kept))

    # --- reset tokens

    async def add_reset_token(self, session: Session, identity: Identity, key: str) -> datetime:
        """Keep a reset token by its secret ``key``, in place of earlier ones of the identity; when it ends."""
        expires = datetime.now(UTC) + RESET_VALID_FOR
        row = {
            "auth_identity_id": identity.auth_identity_id,
            "provider_identity_id": identity.provider_identity_id,
            "entity_id": identity.entity_id,
            "token_hash": _hash(key),
            "expires_at": expires,
        }
        await session.write(
            Delete(AuthPasswordResetToken, [identity.provider_identity_id], "provider_identity_id"),
            Insert(AuthPasswordResetToken, [row]),
        )
        return expires

    async def use_reset_token(self, session: Session, key: str) -> str:
        """Use a reset token up; the name of whom it is for, as the provider knows them.

        Raises:
            ResetTokenInvalid: It is unknown, used, or over.
        """
        entity_id = await session.fetch_value(
            "DELETE FROM auth_password_reset_token WHERE token_hash = $1 AND expires_at > now() AND deleted_at IS NULL "
            "RETURNING entity_id",
            _hash(key),
        )
        if entity_id is None:
            raise ResetTokenInvalid
        return str(entity_id)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _identity(row: Record) -> Identity:
    return Identity(
        auth_identity_id=row["auth_identity_id"],
        provider_identity_id=row["id"],
        entity_id=row["entity_id"],
        provider=row["provider"],
        app_metadata=row["app_metadata"] or {},
        user_metadata=row["user_metadata"] or {},
        provider_metadata=row["provider_metadata"] or {},
    )
