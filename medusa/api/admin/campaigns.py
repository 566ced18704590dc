"""Campaigns."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from medusa.api.bodies import AddAndRemove
from medusa.api.parameters import CurrencyFilter, plain_filters
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    AdminContext,
    FieldsQuery,
    ListQuery,
    Response,
    RouteFields,
    delete,
    get,
    post,
)
from medusa.modules.promotion.types import BudgetInput, CampaignInput
from medusa.workflows.promotion.campaigns import (
    create_campaigns,
    delete_campaigns,
    move_campaign_promotions,
    update_campaign,
)
from medusa.workflows.promotion.types import (
    CampaignBudget,
    CampaignChanges,
    CampaignWithData,
    CreateCampaign,
    CreateCampaigns,
    MovePromotions,
    UpdateCampaign,
)

CAMPAIGN = RouteFields(
    "promotion_campaign",
    "id,name,description,campaign_identifier,starts_at,ends_at,created_at,updated_at,deleted_at,*budget",
)


class CampaignsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of campaigns."""

    campaign_identifier: str | UnsetType = UNSET
    budget: CurrencyFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return plain_filters(super().filters())


def checked_budget(budget: CampaignBudget) -> BudgetInput:
    """A budget that says what its type needs, and nothing else."""
    spends = budget.type == "spend"
    if budget.type.endswith("_by_attribute") and not budget.attribute:
        raise InvalidData(
            "Invalid request: campaign budget attribute is required when budget type is USE_BY_ATTRIBUTE "
            "or SPEND_BY_ATTRIBUTE"
        )
    if spends and not budget.currency_code:
        raise InvalidData("Invalid request: currency_code is required when budget type is spend")
    if budget.type == "usage" and budget.currency_code:
        raise InvalidData("Invalid request: currency_code should not be present when budget type is usage")
    return BudgetInput(
        type=budget.type, limit=budget.limit, currency_code=budget.currency_code, attribute=budget.attribute
    )


def campaign_input(body: CreateCampaign) -> CampaignInput:
    """A campaign as the module takes it."""
    return CampaignInput(
        name=body.name,
        campaign_identifier=body.campaign_identifier,
        description=body.description,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        budget=checked_budget(body.budget) if body.budget is not None else None,
    )


def _not_found(id: str) -> str:
    return f"Campaign with id: {id} was not found"


@get("/admin/campaigns")
async def list_campaigns(ctx: AdminContext, query: CampaignsQuery) -> Response:
    """List campaigns."""
    return await ctx.list("campaigns", CAMPAIGN, query)


@post("/admin/campaigns")
async def create_campaign(ctx: AdminContext, body: CampaignWithData, query: FieldsQuery) -> Response:
    """Create a campaign."""
    data = CreateCampaigns(campaigns=[campaign_input(body)], additional_data=body.additional_data)
    [id] = await ctx.run(create_campaigns, data)
    return await ctx.detail("campaign", CAMPAIGN, id, query)


@get("/admin/campaigns/{id}")
async def retrieve_campaign(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a campaign."""
    return await ctx.detail("campaign", CAMPAIGN, id, query, not_found=_not_found(id))


@post("/admin/campaigns/{id}")
async def change_campaign(ctx: AdminContext, id: str, body: CampaignChanges, query: FieldsQuery) -> Response:
    """Change a campaign."""
    await ctx.run(update_campaign, UpdateCampaign(id=id, update=body))
    return await ctx.detail("campaign", CAMPAIGN, id, query, not_found=_not_found(id))


@delete("/admin/campaigns/{id}")
async def delete_campaign(ctx: AdminContext, id: str) -> Response:
    """Delete a campaign."""
    await ctx.run(delete_campaigns, [id])
    return ctx.deleted(id, "campaign")


@post("/admin/campaigns/{id}/promotions")
async def manage_promotions(ctx: AdminContext, id: str, body: AddAndRemove, query: FieldsQuery) -> Response:
    """Add promotions to a campaign and remove others from it."""
    await ctx.run(move_campaign_promotions, MovePromotions(campaign_id=id, add=body.add, remove=body.remove))
    return await ctx.detail("campaign", CAMPAIGN, id, query, not_found=_not_found(id))
