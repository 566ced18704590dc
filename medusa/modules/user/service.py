"""Users of the dashboard, and invitations to become one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData, Unauthorized
from medusa.framework.ids import generate_id
from medusa.framework.modules import Crud, ModuleService
from medusa.modules.user.models import Invite, User

INVITE_VALID_FOR = timedelta(days=1)
Sign = Callable[[Mapping[str, Any], int], str]
"""Makes a token of claims that is valid for so many seconds."""


class InvitesUnknown(InvalidData):
    """Invites that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"The following invites do not exist: {', '.join(ids)}")


class InviteInvalid(Unauthorized):
    """The token belongs to no invite that is open."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class UserService(ModuleService):
    """Users. Options: ``invite_valid_for_seconds`` (default: a day)."""

    users = Crud(User)
    invites = Crud(Invite)

    def _token(self, sign: Sign, *, id: str, email: str) -> tuple[str, datetime]:
        """A token that tells the dashboard who is invited, and when it ends."""
        valid_for = timedelta(seconds=self.options.get("invite_valid_for_seconds", INVITE_VALID_FOR.total_seconds()))
        token = sign({"id": id, "email": email, "jti": str(uuid.uuid4())}, int(valid_for.total_seconds()))
        return token, datetime.now(UTC) + valid_for

    async def invite(self, session: Session, sign: Sign, invites: Sequence[dict[str, Any]]) -> list[Invite]:
        """Create invites (``email``, ``metadata``), each with a token signed by ``sign``.

        Raises:
            Duplicate: An address has an open invite.
        """
        rows: list[dict[str, Any]] = []
        for invite in invites:
            id = generate_id(Invite.__prefix__)
            token, expires = self._token(sign, id=id, email=invite["email"])
            rows.append({**invite, "id": id, "token": token, "expires_at": expires})
        return await self.invites.create(session, rows)

    async def renew_invites(self, session: Session, sign: Sign, ids: Sequence[str]) -> list[Invite]:
        """Give invites a new token and a new end.

        Raises:
            InvitesUnknown: An invite does not exist.
        """
        invites = await self.invites.list(session, {"id": ids}, for_update=True)
        if unknown := set(ids) - {invite.id for invite in invites}:
            raise InvitesUnknown(sorted(unknown))
        rows: list[dict[str, Any]] = []
        for invite in invites:
            token, expires = self._token(sign, id=invite.id, email=invite.email)
            rows.append({"id": invite.id, "token": token, "expires_at": expires})
        return await self.invites.update(session, rows)

    async def open_invite(self, session: Session, token: str) -> Invite:
        """The invite with this token, locked.

        Raises:
            InviteInvalid: There is none, it is accepted, or its time is over.
        """
        found = await self.invites.list(session, {"token": token, "accepted": False}, for_update=True)
        if not found or found[0].expires_at <= datetime.now(UTC):
            raise InviteInvalid
        return found[0]
