"""Creating, changing and deleting users."""

from __future__ import annotations

from medusa.framework.errors import NotAllowed
from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.auth import AuthRequest, AuthService, identities_within
from medusa.modules.user import UserService
from medusa.workflows.user.types import CreateAdminUser, CreateUser, UpdateUsers

USER = "user"


class UserHasAccount(NotAllowed):
    """The address belongs to a user already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is a user with the email {email} already: log in, or choose another address")


@workflow("create-users")
async def create_users(ctx: WorkflowContext, data: list[CreateUser]) -> list[str]:
    """Create users; their ids."""
    users = await ctx.service(UserService).users.create(ctx.session, data)
    ctx.emit("user.created", [{"id": user.id} for user in users])
    return [user.id for user in users]


@workflow("update-users")
async def update_users(ctx: WorkflowContext, data: UpdateUsers) -> list[str]:
    """Change users; their ids."""
    changes = row_of(data.update)
    await update_rows(ctx.service(UserService).users, ctx.session, [{"id": id, **changes} for id in data.ids])
    ctx.emit("user.updated", [{"id": id} for id in data.ids])
    return data.ids


@workflow("remove-user-account")
async def remove_user_accounts(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete users (soft); nobody can log in as them any more."""
    await ctx.service(UserService).users.soft_delete(ctx.session, ids)
    await ctx.service(AuthService).detach_actors(ctx.session, USER, ids)
    ctx.emit("user.deleted", [{"id": id} for id in ids])


@workflow("create-admin-user")
async def create_admin_user(ctx: WorkflowContext, data: CreateAdminUser) -> str:
    """Create a user who logs in with an e-mail address and a password; the user's id.

    Raises:
        UserHasAccount: The address belongs to a user.
        Unauthorized: The address is registered with another password.
    """
    if await ctx.service(UserService).users.list(ctx.session, {"email": data.email}):
        raise UserHasAccount(data.email)
    service = ctx.service(AuthService)
    identities = identities_within(service, ctx.session, "emailpass")
    request = AuthRequest(actor_type=USER, body={"email": data.email, "password": data.password})
    identity = await service.provider("emailpass").register(request, identities)
    [id] = await create_users(ctx, [CreateUser(email=data.email)])
    await service.attach_actor(ctx.session, identity.auth_identity_id, USER, id)
    return id
