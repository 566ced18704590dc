"""Shipping profiles, and types of shipping options."""

from __future__ import annotations

from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.workflows.fulfillment.types import (
    CreateShippingProfile,
    OptionType,
    UpdateOptionTypes,
    UpdateShippingProfiles,
)


@workflow("create-shipping-profiles")
async def create_shipping_profiles(ctx: WorkflowContext, data: list[CreateShippingProfile]) -> list[str]:
    """Create shipping profiles; their ids."""
    rows = await ctx.service(FulfillmentService).shipping_profiles.create(ctx.session, data)
    ctx.emit("shipping-profile.created", [{"id": row.id} for row in rows])
    return [row.id for row in rows]


@workflow("update-shipping-profiles")
async def update_shipping_profiles(ctx: WorkflowContext, data: UpdateShippingProfiles) -> None:
    """Change shipping profiles; those that do not exist are passed over."""
    crud, changes = ctx.service(FulfillmentService).shipping_profiles, row_of(data.update)
    known = await crud.list(ctx.session, {"id": data.ids})
    await update_rows(crud, ctx.session, [{"id": row.id, **changes} for row in known])
    ctx.emit("shipping-profile.updated", [{"id": row.id} for row in known])


@workflow("delete-shipping-profiles")
async def delete_shipping_profiles(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete shipping profiles (soft); products lose them."""
    service = ctx.service(FulfillmentService)
    await service.delete_profiles(ctx.session, ids)
    await ctx.links.delete_of(ctx.session, service.shipping_profiles.model, ids)
    ctx.emit("shipping-profile.deleted", [{"id": id} for id in ids])


@workflow("create-shipping-option-types", hooks=["shipping_option_types_created"])
async def create_shipping_option_types(ctx: WorkflowContext, data: list[OptionType]) -> list[str]:
    """Create types of shipping options; their ids."""
    rows = await ctx.service(FulfillmentService).shipping_option_types.create(ctx.session, data)
    ids = [row.id for row in rows]
    ctx.emit("shipping-option-type.created", [{"id": id} for id in ids])
    await ctx.hook("shipping_option_types_created", shipping_option_type_ids=ids)
    return ids


@workflow("update-shipping-option-types", hooks=["shipping_option_types_updated"])
async def update_shipping_option_types(ctx: WorkflowContext, data: UpdateOptionTypes) -> None:
    """Change types of shipping options."""
    changes = row_of(data.update)
    crud = ctx.service(FulfillmentService).shipping_option_types
    await update_rows(crud, ctx.session, [{"id": id, **changes} for id in data.ids])
    ctx.emit("shipping-option-type.updated", [{"id": id} for id in data.ids])
    await ctx.hook("shipping_option_types_updated", shipping_option_type_ids=data.ids)


@workflow("delete-shipping-option-types", hooks=["shipping_option_types_deleted"])
async def delete_shipping_option_types(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete types of shipping options (soft) that no option has."""
    await ctx.service(FulfillmentService).delete_option_types(ctx.session, ids)
    ctx.emit("shipping-option-type.deleted", [{"id": id} for id in ids])
    await ctx.hook("shipping_option_types_deleted", ids=ids)
