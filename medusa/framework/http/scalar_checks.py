"""Checks of single values: texts, numbers, booleans, dates, choices.

``lenient`` ones take the texts of a query string for what they stand for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from msgspec import inspect

from medusa.framework.http.constraints import EMAIL
from medusa.framework.http.issues import Issue, Path, js_number

Check: TypeAlias = Callable[[Any, Path, list[Issue]], Any]
"""Appends the problems of a value, and returns the value brought into shape."""

_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+)")
_LONGEST_NUMBER = 400
_MOST_DIGITS = 100
_LARGEST = Decimal("1.7976931348623157e308")


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


def keep(value: Any, path: Path, issues: list[Issue]) -> Any:
    """Anything at all."""
    return value


def of(kind: type, wanted: str) -> Check:
    """A value of this Python type."""

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, kind):
            issues.append(Issue("type", path, wanted, value))
        return value

    return check


def string(kind: inspect.StrType) -> Check:
    """A text, with msgspec's bounds."""
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


def email(value: Any, path: Path, issues: list[Issue]) -> Any:
    """An e-mail address."""
    if not isinstance(value, str):
        issues.append(Issue("type", path, "string", value))
    elif not EMAIL.match(value):
        issues.append(Issue("text", path, "Invalid email address", value))
    return value


def flag(value: Any, path: Path, issues: list[Issue]) -> Any:
    """A boolean, or its name in any case."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        issues.append(Issue("type", path, "boolean, string", value))
    elif value.lower() not in {"true", "false"}:
        issues.append(Issue("text", path, "Invalid input", value))
    else:
        return value.lower() == "true"
    return value


def strict_bool(*, lenient: bool) -> Check:
    """A boolean; leniently also ``true`` and ``false``."""

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if lenient and isinstance(value, str) and value in {"true", "false"}:
            return value == "true"
        if not isinstance(value, bool):
            issues.append(Issue("type", path, "boolean", value))
        return value

    return check


def number(
    *,
    lenient: bool,
    whole: bool = False,
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
) -> Check:
    """A number within bounds."""
    convert = _number_of_text if lenient else _number_itself

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        found = convert(value, whole)
        if found is None or not _finite(found):
            issues.append(Issue("type", path, "number", value))
            return value
        found = _plain(found)
        if whole and found != int(found):
            issues.append(Issue("type", path, "int", value))
            return value
        if (gt is not None and found <= gt) or (ge is not None and found < ge):
            issues.append(Issue("small", path, js_number(gt if gt is not None else ge or 0), value))
        elif (lt is not None and found >= lt) or (le is not None and found > le):
            issues.append(Issue("big", path, js_number(lt if lt is not None else le or 0), value))
        return int(found) if whole else found

    return check


def decimal_or_text(*, lenient: bool) -> Check:
    """A number, or one written as text."""
    plain = number(lenient=lenient)

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if isinstance(value, str) and not lenient:
            try:
                value = Decimal(value)
            except InvalidOperation:
                issues.append(Issue("type", path, "number, string", value))
                return value
        return plain(value, path, issues)

    return check


def date(*, as_filter: bool) -> Check:
    """A time in ISO 8601, in a body also milliseconds since 1970."""

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if isinstance(value, str):
            try:
                return parse_time(value)
            except ValueError:
                if as_filter:
                    issues.append(Issue("date", path, "date", value))
                    return value
        elif not as_filter and isinstance(value, int | Decimal) and not isinstance(value, bool) and _in_time(value):
            return datetime.fromtimestamp(float(value) / 1000, UTC)
        issues.append(Issue("type", path, "date", value))
        return value

    return check


def choice(values: Iterable[Any]) -> Check:
    """One of these values."""
    allowed = list(values)
    wanted = ", ".join(map(str, allowed))

    def check(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not any(value == one and type(value) is type(one) for one in allowed):
            issues.append(Issue("choice", path, wanted, value))
        return value

    return check


def _number_itself(value: Any, whole: bool) -> int | float | Decimal | None:
    return value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _number_of_text(value: Any, whole: bool) -> int | float | Decimal | None:
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return None  # a list or a group of parameters is no number
    if whole:
        match = _INTEGER.match(value)
        return int(match[0].strip(), 16 if "x" in match[0].lower() else 10) if match else None
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def _finite(value: float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) <= _LARGEST
    return isinstance(value, int) or math.isfinite(value)


def is_plain(value: Decimal) -> bool:
    """Whether a number is of a size that prices and quantities have: it goes on to the database digit by digit."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DIGITS and value.adjusted() < _MOST_DIGITS


def _plain(value: float | Decimal) -> float | Decimal:
    """Absurdly long numbers are rounded as JavaScript does."""
    return Decimal(repr(float(value))) if isinstance(value, Decimal) and not is_plain(value) else value


def _in_time(milliseconds: float | Decimal) -> bool:
    return -62_135_596_800_000 <= milliseconds < 253_402_300_800_000
