"""Rules of promotions as forms show them: with the label of the attribute, of the operator and of each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from medusa.framework.db import Session
from medusa.framework.query import Fields, Page, Query
from medusa.modules.promotion.attributes import OPERATORS, SOURCES, Attribute, Source, attributes_of
from medusa.modules.promotion.types import RuleKind

_METHOD = ("type", "target_type", "currency_code", "apply_to_quantity", "buy_rules_min_quantity")
_OPERATOR_LABELS = {choice.id: choice.label for choice in OPERATORS}


class _Value(Struct):
    value: str


class _Rule(Struct):
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
    application_method: Raw
    rules: list[Raw] = []


async def rule_forms(query: Query, session: Session, promotion_id: str, kind: RuleKind) -> list[dict[str, Any]]:
    """The rules of a promotion, none where there is no such promotion.

    What the application method says in a column of its own (a currency, a quantity) comes first, as if it were a rule.
    """
    promotion = await _promotion(query, session, promotion_id, kind)
    if promotion is None:
        return []
    kind_of, method, rules = promotion
    attributes = attributes_of(kind, promotion_type=kind_of, method_type=method.type, target_type=method.target_type)
    by_path = {attribute.value: attribute for attribute in attributes}
    named = [
        (raw, rule, by_path[rule.attribute])
        for raw in rules
        if (rule := msgspec.json.decode(raw, type=_Rule)).attribute in by_path
    ]
    own = [(attribute, value) for attribute in attributes if (value := _own_value(attribute, method)) is not None]
    wanted: dict[str, list[str]] = {}
    for _, rule, attribute in named:
        wanted.setdefault(attribute.id, []).extend(value.value for value in rule.values)
    for attribute, value in own:
        if isinstance(value, str):
            wanted.setdefault(attribute.id, []).append(value)
    names = {id: await _names(query, session, SOURCES[id], values) for id, values in wanted.items() if id in SOURCES}
    shown = [_own_form(attribute, value, names.get(attribute.id, {})) for attribute, value in own]
    return shown + [
        _form(raw, rule, attribute, names[attribute.id]) for raw, rule, attribute in named if not attribute.disguised
    ]


async def value_choices(
    query: Query,
    session: Session,
    source: Source,
    filters: Mapping[str, Any],
    *,
    order: str | None,
    limit: int,
    offset: int,
) -> tuple[list[dict[str, str]], int]:
    """A page of values with their labels, and how many there are in all."""
    page: Page = await query.page(
        session,
        source.entity,
        fields=Fields.of(f"{source.value},{source.label}"),
        filters=filters,
        order=order,
        limit=limit,
        offset=offset,
        count=True,
    )
    rows: list[dict[str, str]] = msgspec.json.decode(page.items)
    return [{"label": row[source.label], "value": row[source.value]} for row in rows], page.count or 0


async def _promotion(query: Query, session: Session, id: str, kind: RuleKind) -> tuple[str, _Method, list[Raw]] | None:
    """(type, method, rules) of a promotion; rules as the contract prints them."""
    name = kind.value.replace("-", "_")
    if kind is RuleKind.RULES:
        rules = "rules.id,rules.attribute,rules.operator,rules.values.value"
    else:
        rules = f"*application_method.{name},application_method.{name}.values.value"
    method = ",".join(f"application_method.{column}" for column in _METHOD)
    found = await query.one(session, "promotion", id, fields=Fields.of(f"type,{method},{rules}"))
    if found is None:
        return None
    row = msgspec.json.decode(found, type=_Promotion)
    inner = msgspec.json.decode(row.application_method, type=dict[str, Raw])
    listed = row.rules if kind is RuleKind.RULES else msgspec.json.decode(inner[name], type=list[Raw])
    return row.type, msgspec.json.decode(row.application_method, type=_Method), listed


def _own_value(attribute: Attribute, method: _Method) -> str | int | None:
    """What the application method says of a disguised attribute."""
    if not attribute.disguised:
        return None
    value: str | int | None = getattr(method, attribute.id)
    return value


def _own_form(attribute: Attribute, value: str | int, names: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = msgspec.to_builtins(attribute)
    return {
        **{name: item for name, item in described.items() if name not in ("id", "value")},
        "attribute": attribute.value,
        "attribute_label": attribute.label,
        "operator": "eq",
        "operator_label": _OPERATOR_LABELS["eq"],
        "values": [{"value": value, "label": names.get(value, value)}] if isinstance(value, str) else value,
    }


def _form(raw: Raw, rule: _Rule, attribute: Attribute, names: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = msgspec.to_builtins(attribute)
    columns: dict[str, Any] = msgspec.json.decode(raw)
    return {
        **described,
        **columns,
        "values": [{"value": one.value, "label": names.get(one.value, one.value)} for one in rule.values],
        "attribute_label": attribute.label,
        "operator_label": _OPERATOR_LABELS.get(rule.operator, rule.operator),
    }


async def _names(query: Query, session: Session, source: Source, values: Sequence[str]) -> dict[str, str]:
    """The label of each value that has one."""
    fields = Fields.of(f"{source.value},{source.label}")
    page = await query.page(session, source.entity, fields=fields, filters={source.value: list(values)})
    rows: list[dict[str, str]] = msgspec.json.decode(page.items)
    return {row[source.value]: row[source.label] for row in rows}
