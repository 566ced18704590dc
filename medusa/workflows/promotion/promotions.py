"""Creating, changing and deleting promotions and their rules."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.promotion import PromotionService
from medusa.workflows.promotion.types import BatchPromotionRules, CreatePromotions, MethodChanges, UpdatePromotion


@workflow("create-promotions", hooks=["promotions_created"])
async def create_promotions(ctx: WorkflowContext, data: CreatePromotions) -> list[str]:
    """Create promotions; their ids."""
    ids = await ctx.service(PromotionService).create_with_rules(ctx.session, data.promotions)
    ctx.emit("promotion.created", [{"id": id} for id in ids])
    await ctx.hook("promotions_created", ids=ids, additional_data=data.additional_data)
    return ids


@workflow("update-promotions", hooks=["promotions_updated"])
async def update_promotion(ctx: WorkflowContext, data: UpdatePromotion) -> None:
    """Change a promotion and its application method."""
    columns = row_of(data.update)
    columns.pop("additional_data", None)
    given = columns.pop("application_method", None)
    method = None
    if isinstance(given, MethodChanges):
        method = {name: value for name, value in row_of(given).items() if name != "description"}
    await ctx.service(PromotionService).update_promotion(ctx.session, data.id, columns, method)
    ctx.emit("promotion.updated", {"id": data.id})
    await ctx.hook("promotions_updated", ids=[data.id], additional_data=data.update.additional_data or None)


@workflow("delete-promotions", hooks=["promotions_deleted"])
async def delete_promotions(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete promotions (soft); carts lose them."""
    service = ctx.service(PromotionService)
    await service.delete_promotions(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.promotions.model, ids)
    ctx.emit("promotion.deleted", [{"id": id} for id in ids])
    await ctx.hook("promotions_deleted", ids=ids)


@workflow("batch-promotion-rules")
async def batch_promotion_rules(ctx: WorkflowContext, data: BatchPromotionRules) -> list[str]:
    """Create, change and delete rules of a promotion, all or none; the ids of the new ones."""
    created = await ctx.service(PromotionService).batch_rules(
        ctx.session, data.id, data.kind, create=data.create, update=data.update, delete=data.delete
    )
    ctx.emit("promotion.updated", {"id": data.id})
    return created
