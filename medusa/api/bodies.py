"""Reading bodies: what may be left out, but not be null."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UNSET, UnsetType

T = TypeVar("T")


def given(value: T | UnsetType) -> T | None:
    """The value, None where it was left out."""
    return None if value is UNSET else value
