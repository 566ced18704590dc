"""Creating, changing, revoking and deleting API keys, and the sales channels they open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.api_key import ApiKeyService, ApiKeyType
from medusa.modules.sales_channel import SalesChannelService
from medusa.workflows.api_key.types import CreateApiKey, CreatedApiKey, LinkSalesChannels, RevokeApiKeys, UpdateApiKeys

LINK = "publishable_api_key_sales_channel"


class ApiKeyUnknown(NotFound):
    """No API key has this id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"API Key with id: {id} was not found")


class KeyNotPublishable(InvalidData):
    """Only publishable keys open sales channels."""

    def __init__(self) -> None:
        super().__init__("Sales channels can only be associated with publishable API keys")


class SalesChannelsUnknown(InvalidData):
    """Sales channels that do not exist."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Sales channels with IDs {', '.join(ids)} do not exist")


@workflow("create-api-keys", hooks=["api_keys_created"])
async def create_api_keys(ctx: WorkflowContext, data: list[CreateApiKey]) -> list[CreatedApiKey]:
    """Create API keys; the only time that secret tokens are told."""
    service = ctx.service(ApiKeyService)
    made = [
        await service.create_key(ctx.session, title=item.title, type=item.type, created_by=item.created_by)
        for item in data
    ]
    await ctx.hook("api_keys_created", api_key_ids=[item.key.id for item in made])
    return [CreatedApiKey(id=item.key.id, token=item.token) for item in made]


@workflow("update-api-keys")
async def update_api_keys(ctx: WorkflowContext, data: UpdateApiKeys) -> list[str]:
    """Change the title of API keys; the ids of those that exist."""
    keys = ctx.service(ApiKeyService).api_keys
    known = [key.id for key in await keys.list(ctx.session, {"id": data.ids}, for_update=True)]
    await keys.update(ctx.session, [{"id": id, "title": data.title} for id in known])
    return known


@workflow("revoke-api-keys")
async def revoke_api_keys(ctx: WorkflowContext, data: RevokeApiKeys) -> None:
    """Let API keys end."""
    await ctx.service(ApiKeyService).revoke(
        ctx.session, data.ids, revoked_by=data.revoked_by, after=timedelta(seconds=data.revoke_in)
    )


@workflow("delete-api-keys")
async def delete_api_keys(ctx: WorkflowContext, ids: list[str]) -> None:
    """Remove revoked API keys for good."""
    service = ctx.service(ApiKeyService)
    await service.delete_revoked(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.api_keys.model, ids)


@workflow("link-sales-channels-to-api-key")
async def link_sales_channels_to_api_key(ctx: WorkflowContext, data: LinkSalesChannels) -> None:
    """Let a publishable key open sales channels, and others no longer.

    Raises:
        ApiKeyUnknown, KeyNotPublishable, SalesChannelsUnknown.
    """
    keys = await ctx.service(ApiKeyService).api_keys.list(ctx.session, {"id": data.id})
    if not keys:
        raise ApiKeyUnknown(data.id)
    if keys[0].type != ApiKeyType.PUBLISHABLE:
        raise KeyNotPublishable
    if data.add:
        found = await ctx.service(SalesChannelService).sales_channels.list(ctx.session, {"id": data.add})
        known = {channel.id for channel in found}
        if unknown := [id for id in data.add if id not in known]:
            raise SalesChannelsUnknown(unknown)
    await ctx.links.dismiss(ctx.session, LINK, [(data.id, channel) for channel in data.remove])
    await ctx.links.create(ctx.session, LINK, [(data.id, channel) for channel in data.add])
