"""Names by convention: from a class to its entity, from one to many."""

from __future__ import annotations

import re
from collections.abc import Callable

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """``ProductVariant`` as ``product_variant``."""
    return _BOUNDARY.sub("_", name).lower()


def place_of(function: Callable[..., object]) -> str:
    """Where a function is defined: ``src.workflows.gifts.wrap``."""
    return f"{function.__module__}.{function.__qualname__}"


def plural(noun: str) -> str:
    """``category`` as ``categories``; the rules of English that nouns of commerce need."""
    if noun.endswith("y") and noun[-2:-1] not in ("a", "e", "i", "o", "u"):
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun + "s"
