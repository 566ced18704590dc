"""Logging in, registering and setting passwords, by any provider and as any type of actor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

from medusa.framework.http import AuthContext, Response, get, post
from medusa.framework.http import params as query_strings
from medusa.framework.http.validation import parse_json
from medusa.modules.auth import (
    AuthRequest,
    AuthService,
    Identity,
    Redirect,
    ResetTokenInvalid,
    identities_of,
    login_claims,
)
from medusa.modules.auth.claims import RESET
from medusa.modules.auth.identities import StoredIdentities
from medusa.modules.auth.provider import AuthProvider
from medusa.workflows.auth.identities import AskForReset, ResetPassword, generate_reset_password_token, reset_password


class ResetRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who forgot the password, as the provider knows them, and what the message to them needs."""

    identifier: str
    metadata: dict[str, Any] = {}


@get("/auth/{actor_type}/providers")
async def list_providers(ctx: AuthContext, actor_type: str) -> Response:
    """List the providers with which this type of actor can log in."""
    found = ctx.service(AuthService).providers_for(actor_type)
    return ctx.json(
        {
            "providers": [
                {
                    "id": id,
                    "identifier": provider.identifier,
                    "display_name": provider.display_name,
                    "flow": provider.flow,
                }
                for id, provider in found.items()
            ]
        }
    )


@post("/auth/{actor_type}/{auth_provider}")
async def log_in(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Log in: a token, or the address of a third party to go on at."""
    return await _log_in(ctx, actor_type, auth_provider)


@get("/auth/{actor_type}/{auth_provider}")
async def log_in_by_link(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Log in with what the address holds."""
    return await _log_in(ctx, actor_type, auth_provider)


@post("/auth/{actor_type}/{auth_provider}/register")
async def register(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Make an identity; its token allows to become an actor of this type."""
    provider, identities = _provider(ctx, actor_type, auth_provider)
    return _answer(ctx, await provider.register(_request(ctx, actor_type), identities), actor_type)


@post("/auth/{actor_type}/{auth_provider}/callback")
async def call_back(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Log in with what a third party says."""
    return await _call_back(ctx, actor_type, auth_provider)


@get("/auth/{actor_type}/{auth_provider}/callback")
async def call_back_by_link(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Log in with what a third party says."""
    return await _call_back(ctx, actor_type, auth_provider)


@post("/auth/{actor_type}/{auth_provider}/reset-password")
async def ask_for_reset(ctx: AuthContext, actor_type: str, auth_provider: str, body: ResetRequest) -> Response:
    """Ask for a token to set a new password; the answer is the same for known and unknown people."""
    ctx.service(AuthService).check_allowed(actor_type, auth_provider)
    ask = AskForReset(entity_id=body.identifier, provider=auth_provider, actor_type=actor_type, metadata=body.metadata)
    await ctx.run(generate_reset_password_token, ask)
    return Response(b"Created", 201, b"text/plain; charset=utf-8")


@post("/auth/{actor_type}/{auth_provider}/update")
async def update_password(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    """Set a new password, with a reset token as Bearer or as ``?token=``."""
    ctx.service(AuthService).check_allowed(actor_type, auth_provider)
    request = _request(ctx, actor_type)
    scheme, _, bearer = (ctx.request.header("authorization") or "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else str(request.query.get("token", ""))
    claims = ctx.authenticator.tokens.verify(token)
    expected = {"purpose": RESET, "provider": auth_provider, "actor_type": actor_type}
    if claims is None or any(claims.get(name) != value for name, value in expected.items()):
        raise ResetTokenInvalid
    await ctx.run(
        reset_password, ResetPassword(key=str(claims.get("jti", "")), provider=auth_provider, data=dict(request.body))
    )
    return ctx.json({"success": True})


async def _log_in(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    provider, identities = _provider(ctx, actor_type, auth_provider)
    return _answer(ctx, await provider.authenticate(_request(ctx, actor_type), identities), actor_type)


async def _call_back(ctx: AuthContext, actor_type: str, auth_provider: str) -> Response:
    provider, identities = _provider(ctx, actor_type, auth_provider)
    return _answer(ctx, await provider.validate_callback(_request(ctx, actor_type), identities), actor_type)


def _provider(ctx: AuthContext, actor_type: str, id: str) -> tuple[AuthProvider, StoredIdentities]:
    service = ctx.service(AuthService)
    service.check_allowed(actor_type, id)
    return service.provider(id), identities_of(service, ctx.app.database, id)


def _request(ctx: AuthContext, actor_type: str) -> AuthRequest:
    """What the client sent; a body that is no object counts as an empty one."""
    request = ctx.request
    body: Any = {}
    if request.body and request.media == "application/json":
        body = parse_json(request.body)
    elif request.media == "application/x-www-form-urlencoded":
        body = query_strings.parse(request.body.decode("utf-8", "replace"))
    return AuthRequest(
        actor_type=actor_type,
        body=cast("Mapping[str, Any]", body) if isinstance(body, Mapping) else {},
        query=query_strings.parse(request.query_string.decode("latin-1")),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.items()},
        url=request.path,
    )


def _answer(ctx: AuthContext, result: Identity | Redirect, actor_type: str) -> Response:
    if isinstance(result, Redirect):
        return ctx.json({"location": result.location})
    return ctx.json({"token": ctx.authenticator.tokens.sign(login_claims(result, actor_type))})
