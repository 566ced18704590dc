"""Creating, changing and deleting campaigns."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.promotion import PromotionService
from medusa.workflows.promotion.types import BudgetChanges, CreateCampaigns, MovePromotions, UpdateCampaign


@workflow("create-campaigns", hooks=["campaigns_created"])
async def create_campaigns(ctx: WorkflowContext, data: CreateCampaigns) -> list[str]:
    """Create campaigns with their budgets; their ids."""
    ids = await ctx.service(PromotionService).create_campaigns(ctx.session, data.campaigns)
    ctx.emit("campaign.created", [{"id": id} for id in ids])
    await ctx.hook("campaigns_created", ids=ids, additional_data=data.additional_data)
    return ids


@workflow("update-campaigns", hooks=["campaigns_updated"])
async def update_campaign(ctx: WorkflowContext, data: UpdateCampaign) -> None:
    """Change a campaign and the limit of its budget."""
    columns = row_of(data.update)
    columns.pop("additional_data", None)
    budget = columns.pop("budget", None)
    given = row_of(budget) if isinstance(budget, BudgetChanges) else None
    await ctx.service(PromotionService).update_campaign(ctx.session, data.id, columns, given)
    ctx.emit("campaign.updated", {"id": data.id})
    await ctx.hook("campaigns_updated", ids=[data.id], additional_data=data.update.additional_data or None)


@workflow("delete-campaigns", hooks=["campaigns_deleted"])
async def delete_campaigns(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete campaigns (soft)."""
    await ctx.service(PromotionService).delete_campaigns(ctx.session, ids)
    ctx.emit("campaign.deleted", [{"id": id} for id in ids])
    await ctx.hook("campaigns_deleted", ids=ids)


@workflow("add-or-remove-campaign-promotions")
async def move_campaign_promotions(ctx: WorkflowContext, data: MovePromotions) -> None:
    """Let promotions join and leave a campaign."""
    service = ctx.service(PromotionService)
    await service.move_promotions(ctx.session, data.campaign_id, data.add, data.remove)
    ctx.emit("campaign.updated", {"id": data.campaign_id})
