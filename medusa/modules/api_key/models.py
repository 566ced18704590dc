"""API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, live_index, one_of


class ApiKey(Model):
    """A publishable key of a storefront or a secret key of a server; tokens of secret keys are hashed."""

    __tablename__ = "api_key"
    __prefix__ = "apk"
    __table_args__ = (
        one_of("type", "publishable", "secret"),
        Index("IDX_api_key_token_unique", "token", unique=True),
        live_index("redacted"),
        live_index("revoked_at"),
    )

    token: Mapped[str]
    salt: Mapped[str] = mapped_column(info={"private": True})
    redacted: Mapped[str]
    title: Mapped[str]
    type: Mapped[str]
    last_used_at: Mapped[datetime | None]
    created_by: Mapped[str]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
