"""Promotions."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from medusa.api.admin.campaigns import campaign_input
from medusa.api.parameters import CurrencyFilter, plain_filters
from medusa.framework.errors import InvalidData, NotFound
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    OperatorFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.modules.promotion.types import Method, NewPromotion, RuleInput
from medusa.workflows.promotion.promotions import create_promotions, delete_promotions, update_promotion
from medusa.workflows.promotion.types import (
    CreateMethod,
    CreatePromotion,
    CreatePromotions,
    CreateRule,
    PromotionChanges,
    UpdatePromotion,
)

_RULES = "*application_method.{0}_rules,application_method.{0}_rules.values.value"
PROMOTION = RouteFields(
    "promotion",
    "id,code,is_automatic,is_tax_inclusive,type,limit,used,status,created_at,updated_at,deleted_at,metadata,campaign_id,"
    "*application_method,rules.id,rules.attribute,rules.operator,rules.values.value,*campaign,*campaign.budget,"
    f"{_RULES.format('target')},{_RULES.format('buy')}",
)


class PromotionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of promotions."""

    id: OperatorFilter | UnsetType = UNSET
    code: OperatorFilter | UnsetType = UNSET
    campaign_id: StringOrList | UnsetType = UNSET
    application_method: CurrencyFilter | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, Any]:
        return plain_filters(super().filters())


def rule_input(rule: CreateRule) -> RuleInput:
    """A rule as the module takes it."""
    return RuleInput(attribute=rule.attribute, operator=rule.operator, values=rule.values, description=rule.description)


def _method(method: CreateMethod) -> Method:
    columns = asdict(method)
    columns.pop("description")
    for name in ("target_rules", "buy_rules"):
        columns[name] = [rule_input(rule) for rule in columns[name]]
    return Method(**columns)


def _check_buyget(body: CreatePromotion) -> None:
    method = body.application_method
    if body.type == "buyget" and not (method.buy_rules and method.apply_to_quantity and method.buy_rules_min_quantity):
        raise InvalidData(
            "Invalid request: Buyget promotions require at least one buy rule and quantities to be defined"
        )


@get("/admin/promotions")
async def list_promotions(ctx: AdminContext, query: PromotionsQuery) -> Response:
    """List promotions."""
    return await ctx.list("promotions", PROMOTION, query)


@post("/admin/promotions")
async def create_promotion(ctx: AdminContext, body: CreatePromotion, query: FieldsQuery) -> Response:
    """Create a promotion."""
    _check_buyget(body)
    if body.campaign is not None and body.campaign_id is not None:
        raise InvalidData("Invalid request: Give campaign_id to join a campaign or campaign for a new one, not both")
    promotion = NewPromotion(
        code=body.code,
        type=body.type,
        status=body.status,
        is_automatic=body.is_automatic,
        is_tax_inclusive=body.is_tax_inclusive,
        limit=body.limit,
        campaign_id=body.campaign_id,
        campaign=campaign_input(body.campaign) if body.campaign is not None else None,
        rules=[rule_input(rule) for rule in body.rules],
        metadata=body.metadata,
        application_method=_method(body.application_method),
    )
    data = CreatePromotions(promotions=[promotion], additional_data=body.additional_data)
    [id] = await ctx.run(create_promotions, data)
    return await ctx.detail("promotion", PROMOTION, id, query)


@get("/admin/promotions/{id}")
async def retrieve_promotion(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a promotion, by id or code."""
    async with ctx.reader() as session:
        value = await ctx.query.one(
            session, "promotion", {"$or": [{"id": id}, {"code": id}]}, fields=PROMOTION.of(query)
        )
    if value is None:
        raise NotFound(f"Promotion with id or code: {id} was not found")
    return Response(b'{"promotion":%b}' % value)


@post("/admin/promotions/{id}")
async def change_promotion(ctx: AdminContext, id: str, body: PromotionChanges, query: FieldsQuery) -> Response:
    """Change a promotion."""
    await ctx.run(update_promotion, UpdatePromotion(id=id, update=body))
    return await ctx.detail("promotion", PROMOTION, id, query)


@delete("/admin/promotions/{id}")
async def delete_promotion(ctx: AdminContext, id: str) -> Response:
    """Delete a promotion."""
    await ctx.run(delete_promotions, [id])
    return ctx.deleted(id, "promotion")
