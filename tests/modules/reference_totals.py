"""What tests of totals share: answers of the original server, and how ours are compared with them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from medusa.totals import LINE_FIELDS, TOTAL_FIELDS

Row = dict[str, Any]
Json = dict[str, "Json"] | list["Json"] | Decimal | int | str | bool | None
QUANTITY_TOTALS = (
    "refundable_total_per_unit",
    "refundable_total",
    "fulfilled_total",
    "shipped_total",
    "return_requested_total",
    "return_received_total",
    "return_dismissed_total",
    "write_off_total",
)
COMPUTED = {*TOTAL_FIELDS, *LINE_FIELDS, *QUANTITY_TOTALS}
DIGITS = Decimal("1e-14")


def recorded(file: Path) -> dict[str, Row]:
    """Carts or orders as the original printed them, by what is special about each."""
    rows: dict[str, Row] = json.loads(file.read_text(), parse_float=Decimal)
    return rows


def bare(value: Json) -> Any:
    """The same row before totals were added."""
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items() if key not in COMPUTED}
    return [bare(each) for each in value] if isinstance(value, list) else value


def assert_same(found: Any, expected: Json, path: str = "") -> None:
    """Equal, numbers to the 15 digits of a double."""
    if isinstance(expected, dict):
        for key, each in expected.items():
            assert_same(found[key], each, f"{path}.{key}")
    elif isinstance(expected, list):
        for index, each in enumerate(expected):
            assert_same(found[index], each, f"{path}[{index}]")
    elif isinstance(expected, Decimal | int) and not isinstance(expected, bool):
        assert abs(found - expected) <= max(Decimal(1), abs(Decimal(expected))) * DIGITS, path
    else:
        assert found == expected, path
