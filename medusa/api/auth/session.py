"""Sessions of browsers, and new tokens for old ones."""

from __future__ import annotations

from medusa.framework.http import ANY_IDENTITY, ANY_TOKEN, PUBLIC, AuthContext, Response, delete, post
from medusa.framework.http.errors import HttpError, unauthorized
from medusa.modules.auth import AuthService


@post("/auth/session", authenticate=ANY_TOKEN)
async def start_session(ctx: AuthContext) -> Response:
    """Keep the request's token in a session, which the answer's cookie names."""
    claims = ctx.require_actor().claims
    await ctx.start_session(claims)
    return ctx.json({"user": claims})


@delete("/auth/session", authenticate=PUBLIC)
async def end_session(ctx: AuthContext) -> Response:
    """End the session that the request's cookie names."""
    sid = await ctx.authenticator.session_id(ctx.request)
    if sid is None or await ctx.authenticator.sessions.load(sid) is None:
        raise HttpError(unauthorized())
    await ctx.end_session()
    return ctx.json({"success": True})


@post("/auth/token/refresh", authenticate=ANY_IDENTITY)
async def refresh_token(ctx: AuthContext) -> Response:
    """A new token for the same person, as whom they may act by now."""
    actor = ctx.require_actor()
    async with ctx.reader() as session:
        identity = await ctx.service(AuthService).auth_identities.retrieve(session, actor.auth_identity_id)
    metadata = identity.app_metadata or {}
    claims = {
        **{name: value for name, value in actor.claims.items() if name not in ("iat", "exp")},
        "actor_id": metadata.get(f"{actor.actor_type}_id") or "",
        "app_metadata": metadata,
    }
    return ctx.json({"token": ctx.authenticator.tokens.sign(claims)})
