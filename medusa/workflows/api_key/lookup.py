"""Finding API keys for every request: kept in memory until a key, a channel or what joins them changes."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from medusa.framework.app import App, on_start
from medusa.framework.db import Session
from medusa.framework.db.cached import CachedRead
from medusa.framework.http.auth import PublishableKey, SecretKey
from medusa.framework.query import Fields
from medusa.modules.api_key import ApiKeyService


class _Id(Struct):
    id: str


class _Publishable(Struct):
    id: str
    revoked_at: datetime | None
    sales_channels: list[_Id]


class _Secret(Struct):
    id: str
    revoked_at: datetime | None


_FIELDS = Fields.of("id,revoked_at,sales_channels.id")


class ApiKeyLookup:
    """API keys by token; revoked ones are unknown from the moment they end."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._publishable = CachedRead(
            app.cache,
            ("api_key", "publishable_api_key_sales_channel", "sales_channel"),
            self._load_publishable,
        )
        self._secret = CachedRead(app.cache, ("api_key",), self._load_secret)

    async def publishable(self, token: str) -> PublishableKey | None:
        """The publishable key with this token, and the sales channels it opens, disabled ones too."""
        key = await self._publishable.get(token)
        if key is None or _is_over(key.revoked_at):
            return None
        return PublishableKey(key.id, token, tuple(channel.id for channel in key.sales_channels))

    async def secret(self, token: str) -> SecretKey | None:
        """The secret key with this token."""
        key = await self._secret.get(token)
        return None if key is None or _is_over(key.revoked_at) else SecretKey(key.id)

    async def _load_publishable(self, session: Session, token: str) -> _Publishable | None:
        found = await self._app.query.graph(
            session, "api_key", fields=_FIELDS, filters={"token": token, "type": "publishable"}, into=_Publishable
        )
        return found[0] if found else None

    async def _load_secret(self, session: Session, token: str) -> _Secret | None:
        key = await self._app.service(ApiKeyService).find_secret(session, token)
        return None if key is None else _Secret(key.id, key.revoked_at)


def _is_over(revoked_at: datetime | None) -> bool:
    return revoked_at is not None and revoked_at <= datetime.now(UTC)


@on_start
async def look_keys_up(app: App) -> None:
    """Let the HTTP layer find keys."""
    app.api_keys = ApiKeyLookup(app)
