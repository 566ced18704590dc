"""Who somebody is, proved by one provider or several."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Json, Model, WithMetadata, live_index, references, relation


class AuthIdentity(Model):
    """A person or program that can log in; app_metadata says as which actors."""

    __tablename__ = "auth_identity"
    __prefix__ = "authid"

    app_metadata: Mapped[Json | None]

    provider_identities: Mapped[list[ProviderIdentity]] = relation(order_by="ProviderIdentity.id")


class ProviderIdentity(Model):
    """An identity as a provider knows it, such as an e-mail address with a password hash."""

    __tablename__ = "provider_identity"
    __table_args__ = (Index("IDX_provider_identity_provider_entity_id", "entity_id", "provider", unique=True),)

    entity_id: Mapped[str]
    provider: Mapped[str]
    auth_identity_id: Mapped[str] = references("auth_identity.id")
    user_metadata: Mapped[Json | None]
    provider_metadata: Mapped[Json | None] = mapped_column(info={"private": True})

    auth_identity: Mapped[AuthIdentity | None] = relation()


class AuthPasswordResetToken(Model):
    """Leave to set a new password once."""

    __tablename__ = "auth_password_reset_token"
    __prefix__ = "authprt"
    __table_args__ = (
        live_index("token_hash"),
        live_index("expires_at"),
    )

    auth_identity_id: Mapped[str] = references("auth_identity.id")
    provider_identity_id: Mapped[str] = references("provider_identity.id")
    entity_id: Mapped[str]
    token_hash: Mapped[str] = mapped_column(info={"private": True})
    expires_at: Mapped[datetime]

    auth_identity: Mapped[AuthIdentity | None] = relation()
    provider_identity: Mapped[ProviderIdentity | None] = relation()


class AuthVerification(WithMetadata, Model):
    """A proof, asked for or given, that an address belongs to an identity."""

    __tablename__ = "auth_verification"
    __prefix__ = "authver"
    __table_args__ = (
        live_index("auth_identity_id", "entity_id", "entity_type", unique=True, name="IDX_auth_verification_entity"),
    )

    auth_identity_id: Mapped[str] = references("auth_identity.id")
    entity_id: Mapped[str]
    entity_type: Mapped[str]
    code_provider: Mapped[str]
    verified_at: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    provider_metadata: Mapped[Json | None]

    auth_identity: Mapped[AuthIdentity | None] = relation()
