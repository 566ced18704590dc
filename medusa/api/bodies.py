"""What several routes take, and how what may be left out is read."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType

T = TypeVar("T")


class NothingBody(Struct, kw_only=True):
    """Nothing is said."""


class AddAndRemove(Struct, kw_only=True, forbid_unknown_fields=True):
    """Ids of things to add to one, and to remove from it."""

    add: list[str] = []
    remove: list[str] = []


class PaymentSessionBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is asked to take the money, with data for them."""

    provider_id: str
    data: dict[str, Any] | UnsetType = UNSET


def given(value: T | UnsetType) -> T | None:
    """The value, None where it was left out."""
    return None if value is UNSET else value
