"""Invitations to become a user."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.admin.users import USER
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    Access,
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.framework.http.errors import HttpError, unauthorized
from medusa.modules.user import InviteInvalid
from medusa.workflows.user.invites import accept_invite, create_invites, delete_invites, refresh_invite_tokens
from medusa.workflows.user.types import AcceptInvite, CreateInvite, InvitedUser

INVITE = RouteFields("invite", "id,email,accepted,token,expires_at,metadata,created_at,updated_at,deleted_at")
REGISTERING_USER = Access(actors=frozenset({"user"}), unregistered=True, sessions=False)


class InvitesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of invites."""

    id: StringOrList | UnsetType = UNSET
    email: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class AcceptQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The token of the invite."""

    token: str


class AlreadyUser(InvalidData):
    """A user cannot become another one."""

    def __init__(self) -> None:
        super().__init__("The user is already authenticated and cannot accept an invite.")


@get("/admin/invites")
async def list_invites(ctx: AdminContext, query: InvitesQuery) -> Response:
    """List invites."""
    return await ctx.list("invites", INVITE, query)


@post("/admin/invites")
async def create_invite(ctx: AdminContext, body: CreateInvite, query: FieldsQuery) -> Response:
    """Invite somebody."""
    [id] = await ctx.run(create_invites, [body])
    return await ctx.detail("invite", INVITE, id, query)


@post("/admin/invites/accept", authenticate=REGISTERING_USER)
async def accept(ctx: AdminContext, body: InvitedUser, query: AcceptQuery) -> Response:
    """Become the user whom the invite's token is for, with the identity of the request's token."""
    actor = ctx.require_actor()
    if actor.actor_id:
        raise AlreadyUser
    data = AcceptInvite(token=query.token, auth_identity_id=actor.auth_identity_id, user=body)
    try:
        id = await ctx.run(accept_invite, data)
    except InviteInvalid as error:
        raise HttpError(unauthorized()) from error
    return await ctx.detail("user", USER, id, FieldsQuery())


@get("/admin/invites/{id}")
async def retrieve_invite(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an invite."""
    return await ctx.detail("invite", INVITE, id, query)


@delete("/admin/invites/{id}")
async def delete_invite(ctx: AdminContext, id: str) -> Response:
    """Withdraw an invite."""
    await ctx.run(delete_invites, [id])
    return ctx.deleted(id, "invite")


@post("/admin/invites/{id}/resend")
async def resend_invite(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Send an invite again, with a new token."""
    await ctx.run(refresh_invite_tokens, [id])
    return await ctx.detail("invite", INVITE, id, query)
