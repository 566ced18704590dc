"""What creates and changes users and invites."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class CreateUser(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new user."""

    email: str
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    avatar_url: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UserChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a user."""

    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    avatar_url: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateUsers(Struct, kw_only=True):
    """The same changes for some users."""

    ids: list[str]
    update: UserChanges


class CreateAdminUser(Struct, kw_only=True):
    """A new user who logs in with an e-mail address and a password."""

    email: str
    password: str


class CreateInvite(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new invitation."""

    email: str
    roles: list[str] | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class InvitedUser(Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody says of themselves when they accept an invitation."""

    email: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET


class AcceptInvite(Struct, kw_only=True):
    """An identity takes up an invitation."""

    token: str
    auth_identity_id: str
    user: InvitedUser
