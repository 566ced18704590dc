"""Checks built from type annotations: they explain every problem of a value, and bring it into shape.

The fast way of decoding a body is msgspec alone. These run where that refuses, and on query strings, whose values are
all text (``lenient``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import inspect

from medusa.framework.http import scalar_checks as scalar
from medusa.framework.http.constraints import COMPARISONS, KEY, OPERATORS
from medusa.framework.http.issues import MISSING, Issue, Path
from medusa.framework.http.scalar_checks import Check


def unwrapped(kind: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """A type without its metadata, and what of the metadata is ours."""
    extra: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        ours: dict[str, Any] = cast("dict[str, Any]", kind.extra or {}).get(KEY, {})
        extra = {**ours, **extra}
        kind = kind.type
    return kind, extra


class Checks:
    """Builds and keeps the check of each type."""

    def __init__(self, *, lenient: bool) -> None:
        self.lenient = lenient
        self._structs: dict[type, Check] = {}
        self._builders: dict[type[inspect.Type], Callable[[Any], Check]] = {
            inspect.StrType: scalar.string,
            inspect.BoolType: lambda _: scalar.flag if lenient else scalar.of(bool, "boolean"),
            inspect.IntType: lambda kind: self._number(kind, whole=True),
            inspect.FloatType: self._number,
            inspect.DecimalType: lambda _: scalar.number(lenient=lenient),
            inspect.DateTimeType: lambda _: scalar.date(as_filter=lenient),
            inspect.DateType: lambda _: scalar.date(as_filter=lenient),
            inspect.LiteralType: lambda kind: scalar.choice(kind.values),
            inspect.EnumType: lambda kind: scalar.choice([member.value for member in kind.cls]),
            inspect.NoneType: lambda _: scalar.of(type(None), "null"),
            inspect.UnionType: self._union,
            inspect.StructType: self._struct_by_name,
            inspect.ListType: lambda kind: _list(self.build(kind.item_type), kind.min_length, kind.max_length),
            inspect.VarTupleType: lambda kind: _list(self.build(kind.item_type), kind.min_length, kind.max_length),
            inspect.DictType: lambda kind: _record(self.build(kind.value_type)),
        }

    def build(self, kind: inspect.Type) -> Check:
        """The check of a type."""
        kind, extra = unwrapped(kind)
        if special := self._special(extra):
            return special
        builder = self._builders.get(type(kind))
        return builder(kind) if builder is not None else scalar.keep

    def _special(self, extra: Mapping[str, Any]) -> Check | None:
        """The check of a type of :mod:`medusa.framework.http.constraints`."""
        bounds: dict[str, Any] = {name: extra.get(name) for name in ("gt", "ge", "lt", "le")}
        match extra.get("as"):
            case "email":
                return scalar.email
            case "flag":
                return scalar.flag
            case "strict_bool":
                return scalar.strict_bool(lenient=self.lenient)
            case "number":
                return scalar.number(lenient=self.lenient, **bounds)
            case "decimal_or_text":
                return scalar.decimal_or_text(lenient=self.lenient)
            case "string_or_list":
                return _either([scalar.of(str, "string"), _list(scalar.of(str, "string"))])
            case "operators":
                return _operators(self._operand(extra["of"]))
            case "groups":
                return _list(scalar.of(dict, "object"))
            case _:
                return None

    def _number(self, kind: Any, *, whole: bool = False) -> Check:
        return scalar.number(lenient=self.lenient, whole=whole, gt=kind.gt, ge=kind.ge, lt=kind.lt, le=kind.le)

    def _operand(self, of: str) -> Check:
        match of:
            case "date":
                return scalar.date(as_filter=True)
            case "number":
                return scalar.number(lenient=self.lenient)
            case _:
                return scalar.of(str, "string")

    def _union(self, kind: inspect.UnionType) -> Check:
        others = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        check = self.build(others[0]) if len(others) == 1 else _either([self.build(part) for part in others])
        if not kind.includes_none:
            return check

        def optional(value: Any, path: Path, issues: list[Issue]) -> Any:
            return None if value is None else check(value, path, issues)

        return optional

    def _struct_by_name(self, kind: inspect.StructType) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:  # late: a Struct may hold itself
            return self.struct(kind)(value, path, issues)

        return check

    def struct(self, kind: inspect.StructType) -> Check:
        """The check of a Struct, in the order of its fields; unknown fields come last."""
        if found := self._structs.get(kind.cls):
            return found
        fields = [(f.encode_name, f.required, self.build(f.type)) for f in contract_order(kind)]
        known = {name for name, _, _ in fields}
        strict = kind.forbid_unknown_fields

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, dict):
                issues.append(Issue("type", path, "object", value))
                return value
            data = cast("dict[str, Any]", value)
            out: dict[str, Any] = {}
            for name, required, field in fields:
                if name in data:
                    out[name] = field(data[name], (*path, name), issues)
                elif required:
                    before = len(issues)
                    field(MISSING, (*path, name), issues)
                    if len(issues) == before:
                        issues.append(Issue("type", (*path, name), "any"))
            if strict and (extra := [name for name in data if name not in known]):
                issues.append(Issue("unknown", path, ", ".join(extra)))
            return out

        self._structs[kind.cls] = check
        return check


_FIRST = ("fields", "offset", "limit", "order", "with_deleted")


def contract_order(kind: inspect.StructType) -> list[inspect.Field]:
    """Fields in the order in which the contract reports them: those of every list first."""
    rank = {name: place for place, name in enumerate(_FIRST)}
    return sorted(kind.fields, key=lambda field: rank.get(field.encode_name, len(_FIRST)))


def _list(item: Check, shortest: int | None = None, longest: int | None = None) -> Check:
    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, list):
            issues.append(Issue("type", path, "array", value))
            return value
        elements: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        out = [item(element, (*path, index), issues) for index, element in enumerate(elements)]
        if shortest is not None and len(elements) < shortest:
            issues.append(Issue("small", path, str(shortest), value))
        elif longest is not None and len(elements) > longest:
            issues.append(Issue("big", path, str(longest), value))
        return out

    return check


def _record(item: Check) -> Check:
    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, dict):
            issues.append(Issue("type", path, "record", value))
            return value
        entries = cast("dict[str, Any]", value)
        return {key: item(element, (*path, key), issues) for key, element in entries.items()}

    return check


def _either(branches: list[Check]) -> Check:
    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        found: list[list[Issue]] = []
        for branch in branches:
            problems: list[Issue] = []
            result = branch(value, path, problems)
            if not problems:
                return result
            found.append(problems)
        issues.extend(_of_union(found))
        return value

    return check


def _operators(item: Check) -> Check:
    scalars = _either([item, _list(item)])

    def of_one(operator: str) -> Check:
        return item if operator in COMPARISONS else scalars

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, dict):
            return scalars(value, path, issues)
        operators = cast("dict[str, Any]", value)
        return {
            name: operand == "true" if name == "$exists" else of_one(name)(operand, (*path, name), issues)
            for name, operand in operators.items()
            if name in OPERATORS
        }

    return check


def _of_union(found: list[list[Issue]]) -> list[Issue]:
    """What the contract says of a value that fits no alternative."""
    near = [problems for problems in found if not any(issue.aborts for issue in problems)]
    if len(near) == 1:
        return near[0]
    wrong = [issue for problems in found for issue in problems if issue.kind == "type"]
    if not wrong:
        return found[0]
    first = wrong[0]
    there = [issue.wanted for issue in wrong if issue.value is not MISSING]
    if there and first.value is MISSING:
        first = first._replace(value="undefined")
    return [first._replace(wanted=", ".join(dict.fromkeys(there or [issue.wanted for issue in wrong])))]
