"""From what a client wrote to what a column takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from medusa.framework.errors import InvalidData

_TRUE = frozenset(("true", "t", "1", "yes", "on"))
_FALSE = frozenset(("false", "f", "0", "no", "off"))


def to_text(value: Any) -> str:
    """Text of a scalar."""
    if isinstance(value, str):
        if "\x00" in value:
            raise InvalidData("A text cannot hold the character NUL")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    raise InvalidData(f"Expected a text, got {value!r}")


def to_bool(value: Any) -> bool:
    """True and false, also as text."""
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise InvalidData(f"Expected true or false, got {value!r}")


def _to_int(value: Any, bits: int) -> int:
    try:
        number = int(value) if not isinstance(value, float) or value.is_integer() else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or not -(1 << bits) <= number < 1 << bits:
        raise InvalidData(f"Expected an integer, got {value!r}")
    return number


def to_int(value: Any) -> int:
    """An integer of 32 bits."""
    return _to_int(value, 31)


def to_bigint(value: Any) -> int:
    """An integer of 64 bits."""
    return _to_int(value, 63)


def to_number(value: Any) -> Decimal:
    """An exact number."""
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation as error:
        raise InvalidData(f"Expected a number, got {value!r}") from error
    if not number.is_finite():
        raise InvalidData(f"Expected a finite number, got {value!r}")
    return number


def to_float(value: Any) -> float:
    """A number."""
    return float(to_number(value))


def to_time(value: Any) -> datetime:
    """A moment; without a zone it is UTC."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
    else:
        moment = _parse_time(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parse_time(text: str) -> datetime:
    # A plus of the zone arrives as a blank where the client did not escape it.
    candidate = text[:-6] + "+" + text[-5:] if len(text) > 19 and text[-6:-5] == " " else text
    try:
        return datetime.fromisoformat(candidate)
    except ValueError as error:
        raise InvalidData(f"Expected a date such as 2025-01-31T12:00:00Z, got {text!r}") from error


def to_json(value: Any) -> Any:
    """A JSON document."""
    return value


Converter = Callable[[Any], Any]

CONVERTERS: dict[str, Converter] = {
    "text": to_text,
    "boolean": to_bool,
    "integer": to_int,
    "bigint": to_bigint,
    "numeric": to_number,
    "double precision": to_float,
    "timestamptz": to_time,
    "timestamp": lambda value: to_time(value).astimezone(UTC).replace(tzinfo=None),
    "date": lambda value: to_time(value).date(),
    "jsonb": to_json,
}
