"""What is wrong with a body or a query, in the words of the contract."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

Path: TypeAlias = "tuple[str | int, ...]"


_SHOWN = 3


class Missing:
    """The value of what is not there."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Issue(NamedTuple):
    """One problem; ``wanted`` is what the message names.

    ``kind``: type, choice, small, big, unknown, text, or date (a filter's date that no calendar has).
    """

    kind: str
    path: Path
    wanted: str
    value: object = MISSING

    @property
    def aborts(self) -> bool:
        """Whether the value is of another type altogether, rather than outside the bounds of its type."""
        return self.kind in {"type", "choice", "unknown"}


def js_number(value: float | Decimal) -> str:
    """A number as JavaScript prints it."""
    number = float(value)
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    mantissa, exponent, power = repr(number).partition("e")
    if not exponent:
        return mantissa
    return f"{mantissa.removesuffix('.0')}e{int(power):+d}"


def js_text(value: object) -> str:
    """A JSON value as JavaScript turns it into text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return js_number(value)
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return ",".join("" if item is None else js_text(item) for item in items)
        case dict():
            return "[object Object]"
        case _:
            return str(value)


def _text(issue: Issue) -> str:
    place = ", ".join(map(str, issue.path))
    # The contract shows a value only where names alone lead to it; below an array every wrong value counts as absent.
    absent = issue.value is MISSING or not issue.path or any(isinstance(step, int) for step in issue.path)
    match issue.kind:
        case "type" | "choice" if absent:
            return f"Field '{place}' is required"
        case "type":
            return f"Expected type: '{issue.wanted}' for field '{place}', got: '{js_text(issue.value)}'"
        case "choice":
            return f"Expected: '{issue.wanted}' for field '{place}', but got: '{js_text(issue.value)}'"
        case "small":
            return f"Value for field '{place}' too small, expected at least: '{issue.wanted}'"
        case "big":
            return f"Value for field '{place}' too big, expected at most: '{issue.wanted}'"
        case "unknown":
            return f"Unrecognized fields: '{issue.wanted}'"
        case _:
            return issue.wanted


def message(issues: Sequence[Issue]) -> str:
    """The first three problems in one line: as many as the contract tells."""
    return "Invalid request: " + "; ".join(_text(issue) for issue in issues[:_SHOWN])
