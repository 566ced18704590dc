"""Handles: the part of an address that names a product, a collection or a category; pure."""

from __future__ import annotations

import re
import secrets

from medusa.framework.errors import InvalidData

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_SEPARATORS = re.compile(r"[\s_-]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BLANKS = re.compile(r"[\s_]+")


def slug(text: str) -> str:
    """Lower-case letters and digits of any script, with single hyphens between words."""
    lowered = text.lower().replace("ß", "ss")
    kept = "".join(c for c in lowered if c.isalnum() or c.isspace() or c in "_-")
    return _SEPARATORS.sub("-", kept).strip("-")


def product_handle(title: str) -> str:
    """The handle of a product that is given none; a random one where the title has no letter and no digit."""
    return slug(title) or "product-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def check_product_handle(handle: str) -> None:
    """Refuse a handle that would need escaping in an address.

    Raises:
        InvalidData: It has other characters than letters, digits and single hyphens between them.
    """
    if handle != slug(handle):
        raise InvalidData(f"Invalid product handle '{handle}'. It must contain URL safe characters")


def kebab_case(text: str) -> str:
    """The handle of a category or a collection: words joined by hyphens, other characters as they are."""
    return _BLANKS.sub("-", _CAMEL.sub("-", text)).lower()
