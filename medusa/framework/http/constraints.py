"""Types and bounds for bodies and queries, beyond what msgspec has.

Numbers of the contract are JSON numbers, so a ``Decimal`` field of a body refuses text; :data:`DecimalOrText` takes
both. Bounds of Decimals are said with :func:`bounds`: ``Annotated[Decimal, bounds(gt=0)]``. For ``str`` and ``int``
msgspec's own ``Meta(min_length=1)``, ``Meta(ge=0)`` do.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from msgspec import Meta

EMAIL_PATTERN = r"^(?!\.)(?!.*\.\.)[A-Za-z0-9_'+\-.]*[A-Za-z0-9_+\-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}\Z"
EMAIL = re.compile(EMAIL_PATTERN)

KEY = "medusa"

Email = Annotated[str, Meta(pattern=EMAIL_PATTERN, extra={KEY: {"as": "email"}}, extra_json_schema={"format": "email"})]
"""An e-mail address."""

Flag = Annotated[bool, Meta(extra={KEY: {"as": "flag"}})]
"""A boolean, or ``"true"``/``"false"`` in any case. In a query every ``bool`` is one."""

StrictBool = Annotated[bool, Meta(extra={KEY: {"as": "strict_bool"}})]
"""In a query: ``true`` or ``false``, in lower case."""

DecimalOrText = Annotated[
    Decimal, Meta(extra={KEY: {"as": "decimal_or_text"}}, extra_json_schema={"type": ["number", "string"]})
]
"""A number, or one written as text."""

OperatorFilter: TypeAlias = Annotated[
    str | list[str] | dict[str, Any], Meta(extra={KEY: {"as": "operators", "of": "string"}})
]
"""``name=a``, ``name[]=a&name[]=b`` or ``name[$ne]=a`` with any of the query engine's operators."""

NumberFilter: TypeAlias = Annotated[
    Decimal | list[Decimal] | dict[str, Any], Meta(extra={KEY: {"as": "operators", "of": "number"}})
]
"""``quantity=2`` or ``quantity[$gt]=2``."""

DateFilter: TypeAlias = Annotated[
    datetime | list[datetime] | dict[str, Any], Meta(extra={KEY: {"as": "operators", "of": "date"}})
]
"""``created_at[$gte]=2025-01-31``; times without a zone are UTC."""

StringOrList: TypeAlias = Annotated[str | list[str], Meta(extra={KEY: {"as": "string_or_list"}})]
"""``id=a`` or ``id[]=a&id[]=b``."""

Groups: TypeAlias = Annotated[list[dict[str, Any]], Meta(extra={KEY: {"as": "groups"}})]
"""Filters to combine with ``$and`` and ``$or``."""

COMPARISONS = frozenset({"$like", "$ilike", "$re", "$gt", "$gte", "$lt", "$lte"})
"""Operators that compare with one value."""

OPERATORS = COMPARISONS | {"$eq", "$ne", "$in", "$nin", "$contains", "$overlap", "$contained", "$exists"}


def bounds(
    *, gt: float | None = None, ge: float | None = None, lt: float | None = None, le: float | None = None
) -> Meta:
    """Bounds of a ``Decimal`` field."""
    named = {"exclusiveMinimum": gt, "minimum": ge, "exclusiveMaximum": lt, "maximum": le}
    schema = {name: value for name, value in named.items() if value is not None}
    return Meta(extra={KEY: {"as": "number", "gt": gt, "ge": ge, "lt": lt, "le": le}}, extra_json_schema=schema)
