"""API keys: publishable ones of storefronts, secret ones of servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from medusa.framework.db import Session
from medusa.framework.errors import NotAllowed
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.api_key.models import ApiKey
from medusa.modules.api_key.tokens import ApiKeyType, fingerprint, matches_scrypt, new_token, redacted


class KeysNotRevoked(NotAllowed):
    """Only a revoked key can be deleted."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Cannot delete api keys that are not revoked - {', '.join(ids)}")


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key; ``token`` is shown this once, of a secret key only its fingerprint is kept."""

    key: ApiKey
    token: str


class ApiKeyService(ModuleService):
    """API keys."""

    api_keys = Crud(ApiKey)

    async def create_key(self, session: Session, *, title: str, type: ApiKeyType, created_by: str) -> CreatedKey:
        """Make a key with a new token."""
        token = new_token(type)
        row = {
            "title": title,
            "type": str(type),
            "token": fingerprint(token) if type is ApiKeyType.SECRET else token,
            "salt": "",
            "redacted": redacted(token),
            "created_by": created_by,
        }
        [key] = await self.api_keys.create(session, [row])
        return CreatedKey(key, token)

    async def revoke(
        self, session: Session, ids: Sequence[str], *, revoked_by: str, after: timedelta = timedelta()
    ) -> None:
        """Let keys end now, or after a while. Ids that do not exist are passed over."""
        moment = datetime.now(UTC) + max(after, timedelta())
        known = [key.id for key in await self.api_keys.list(session, {"id": ids})]
        await self.api_keys.update(
            session, [{"id": id, "revoked_at": moment, "revoked_by": revoked_by} for id in known]
        )

    async def delete_revoked(self, session: Session, ids: Sequence[str]) -> None:
        """Remove keys for good.

        Raises:
            KeysNotRevoked: A key is still valid.
        """
        keys = await self.api_keys.list(session, {"id": ids}, for_update=True)
        now = datetime.now(UTC)
        if valid := [key.id for key in keys if key.revoked_at is None or key.revoked_at > now]:
            raise KeysNotRevoked(valid)
        await self.api_keys.delete(session, [key.id for key in keys])

    async def find_secret(self, session: Session, token: str) -> ApiKey | None:
        """The secret key with this token, revoked or not.

        A key of Medusa 2 is recognised by its scrypt hash, and keeps a fingerprint from then on.
        """
        found = await self.api_keys.list(
            session,
            {"type": "secret", "$or": [{"token": fingerprint(token)}, {"redacted": redacted(token)}]},
        )
        for key in found:
            if not key.salt and key.token == fingerprint(token):
                return key
            if key.salt and await matches_scrypt(token, key.salt, key.token):
                await self.api_keys.update(session, [{"id": key.id, "token": fingerprint(token), "salt": ""}])
                return key
        return None
