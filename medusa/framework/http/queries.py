"""Queries of routes: what every list and every detail route takes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from msgspec import UNSET, Struct, UnsetType, field

from medusa.framework.http.constraints import Groups, StrictBool

_NOT_FILTERS = frozenset({"fields", "limit", "locale", "offset", "order", "q", "with_deleted"})


class FieldsQuery(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A route that answers with one thing: which of its fields.

    Subclasses of routes that let unknown parameters pass say ``forbid_unknown_fields=False``.
    """

    fields: str | None = None

    def filters(self) -> dict[str, Any]:
        """What the query engine filters by: every parameter that was given and is not about paging and fields."""
        return {
            parameter: deepcopy(cast("Any", value)) if isinstance(value, list | dict) else value
            for name, parameter in zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
            if parameter not in _NOT_FILTERS and (value := getattr(self, name)) is not UNSET and value is not None
        }


class ListQuery(FieldsQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A route that answers with a page. Subclasses add filters, and their own default of ``limit``."""

    offset: int = 0
    limit: int = 50
    order: str | None = None
    q: str | None = None
    with_deleted: StrictBool | UnsetType = UNSET
    and_: Groups | UnsetType = field(name="$and", default=UNSET)
    or_: Groups | UnsetType = field(name="$or", default=UNSET)
