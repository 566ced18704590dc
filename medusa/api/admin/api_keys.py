"""API keys."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Struct, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.api.bodies import AddAndRemove
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
from medusa.modules.api_key import ApiKeyType
from medusa.workflows.api_key.api_keys import (
    ApiKeyUnknown,
    create_api_keys,
    delete_api_keys,
    link_sales_channels_to_api_key,
    revoke_api_keys,
    update_api_keys,
)
from medusa.workflows.api_key.types import CreateApiKey, LinkSalesChannels, RevokeApiKeys, UpdateApiKeys

API_KEY = RouteFields(
    "api_key",
    "id,title,token,redacted,type,last_used_at,updated_at,created_at,created_by,revoked_at,revoked_by,"
    "sales_channels.id,sales_channels.name",
)
_NEW = RouteFields(
    "api_key",
    "id,redacted,title,type,last_used_at,created_by,revoked_by,revoked_at,created_at,updated_at,deleted_at",
    "id,redacted,title,type,last_used_at,created_by,revoked_by,revoked_at,created_at,updated_at,deleted_at",
)


class ApiKeysQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of API keys."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    token: StringOrList | UnsetType = UNSET
    type: ApiKeyType | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET
    revoked_at: DateFilter | UnsetType = UNSET


class NewApiKey(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new API key."""

    title: str
    type: ApiKeyType


class ApiKeyTitle(Struct, kw_only=True, forbid_unknown_fields=True):
    """Another title."""

    title: str


class Revocation(Struct, kw_only=True, forbid_unknown_fields=True):
    """When the key ends: in so many seconds."""

    revoke_in: float = 0


@get("/admin/api-keys")
async def list_api_keys(ctx: AdminContext, query: ApiKeysQuery) -> Response:
    """List API keys; tokens of secret ones are not told."""
    return await ctx.list("api_keys", API_KEY, query)


@post("/admin/api-keys")
async def create_api_key(ctx: AdminContext, body: NewApiKey, query: FieldsQuery) -> Response:
    """Create an API key; the answer is the only one with the token of a secret key."""
    [key] = await ctx.run(create_api_keys, [CreateApiKey(title=body.title, type=body.type, created_by=ctx.user_id)])
    shown = msgspec.json.decode(await ctx.fetch(_NEW, key.id, FieldsQuery()))
    return ctx.json({"api_key": {**shown, "token": key.token}})


@get("/admin/api-keys/{id}")
async def retrieve_api_key(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve an API key."""
    return await ctx.detail("api_key", API_KEY, id, query, not_found=ApiKeyUnknown(id).message)


@post("/admin/api-keys/{id}")
async def update_api_key(ctx: AdminContext, id: str, body: ApiKeyTitle, query: FieldsQuery) -> Response:
    """Change the title of an API key."""
    await ctx.run(update_api_keys, UpdateApiKeys(ids=[id], title=body.title))
    return await detail_or_nothing(ctx, "api_key", API_KEY, id, query)


@post("/admin/api-keys/{id}/revoke")
async def revoke_api_key(ctx: AdminContext, id: str, body: Revocation, query: FieldsQuery) -> Response:
    """Let an API key end."""
    data = RevokeApiKeys(ids=[id], revoked_by=ctx.user_id, revoke_in=body.revoke_in)
    await ctx.run(revoke_api_keys, data)
    return await detail_or_nothing(ctx, "api_key", API_KEY, id, query)


@delete("/admin/api-keys/{id}")
async def delete_api_key(ctx: AdminContext, id: str) -> Response:
    """Delete a revoked API key."""
    await ctx.run(delete_api_keys, [id])
    return ctx.deleted(id, "api_key")


@post("/admin/api-keys/{id}/sales-channels")
async def manage_sales_channels(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Add sales channels to a publishable key and remove others from it."""
    await ctx.run(link_sales_channels_to_api_key, LinkSalesChannels(id=id, add=body.add, remove=body.remove))
    return await ctx.detail("api_key", API_KEY, id, query)
