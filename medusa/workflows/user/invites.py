"""Inviting people to become users."""

from __future__ import annotations

from collections.abc import Sequence

from medusa.framework.errors import InvalidData
from medusa.framework.http.auth import Tokens
from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.auth import AuthService
from medusa.modules.user import UserService
from medusa.modules.user.service import Sign
from medusa.workflows.user.types import AcceptInvite, CreateInvite, CreateUser
from medusa.workflows.user.users import USER, create_users


class UsersExist(InvalidData):
    """Addresses that belong to users already."""

    def __init__(self, emails: Sequence[str]) -> None:
        super().__init__(f"User account for following email(s) already exist: {', '.join(emails)}")


@workflow("create-invites")
async def create_invites(ctx: WorkflowContext, data: list[CreateInvite]) -> list[str]:
    """Invite people; the ids of the invites.

    Raises:
        UsersExist: An address belongs to a user.
        Duplicate: An address is invited already.
    """
    service = ctx.service(UserService)
    emails = [invite.email for invite in data]
    if users := await service.users.list(ctx.session, {"email": emails}):
        raise UsersExist([user.email for user in users])
    rows = [{name: value for name, value in row_of(invite).items() if name != "roles"} for invite in data]
    invites = await service.invite(ctx.session, _sign(ctx), rows)
    ctx.emit("invite.created", [{"id": invite.id} for invite in invites])
    return [invite.id for invite in invites]


@workflow("refresh-invite-tokens")
async def refresh_invite_tokens(ctx: WorkflowContext, ids: list[str]) -> None:
    """Send invites again, with a new token."""
    await ctx.service(UserService).renew_invites(ctx.session, _sign(ctx), ids)
    ctx.emit("invite.resent", [{"id": id} for id in ids])


@workflow("delete-invites")
async def delete_invites(ctx: WorkflowContext, ids: list[str]) -> None:
    """Withdraw invites."""
    await ctx.service(UserService).invites.soft_delete(ctx.session, ids)
    ctx.emit("invite.deleted", [{"id": id} for id in ids])


@workflow("accept-invite")
async def accept_invite(ctx: WorkflowContext, data: AcceptInvite) -> str:
    """Make a user of who holds an invite's token; the user's id.

    Raises:
        InviteInvalid: The token belongs to no open invite.
    """
    service = ctx.service(UserService)
    invite = await service.open_invite(ctx.session, data.token)
    given = data.user
    user = CreateUser(email=given.email or invite.email, first_name=given.first_name, last_name=given.last_name)
    [id] = await create_users(ctx, [user])
    await ctx.service(AuthService).attach_actor(ctx.session, data.auth_identity_id, USER, id)
    await service.invites.soft_delete(ctx.session, [invite.id])
    ctx.emit("invite.accepted", {"id": invite.id})
    return id


def _sign(ctx: WorkflowContext) -> Sign:
    tokens = Tokens(ctx.app.config.http_settings())
    return lambda claims, seconds: tokens.sign(claims, expires_in_seconds=seconds)
