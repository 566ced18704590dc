"""What creates and changes API keys."""

from __future__ import annotations

from msgspec import Struct

from medusa.modules.api_key import ApiKeyType


class CreateApiKey(Struct, kw_only=True):
    """A new key."""

    title: str
    type: ApiKeyType
    created_by: str


class CreatedApiKey(Struct, kw_only=True):
    """A new key, and its token, which is not told again."""

    id: str
    token: str


class UpdateApiKeys(Struct, kw_only=True):
    """A new title for some keys."""

    ids: list[str]
    title: str


class RevokeApiKeys(Struct, kw_only=True):
    """Let keys end in so many seconds."""

    ids: list[str]
    revoked_by: str
    revoke_in: float = 0


class LinkSalesChannels(Struct, kw_only=True):
    """Sales channels that a publishable key opens and no longer opens."""

    id: str
    add: list[str] = []
    remove: list[str] = []
