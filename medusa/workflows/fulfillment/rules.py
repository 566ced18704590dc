"""Rules of shipping options, changed one by one."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.workflows.fulfillment.types import BatchedOptionRules, BatchOptionRules


@workflow("batch-shipping-option-rules")
async def batch_shipping_option_rules(ctx: WorkflowContext, data: BatchOptionRules) -> BatchedOptionRules:
    """Create, change and delete rules of a shipping option, all or none."""
    created = await ctx.service(FulfillmentService).batch_rules(
        ctx.session,
        data.option_id,
        create=[row_of(rule) for rule in data.create],
        update=[row_of(rule) for rule in data.update],
        delete=data.delete,
    )
    ctx.emit("shipping-option.updated", {"id": data.option_id})
    return BatchedOptionRules(created=created, updated=[rule.id for rule in data.update])
