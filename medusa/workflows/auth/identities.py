"""As whom somebody may act, and how they set a new password."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from medusa.framework.http.auth import Tokens
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.auth import AuthService, identities_within, reset_claims
from medusa.modules.auth.service import RESET_VALID_FOR


class SetActor(Struct, kw_only=True):
    """Let an identity act as an actor."""

    auth_identity_id: str
    actor_type: str
    actor_id: str


class DetachActors(Struct, kw_only=True):
    """Actors as whom nobody may act any more."""

    actor_type: str
    actor_ids: list[str]


class AskForReset(Struct, kw_only=True):
    """Somebody forgot the password of ``entity_id`` (with the e-mail provider: the address)."""

    entity_id: str
    provider: str
    actor_type: str
    metadata: dict[str, Any] = {}


class ResetPassword(Struct, kw_only=True):
    """A new secret for whom a reset token belongs to; ``key`` is the token's ``jti``."""

    key: str
    provider: str
    data: dict[str, Any]


@workflow("set-auth-app-metadata")
async def set_auth_app_metadata(ctx: WorkflowContext, data: SetActor) -> None:
    """Let an identity act as a customer, a user or an actor of the application."""
    await ctx.service(AuthService).attach_actor(ctx.session, data.auth_identity_id, data.actor_type, data.actor_id)


@workflow("detach-actors")
async def detach_actors(ctx: WorkflowContext, data: DetachActors) -> None:
    """Take actors away from the identities that act as them; who acts as nobody at all is forgotten."""
    await ctx.service(AuthService).detach_actors(ctx.session, data.actor_type, data.actor_ids)


@workflow("generate-reset-password-token")
async def generate_reset_password_token(ctx: WorkflowContext, data: AskForReset) -> str | None:
    """A token with which a new password can be set within 15 minutes; None for somebody unknown.

    ``auth.password_reset`` carries it to whoever sends the message.
    """
    service = ctx.service(AuthService)
    identity = await service.find_identity(ctx.session, data.provider, data.entity_id)
    if identity is None:
        return None
    claims = reset_claims(data.entity_id, data.provider, data.actor_type)
    await service.add_reset_token(ctx.session, identity, claims["jti"])
    seconds = int(RESET_VALID_FOR.total_seconds())
    token = Tokens(ctx.app.config.http_settings()).sign(claims, expires_in_seconds=seconds)
    ctx.emit(
        "auth.password_reset",
        {"entity_id": data.entity_id, "actor_type": data.actor_type, "token": token, "metadata": data.metadata},
    )
    return token


@workflow("reset-password")
async def reset_password(ctx: WorkflowContext, data: ResetPassword) -> None:
    """Use a reset token up and set the new password.

    Raises:
        ResetTokenInvalid: The token is unknown, used, or over.
        Unauthorized: The provider does not accept the new secret; the token stays valid.
    """
    service = ctx.service(AuthService)
    entity_id = await service.use_reset_token(ctx.session, data.key)
    identities = identities_within(service, ctx.session, data.provider)
    await service.provider(data.provider).update(entity_id, data.data, identities)
