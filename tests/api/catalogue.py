"""Products for tests of the catalogue; a test sets what it asserts on."""

from __future__ import annotations

from itertools import count
from typing import Any

from medusa.framework.testing.clients import Client

_numbers = count(1)


def unique(word: str) -> str:
    """The word with a number that no other test has."""
    return f"{word} {next(_numbers)}"


def shirt(**more: Any) -> dict[str, Any]:
    """The body of a product with two options and four variants; two of them are managed."""
    title = unique("Shirt")
    code = title.replace(" ", "-").lower()
    return {
        "title": title,
        "options": [{"title": "Size", "values": ["S", "M"]}, {"title": "Color", "values": ["Black", "White"]}],
        "variants": [
            {
                "title": f"{size} {color}",
                "sku": f"{code}-{size}-{color}",
                "options": {"Size": size, "Color": color},
                "manage_inventory": size == "S",
                "prices": [{"currency_code": "usd", "amount": 10}, {"currency_code": "eur", "amount": 9.5}],
            }
            for size in "SM"
            for color in ("Black", "White")
        ],
        **more,
    }


async def make_product(admin: Client, fields: str = "", **more: Any) -> dict[str, Any]:
    """A shirt in the database, as its creation answers."""
    answer = await admin.post("/products", shirt(**more), {"fields": fields} if fields else None)
    product: dict[str, Any] = answer["product"]
    return product


def variant_of(product: dict[str, Any], title: str) -> dict[str, Any]:
    """The variant with this title."""
    found: dict[str, Any] = next(variant for variant in product["variants"] if variant["title"] == title)
    return found
