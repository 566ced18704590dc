"""Price preferences: which prices include tax."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.modules import row_of
from medusa.framework.modules.updating import update_rows
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.pricing.service import PricingService


class CreatePricePreference(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether prices include tax where ``attribute`` (such as ``region_id``) has this value."""

    attribute: str
    value: str
    is_tax_inclusive: bool | UnsetType = UNSET


class PricePreferenceChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes of a price preference."""

    attribute: str | UnsetType = UNSET
    value: str | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET


class UpdatePricePreferences(Struct, kw_only=True):
    """The same changes for some price preferences."""

    ids: list[str]
    update: PricePreferenceChanges


@workflow("create-price-preferences")
async def create_price_preferences(ctx: WorkflowContext, data: list[CreatePricePreference]) -> list[str]:
    """Create price preferences; their ids."""
    rows = await ctx.service(PricingService).price_preferences.create(ctx.session, data)
    return [row.id for row in rows]


@workflow("update-price-preferences")
async def update_price_preferences(ctx: WorkflowContext, data: UpdatePricePreferences) -> None:
    """Change price preferences."""
    columns = row_of(data.update)
    crud = ctx.service(PricingService).price_preferences
    await update_rows(crud, ctx.session, [{"id": id, **columns} for id in data.ids])


@workflow("delete-price-preferences")
async def delete_price_preferences(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete price preferences (soft)."""
    await ctx.service(PricingService).price_preferences.soft_delete(ctx.session, ids)
