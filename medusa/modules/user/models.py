"""Users of the dashboard and invitations to become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Model, WithMetadata, live_index


class User(WithMetadata, Model):
    """Someone who works in the dashboard."""

    __tablename__ = "user"
    __prefix__ = "user"
    __table_args__ = (live_index("email", unique=True),)

    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str]
    avatar_url: Mapped[str | None]


class Invite(WithMetadata, Model):
    """An invitation to become a user."""

    __tablename__ = "invite"
    __prefix__ = "invite"
    __table_args__ = (
        live_index("email", unique=True),
        live_index("token"),
    )

    email: Mapped[str]
    accepted: Mapped[bool] = mapped_column(server_default=false())
    token: Mapped[str]
    expires_at: Mapped[datetime]


class UserPreference(Model):
    """A setting of one user."""

    __tablename__ = "user_preference"
    __prefix__ = "usrpref"
    __table_args__ = (live_index("user_id", "key", unique=True),)

    user_id: Mapped[str]
    key: Mapped[str]
    value: Mapped[Any]
