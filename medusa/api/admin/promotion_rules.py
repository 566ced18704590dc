"""Rules of promotions, and what they can name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import asdict

from medusa.api.admin.promotions import rule_input
from medusa.framework.http import AdminContext, ListQuery, Response, StringOrList, get, post
from medusa.framework.query import Fields
from medusa.modules.promotion.attributes import (
    OPERATORS,
    SOURCES,
    Attribute,
    UnknownAttribute,
    attributes_of,
    rule_kind,
)
from medusa.modules.promotion.types import RuleChange, RuleKind
from medusa.workflows.promotion.promotions import batch_promotion_rules
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


class _Value(Struct):
    value: str


class _Rule(Struct):
    id: str
    attribute: str
    operator: str
    values: list[_Value]


class _Method(Struct):
    type: str
    target_type: str
    currency_code: str | None = None
    apply_to_quantity: int | None = None
    buy_rules_min_quantity: int | None = None


class _Promotion(Struct):
    type: str
    application_method: _Method
    rules: list[Raw]


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
        page = await ctx.query.page(
            session,
            source.entity,
            fields=Fields.of(f"{source.value},{source.label}"),
            filters=filters,
            order=query.order,
            limit=query.limit,
            offset=query.offset,
            count=True,
        )
    rows: list[dict[str, Any]] = msgspec.json.decode(page.items)
    values = [{"label": row[source.label], "value": row[source.value]} for row in rows]
    return ctx.json({"values": values, "count": page.count, "offset": query.offset, "limit": query.limit})


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
    promotion = await _promotion(ctx, id, kind)
    if promotion is None:
        return ctx.json({"rules": []})
    method = promotion.application_method
    attributes = {
        attribute.value: attribute
        for attribute in attributes_of(
            kind, promotion_type=promotion.type, method_type=method.type, target_type=method.target_type
        )
    }
    disguised = [_disguised(attribute, method) for attribute in attributes.values() if attribute.disguised]
    shown = [(rule, msgspec.json.decode(rule, type=_Rule)) for rule in promotion.rules]
    named = [(raw, rule, attributes[rule.attribute]) for raw, rule in shown if rule.attribute in attributes]
    named = [(raw, rule, attribute) for raw, rule, attribute in named if not attribute.disguised]
    wanted = [(attribute, [one.value for one in rule.values]) for _, rule, attribute in named]
    if method.currency_code is not None and (currency := attributes.get("currency_code")) is not None:
        wanted.append((currency, [method.currency_code]))
    labels = await asyncio.gather(*[_labels(ctx, attribute, values) for attribute, values in wanted])
    rules = [item for item in disguised if item is not None]
    if rules and rules[0]["attribute"] == "currency_code":
        rules[0]["values"] = labels[-1]
    rules += [
        _printed(raw, rule, attribute, values) for (raw, rule, attribute), values in zip(named, labels, strict=False)
    ]
    return ctx.json({"rules": rules})


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


async def _promotion(ctx: AdminContext, id: str, kind: RuleKind) -> _Promotion | None:
    relation = "rules" if kind is RuleKind.RULES else f"application_method.{kind.value.replace('-', '_')}"
    columns = "id,attribute,operator" if kind is RuleKind.RULES else "*"
    rules = ",".join(f"{relation}.{name}" for name in (*columns.split(","), "values.value"))
    method = "type,target_type,currency_code,apply_to_quantity,buy_rules_min_quantity"
    fields = Fields.of("type," + ",".join(f"application_method.{name}" for name in method.split(",")) + f",{rules}")
    async with ctx.reader() as session:
        found = await ctx.query.one(session, "promotion", id, fields=fields)
    if found is None:
        return None
    row: dict[str, Raw] = msgspec.json.decode(found, type=dict[str, Raw])
    if kind is not RuleKind.RULES:
        inner: dict[str, Raw] = msgspec.json.decode(row["application_method"], type=dict[str, Raw])
        row["rules"] = inner[kind.value.replace("-", "_")]
    return msgspec.json.decode(msgspec.json.encode(row), type=_Promotion)


def _disguised(attribute: Attribute, method: _Method) -> dict[str, Any] | None:
    """A column of the application method as if it were a rule."""
    value = getattr(method, attribute.id)
    if value is None:
        return None
    shown = {name: item for name, item in _form(attribute).items() if name not in ("id", "value")}
    return {
        **shown,
        "attribute": attribute.value,
        "attribute_label": attribute.label,
        "operator": "eq",
        "operator_label": "Equals",
        "values": value,
    }


def _form(attribute: Attribute) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(attribute)
    return found


def _printed(raw: Raw, rule: _Rule, attribute: Attribute, values: list[dict[str, str]]) -> dict[str, Any]:
    labels = {choice.id: choice.label for choice in OPERATORS}
    columns: dict[str, Any] = msgspec.json.decode(raw)
    return {
        **_form(attribute),
        **columns,
        "values": values,
        "attribute_label": attribute.label,
        "operator_label": labels.get(rule.operator, rule.operator),
    }


async def _labels(ctx: AdminContext, attribute: Attribute, values: Sequence[str]) -> list[dict[str, str]]:
    """The values with their names, where they have one."""
    source = SOURCES[attribute.id]
    async with ctx.reader() as session:
        page = await ctx.query.page(
            session,
            source.entity,
            fields=Fields.of(f"{source.value},{source.label}"),
            filters={source.value: list(values)},
        )
    rows: list[dict[str, str]] = msgspec.json.decode(page.items)
    names = {row[source.value]: row[source.label] for row in rows}
    return [{"value": value, "label": names.get(value, value)} for value in values]
