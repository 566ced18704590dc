"""Users of the dashboard."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.framework.errors import NotAllowed, NotFound
from medusa.framework.http import (
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
from medusa.modules.auth import AuthService
from medusa.modules.user import UserService
from medusa.workflows.auth.identities import AskForReset, generate_reset_password_token
from medusa.workflows.user.types import UpdateUsers, UserChanges
from medusa.workflows.user.users import USER as ACTOR_TYPE
from medusa.workflows.user.users import remove_user_accounts, update_users

USER = RouteFields("user", "id,first_name,last_name,email,avatar_url,metadata,created_at,updated_at,deleted_at")


class UsersQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of users."""

    id: StringOrList | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET


class CannotDeleteOneself(NotAllowed):
    """Somebody else must do it, so that one user at least is left."""

    def __init__(self) -> None:
        super().__init__("A user cannot delete itself")


@get("/admin/users")
async def list_users(ctx: AdminContext, query: UsersQuery) -> Response:
    """List users."""
    return await ctx.list("users", USER, query)


@get("/admin/users/me")
async def retrieve_me(ctx: AdminContext, query: FieldsQuery) -> Response:
    """Retrieve the user who is logged in."""
    return await ctx.detail("user", USER, ctx.user_id, query)


@get("/admin/users/{id}")
async def retrieve_user(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a user."""
    return await ctx.detail("user", USER, id, query)


@post("/admin/users/{id}")
async def update_user(ctx: AdminContext, id: str, body: UserChanges, query: FieldsQuery) -> Response:
    """Change a user."""
    await ctx.run(update_users, UpdateUsers(ids=[id], update=body))
    return await ctx.detail("user", USER, id, query)


@delete("/admin/users/{id}")
async def delete_user(ctx: AdminContext, id: str) -> Response:
    """Delete another user."""
    if ctx.user_id == id:
        raise CannotDeleteOneself
    await ctx.run(remove_user_accounts, [id])
    return ctx.deleted(id, "user")


@get("/admin/users/{id}/auth-providers")
async def list_auth_providers(ctx: AdminContext, id: str) -> Response:
    """List the auth providers with which a user can log in."""
    async with ctx.reader() as session:
        identities = await ctx.service(AuthService).identities_of_actor(session, ACTOR_TYPE, id)
    return ctx.json({"providers": [identity.provider for identity in identities]})


@post("/admin/users/{id}/reset-password")
async def reset_password(ctx: AdminContext, id: str) -> Response:
    """A token with which a user who logs in by e-mail can set a new password; ``auth.password_reset`` carries it too."""
    async with ctx.reader() as session:
        users = await ctx.service(UserService).users.list(session, {"id": id})
        identities = await ctx.service(AuthService).identities_of_actor(session, ACTOR_TYPE, id)
    known = [identity for identity in identities if identity.provider == "emailpass"]
    if not users or not known:
        raise NotFound(f"User with id: {id} was not found")
    ask = AskForReset(entity_id=known[0].entity_id, provider="emailpass", actor_type=ACTOR_TYPE)
    return ctx.json({"token": await ctx.run(generate_reset_password_token, ask)})
