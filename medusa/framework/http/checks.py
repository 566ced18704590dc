"""Checks built from type annotations: they explain every problem of a value, and bring it into shape.

The fast way of decoding a body is msgspec alone. These run where that refuses, and on query strings, whose values are
all text (``lenient``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import inspect

from medusa.framework.errors import ErrorType, MedusaError
from medusa.framework.http.constraints import EMAIL, KEY, OPERATORS
from medusa.framework.http.issues import MISSING, Issue, Path, js_number

Check = Callable[[Any, Path, list[Issue]], Any]

_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+)")
_LIMIT = Decimal("1.7976931348623157e308")


class UnusableDate(MedusaError):
    """A filter's date that no calendar has; the contract answers it like an unexpected failure."""

    type, code = ErrorType.UNKNOWN, "unknown_error"

    def __init__(self) -> None:
        super().__init__("An unknown error occurred.")


def _refuse(kind: str, wanted: str) -> Check:
    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        issues.append(Issue(kind, path, wanted, value))

    return check


def _of(kind: type | tuple[type, ...], wanted: str) -> Check:
    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, kind):
            issues.append(Issue("type", path, wanted, value))
        return value

    return check


def parse_time(text: str) -> datetime:
    """A date or time in ISO 8601, in UTC unless it says otherwise.

    Raises:
        ValueError: The text is no date.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) == 4:
        text += "-01-01"
    elif re.fullmatch(r"\d{4}-\d\d", text):
        text += "-01"
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


class Checks:
    """Builds and keeps the check of each type."""

    def __init__(self, *, lenient: bool) -> None:
        self.lenient = lenient
        self._structs: dict[type, Check] = {}

    def build(self, kind: inspect.Type) -> Check:
        """The check of a type."""
        extra: Mapping[str, Any] = {}
        while isinstance(kind, inspect.Metadata):
            extra = {**(kind.extra or {}).get(KEY, {}), **extra}
            kind = kind.type
        if special := self._special(kind, extra):
            return special
        match kind:
            case inspect.StrType():
                return self._string(kind)
            case inspect.BoolType():
                return self._flag() if self.lenient else _of(bool, "boolean")
            case inspect.IntType():
                return self._number(whole=True, gt=kind.gt, ge=kind.ge, lt=kind.lt, le=kind.le)
            case inspect.FloatType():
                return self._number(gt=kind.gt, ge=kind.ge, lt=kind.lt, le=kind.le)
            case inspect.DecimalType():
                return self._number()
            case inspect.DateTimeType() | inspect.DateType():
                return self._date(as_filter=self.lenient)
            case inspect.LiteralType():
                return self._choice(kind.values)
            case inspect.EnumType():
                return self._choice([member.value for member in kind.cls])
            case inspect.NoneType():
                return _of(type(None), "null")
            case inspect.UnionType():
                return self._union(kind)
            case inspect.StructType():
                return self._struct_by_name(kind)
            case inspect.ListType() | inspect.VarTupleType() | inspect.SetType():
                return self._list(self.build(kind.item_type), kind.min_length, kind.max_length)
            case inspect.DictType():
                return self._record(self.build(kind.value_type))
            case _:
                return _keep

    def _special(self, kind: inspect.Type, extra: Mapping[str, Any]) -> Check | None:
        match extra.get("as"):
            case "email":
                return self._email()
            case "flag":
                return self._flag()
            case "strict_bool":
                return self._strict_bool()
            case "number":
                return self._number(**{name: extra.get(name) for name in ("gt", "ge", "lt", "le")})
            case "decimal_or_text":
                return self._decimal_or_text()
            case "string_or_list":
                return self._either([_of(str, "string"), self._list(_of(str, "string"))])
            case "operators":
                return self._operators(extra["of"])
            case "groups":
                return self._list(_of(dict, "object"))
            case _:
                return None

    def _string(self, kind: inspect.StrType) -> Check:
        shortest, longest, pattern = kind.min_length, kind.max_length, kind.pattern

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, str):
                issues.append(Issue("type", path, "string", value))
            elif shortest is not None and len(value) < shortest:
                issues.append(Issue("small", path, str(shortest), value))
            elif longest is not None and len(value) > longest:
                issues.append(Issue("big", path, str(longest), value))
            elif pattern is not None and not re.search(pattern, value):
                issues.append(Issue("text", path, f"Invalid string: must match pattern /{pattern}/", value))
            return value

        return check

    def _email(self) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, str):
                issues.append(Issue("type", path, "string", value))
            elif not EMAIL.match(value):
                issues.append(Issue("text", path, "Invalid email address", value))
            return value

        return check

    def _flag(self) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if isinstance(value, bool):
                return value
            if not isinstance(value, str):
                issues.append(Issue("type", path, "boolean, string", value))
            elif value.lower() not in {"true", "false"}:
                issues.append(Issue("text", path, "Invalid input", value))
            else:
                return value.lower() == "true"
            return value

        return check

    def _strict_bool(self) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if self.lenient and value in {"true", "false"}:
                return value == "true"
            if not isinstance(value, bool):
                issues.append(Issue("type", path, "boolean", value))
            return value

        return check

    def _number(
        self,
        *,
        whole: bool = False,
        gt: float | None = None,
        ge: float | None = None,
        lt: float | None = None,
        le: float | None = None,
    ) -> Check:
        convert = _number_of_text if self.lenient else _keep_number

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            number = convert(value, whole)
            if isinstance(number, bool) or not isinstance(number, int | float | Decimal) or not _finite(number):
                issues.append(Issue("type", path, "number", value))
                return value
            if whole and number != int(number):
                issues.append(Issue("type", path, "int", value))
                return value
            if (gt is not None and number <= gt) or (ge is not None and number < ge):
                issues.append(Issue("small", path, js_number(gt if gt is not None else ge or 0), value))
            elif (lt is not None and number >= lt) or (le is not None and number > le):
                issues.append(Issue("big", path, js_number(lt if lt is not None else le or 0), value))
            return int(number) if whole else number

        return check

    def _decimal_or_text(self) -> Check:
        number = self._number()

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if isinstance(value, str):
                try:
                    value = Decimal(value)
                except InvalidOperation:
                    issues.append(Issue("type", path, "number, string", value))
                    return value
            return number(value, path, issues)

        return check

    def _date(self, *, as_filter: bool) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if isinstance(value, str):
                try:
                    return parse_time(value)
                except ValueError:
                    if as_filter:
                        raise UnusableDate from None
            elif not as_filter and isinstance(value, int | Decimal) and not isinstance(value, bool) and _in_time(value):
                return datetime.fromtimestamp(float(value) / 1000, UTC)
            issues.append(Issue("type", path, "date", value))
            return value

        return check

    def _choice(self, values: Any) -> Check:
        allowed = list(values)
        wanted = ", ".join(map(str, allowed))

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not any(value == choice and type(value) is type(choice) for choice in allowed):
                issues.append(Issue("choice", path, wanted, value))
            return value

        return check

    def _list(self, item: Check, shortest: int | None = None, longest: int | None = None) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, list):
                issues.append(Issue("type", path, "array", value))
                return value
            elements: list[Any] = value
            out = [item(element, (*path, index), issues) for index, element in enumerate(elements)]
            if shortest is not None and len(elements) < shortest:
                issues.append(Issue("small", path, str(shortest), value))
            elif longest is not None and len(elements) > longest:
                issues.append(Issue("big", path, str(longest), value))
            return out

        return check

    def _record(self, item: Check) -> Check:
        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, dict):
                issues.append(Issue("type", path, "record", value))
                return value
            entries: dict[str, Any] = value
            return {key: item(element, (*path, key), issues) for key, element in entries.items()}

        return check

    def _union(self, kind: inspect.UnionType) -> Check:
        nullable = kind.includes_none
        others = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        check = self.build(others[0]) if len(others) == 1 else self._either([self.build(part) for part in others])
        if not nullable:
            return check

        def optional(value: Any, path: Path, issues: list[Issue]) -> Any:
            return None if value is None else check(value, path, issues)

        return optional

    def _either(self, branches: list[Check]) -> Check:
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

    def _operators(self, of: str) -> Check:
        item: Check
        match of:
            case "date":
                item = self._date(as_filter=True)
            case "number":
                item = self._number()
            case _:
                item = _of(str, "string")
        scalar = self._either([item, self._list(item)])

        def check(value: Any, path: Path, issues: list[Issue]) -> Any:
            if not isinstance(value, dict):
                return scalar(value, path, issues)
            operators: dict[str, Any] = value
            return {
                name: operand == "true" if name == "$exists" else scalar(operand, (*path, name), issues)
                for name, operand in operators.items()
                if name in OPERATORS
            }

        return check

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
            data: dict[str, Any] = value
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


def _keep(value: Any, path: Path, issues: list[Issue]) -> Any:
    return value


def _keep_number(value: Any, whole: bool) -> Any:
    return value


def _number_of_text(value: Any, whole: bool) -> Any:
    if not isinstance(value, str):
        return None  # query values are text; a list or a group of parameters is no number
    if whole:
        match = _INTEGER.match(value)
        return int(match[0].strip(), 16 if "x" in match[0].lower() else 10) if match and len(match[0]) < 400 else None
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def _finite(number: float | Decimal) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite() and abs(number) <= _LIMIT
    return isinstance(number, int) or math.isfinite(number)


def _in_time(milliseconds: float | Decimal) -> bool:
    return -62_135_596_800_000 <= milliseconds < 253_402_300_800_000


def _of_union(found: list[list[Issue]]) -> list[Issue]:
    """What the contract says of a value that fits no alternative."""
    near = [problems for problems in found if not any(issue.aborts for issue in problems)]
    if len(near) == 1:
        return near[0]
    wrong = [issue for problems in found for issue in problems if issue.kind == "type"]
    if not wrong:
        return found[0]
    first = wrong[0]
    return [first._replace(wanted=", ".join(dict.fromkeys(issue.wanted for issue in wrong)))]


__all__ = ["Check", "Checks", "UnusableDate", "contract_order", "parse_time"]
