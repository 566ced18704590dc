"""Query parameters that several routes have, or have not."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from medusa.framework.errors import InvalidData
from medusa.framework.http import FieldsQuery, ListQuery, StringOrList


class LocaleQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What to show of one thing, and in which language."""

    locale: str | UnsetType = UNSET


class CurrencyFilter(Struct):
    """``budget[currency_code]=usd``; anything else in the brackets is passed over."""

    currency_code: StringOrList | UnsetType = UNSET


class LocationFilter(Struct):
    """``location_levels[location_id]=sloc_1``; anything else in the brackets is passed over."""

    location_id: StringOrList | UnsetType = UNSET


def refuse_parameters(query: ListQuery, *names: str) -> None:
    """Refuse ``q``, ``$and`` or ``$or``, as unknown parameters are.

    Raises:
        InvalidData: The query has one of them.
    """
    values = {"q": query.q, "$and": query.and_, "$or": query.or_}
    if given := [name for name in names if values[name] is not None and values[name] is not UNSET]:
        raise InvalidData(f"Invalid request: Unrecognized fields: '{', '.join(given)}'")


def plain_filters(found: dict[str, Any]) -> dict[str, Any]:
    """Filters with those in brackets as mappings; empty ones are left out."""
    plain: dict[str, Any] = {}
    for name, value in found.items():
        if not isinstance(value, Struct):
            plain[name] = value
        elif inner := {key: item for key in value.__struct_fields__ if (item := getattr(value, key)) is not UNSET}:
            plain[name] = inner
    return plain
