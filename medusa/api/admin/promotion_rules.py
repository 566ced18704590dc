"""Rules of promotions, and what they can name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import asdict

from medusa.api.admin.promotions import rule_input
from medusa.framework.http import AdminContext, ListQuery, Response, StringOrList, get, post
from medusa.framework.query import Fields
from medusa.modules.promotion.attributes import (
    SOURCES,
    UnknownAttribute,
    attributes_of,
    rule_kind,
)
from medusa.modules.promotion.types import RuleChange, RuleKind
from medusa.workflows.promotion.promotions import batch_promotion_rules
from medusa.workflows.promotion.rule_forms import rule_forms, value_choices
from medusa.workflows.promotion.types import BatchPromotionRules, CreateRule, UpdateRule

_BATCHED = Fields.of("id,description,attribute,operator,values.value")


class PromotionShape(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The promotion that a form is about."""

    promotion_type: str | UnsetType = UNSET
    application_method_type: str | UnsetType = UNSET
    application_method_target_type: str | UnsetType = UNSET


class ValuesQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A page of values that a rule can compare with."""

    limit: int = 100
    value: StringOrList | UnsetType = UNSET
    application_method_target_type: str | UnsetType = UNSET


class BatchBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Rules to create, to change and (by id) to delete."""

    create: list[CreateRule] = []
    update: list[UpdateRule] = []
    delete: list[str] = []


@get("/admin/promotions/rule-attribute-options/{rule_type}")
async def list_attributes(ctx: AdminContext, rule_type: str, query: PromotionShape) -> Response:
    """List what rules of a kind can name."""
    attributes = attributes_of(
        rule_kind(rule_type),
        promotion_type=query.promotion_type or None,
        method_type=query.application_method_type or None,
        target_type=query.application_method_target_type or None,
    )
    return ctx.json({"attributes": attributes})


@get("/admin/promotions/rule-value-options/{rule_type}/{rule_attribute_id}")
async def list_values(ctx: AdminContext, rule_type: str, rule_attribute_id: str, query: ValuesQuery) -> Response:
    """List values that an attribute of a rule can have."""
    target_type = query.application_method_target_type or None
    attributes = attributes_of(rule_kind(rule_type), promotion_type=None, method_type=None, target_type=target_type)
    known = {attribute.id for attribute in attributes}
    source = SOURCES.get(rule_attribute_id)
    if source is None or rule_attribute_id not in known:
        raise UnknownAttribute(rule_attribute_id)
    filters: dict[str, Any] = {} if query.value is UNSET else {source.value: query.value}
    if query.q is not None:
        filters["q"] = query.q
    async with ctx.reader() as session:
        values, count = await value_choices(
            ctx.query, session, source, filters, order=query.order, limit=query.limit, offset=query.offset
        )
    return ctx.json({"values": values, "count": count, "offset": query.offset, "limit": query.limit})


@get("/admin/promotions/{id}/rules")
async def list_conditions(ctx: AdminContext, id: str, query: PromotionShape) -> Response:
    """List the conditions of a promotion, ready for a form."""
    return await _list_rules(ctx, id, RuleKind.RULES)


@get("/admin/promotions/{id}/target-rules")
async def list_target_rules(ctx: AdminContext, id: str, query: PromotionShape) -> Response:
    """List the rules that choose what a promotion discounts, ready for a form."""
    return await _list_rules(ctx, id, RuleKind.TARGET)


@get("/admin/promotions/{id}/buy-rules")
async def list_buy_rules(ctx: AdminContext, id: str, query: PromotionShape) -> Response:
    """List the rules that choose what must be bought, ready for a form."""
    return await _list_rules(ctx, id, RuleKind.BUY)


@get("/admin/promotions/{id}/{rule_type}")
async def list_rules(ctx: AdminContext, id: str, rule_type: str, query: PromotionShape) -> Response:
    """Refuse other kinds of rules."""
    return await _list_rules(ctx, id, rule_kind(rule_type))


async def _list_rules(ctx: AdminContext, id: str, kind: RuleKind) -> Response:
    async with ctx.reader() as session:
        return ctx.json({"rules": await rule_forms(ctx.query, session, id, kind)})


@post("/admin/promotions/{id}/rules/batch")
async def batch_rules(ctx: AdminContext, id: str, body: BatchBody, query: PromotionShape) -> Response:
    """Create, change and delete the conditions of a promotion."""
    return await _batch(ctx, id, RuleKind.RULES, body)


@post("/admin/promotions/{id}/target-rules/batch")
async def batch_target_rules(ctx: AdminContext, id: str, body: BatchBody, query: PromotionShape) -> Response:
    """Create, change and delete the rules that choose what a promotion discounts."""
    return await _batch(ctx, id, RuleKind.TARGET, body)


@post("/admin/promotions/{id}/buy-rules/batch")
async def batch_buy_rules(ctx: AdminContext, id: str, body: BatchBody, query: PromotionShape) -> Response:
    """Create, change and delete the rules that choose what must be bought."""
    return await _batch(ctx, id, RuleKind.BUY, body)


async def _batch(ctx: AdminContext, id: str, kind: RuleKind, body: BatchBody) -> Response:
    data = BatchPromotionRules(
        id=id,
        kind=kind,
        create=[rule_input(rule) for rule in body.create],
        update=[RuleChange(**asdict(rule)) for rule in body.update],
        delete=body.delete,
    )
    created = await ctx.run(batch_promotion_rules, data)
    return ctx.json(
        {
            "created": await _rules(ctx, created),
            "updated": await _rules(ctx, [rule.id for rule in body.update]),
            "deleted": {"ids": body.delete, "object": "promotion-rule", "deleted": True},
        }
    )


async def _rules(ctx: AdminContext, ids: Sequence[str]) -> Any:
    if not ids:
        return []
    async with ctx.reader() as session:
        page = await ctx.query.page(session, "promotion_rule", fields=_BATCHED, filters={"id": list(ids)})
    return Raw(page.items)
