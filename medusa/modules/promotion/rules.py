"""Rules of promotions: does a cart, or a line of it, satisfy a condition?

A rule names an attribute by its path (``customer.groups.id``), which can have no value, one or several: where the path
runs through a list, each element gives one. Values are compared as texts (``84`` is not ``84.0``), in ``gt gte lt lte`` as
numbers:

========================  =======================================================================
operator                  holds when
========================  =======================================================================
``in``                    one of the attribute's values is among the rule's
``eq``                    there are values and all are among the rule's
``ne``                    none is among the rule's; so also when there are none
``gt gte lt lte``         each value stands so to one of the rule's; a missing value counts as 0
========================  =======================================================================
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from msgspec import Struct

from medusa.framework.money import ZERO, read_number, shown


class RuleOperator(StrEnum):
    """How a rule compares."""

    IN = "in"
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


class Rule(Struct, frozen=True):
    """A condition on an attribute."""

    attribute: str
    operator: RuleOperator
    values: tuple[str, ...]


_COMPARISONS: dict[RuleOperator, Callable[[Decimal, Decimal], bool]] = {
    RuleOperator.GT: operator.gt,
    RuleOperator.GTE: operator.ge,
    RuleOperator.LT: operator.lt,
    RuleOperator.LTE: operator.le,
}


def satisfies(subject: Mapping[str, Any], rules: Iterable[Rule], *, root: str = "") -> bool:
    """Whether all rules hold for a cart, or for one line or shipping method of it.

    Args:
        subject: Decoded row with what the rules name.
        root: What the subject is in the rules' paths: ``items`` for a line, which makes ``items.product.id`` its product.
    """
    return all(_holds(rule, attribute_values(subject, _below(root, rule.attribute))) for rule in rules)


def attribute_values(subject: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a dotted path, lists flattened; missing and null ones are left out.

    ``region.id`` is also found as ``region_id``, so that a cart need not be loaded with what it already names.
    """
    steps = path.split(".")
    found = _walk(subject, steps)
    return found or (_walk(subject, [*steps[:-2], f"{steps[-2]}_id"]) if steps[-1] == "id" and len(steps) > 1 else [])


def _below(root: str, attribute: str) -> str:
    return attribute.removeprefix(f"{root}.") if root else attribute


def _walk(value: Any, steps: Sequence[str]) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return [found for element in cast(Sequence[Any], value) for found in _walk(element, steps)]
    if not steps:
        return [value]
    return _walk(cast(Mapping[str, Any], value).get(steps[0]), steps[1:]) if isinstance(value, Mapping) else []


def _holds(rule: Rule, values: list[Any]) -> bool:
    match rule.operator:
        case RuleOperator.IN:
            return any(_text(value) in rule.values for value in values)
        case RuleOperator.EQ:
            return bool(values) and all(_text(value) in rule.values for value in values)
        case RuleOperator.NE:
            return all(_text(value) not in rule.values for value in values)
        case _:
            return _compares(rule, values)


def _compares(rule: Rule, values: list[Any]) -> bool:
    compare = _COMPARISONS[rule.operator]
    bounds = [bound for bound in map(read_number, rule.values) if bound is not None]
    numbers = [read_number(value) for value in values] or [ZERO]
    return all(number is not None and any(compare(number, bound) for bound in bounds) for number in numbers)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(shown(value)) if isinstance(value, Decimal) else str(value)
