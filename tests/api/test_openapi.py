"""Our OpenAPI document against the contract: routes, and the names in queries and bodies.

``tests/contract/operations.json`` holds the routes of Medusa 2.21.2 and the names of the published document of 2.17.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from medusa.framework.testing.clients import Client
from tests.contract.excerpt import EXCERPT, operations

Names = dict[str, set[str]]
LENIENT = "our lists and answers take it everywhere; the original not here"
OPTIONAL = "the document calls fields required that the original does not require"
NEWER = "the original (2.21) takes it, the document (2.17) does not have it"
OLDER = "the original (2.21) refuses it, the document (2.17) has it"
UNUSED = "the original takes it and does nothing with it"
MISPLACED = "the document has query and body mixed up"
ALTERNATIVES = "the document gives alternatives, ours are one Struct"
LATER = "reading an order as it was at a version comes with order edits"


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a part differs from the document: by which names, in which operations, and why."""

    reason: str
    part: str
    sign: str
    names: str
    operations: str

    def covers(self, operation: str, part: str, sign: str, name: str) -> bool:
        """Whether it is about this difference."""
        return (part, sign) == (self.part, self.sign) and name in self.names.split() and bool(
            re.fullmatch(self.operations, operation)
        )  # fmt: skip


# "+": ours has the name, the document has not; "-": the other way round.
DEVIATIONS = [
    Deviation(LENIENT, "query", "+", "$and $or q with_deleted fields limit offset order", ".*"),
    Deviation(LENIENT, "query", "+", "barcode ean upc external_id", "GET /store/product-(variants|options)"),
    Deviation(NEWER, "query", "+", "cart_id country_code province region_id", "GET /store/product-variants"),
    Deviation(NEWER, "query", "+", "deleted_at", "GET /store/product.*"),
    Deviation(
        NEWER,
        "query",
        "+",
        "category_id collection_id created_at external_id handle id is_giftcard option_id option_value_id "
        "sales_channel_id tag_id title type_id updated_at variants",
        "GET /store/products/{id}",
    ),
    Deviation(LATER, "query", "-", "version", "(GET|POST) /admin/orders/{id}.*"),
    Deviation(OLDER, "query", "-", "$and $or", "GET /admin/orders/{id}/changes"),
    Deviation(
        UNUSED,
        "query",
        "-",
        "$and $or created_at deleted_at description external_id handle id is_active is_internal limit offset order "
        "parent_category_id q updated_at with_deleted",
        "GET /admin/product-categories/{id}",
    ),
    Deviation(OLDER, "query", "-", "option_id", "GET /admin/product-options/{id}/values"),
    Deviation(UNUSED, "query", "-", "fields", "GET /admin/promotions/{id}/{rule_type}"),
    Deviation(UNUSED, "query", "-", "locale", "POST /store/(shipping-options|orders)/.*"),
    Deviation(MISPLACED, "query", "+", "token fields", "POST /admin/invites/accept"),
    Deviation(MISPLACED, "body", "+", "email first_name last_name", "POST /admin/invites/accept"),
    Deviation(MISPLACED, "body", "-", "token fields", "POST /admin/invites/accept"),
    Deviation(MISPLACED, "required", "-", "token", "POST /admin/invites/accept"),
    Deviation(OLDER, "body", "-", "promotions", "POST /admin/campaigns.*"),
    Deviation(OLDER, "body", "-", "id", "POST /admin/product-options/{id}"),
    Deviation(OLDER, "body", "-", "additional_data", "POST /store/carts/{id}/line-items.*"),
    Deviation(
        OLDER,
        "body",
        "-",
        "billing_address_id currency_code customer_id shipping_address_id",
        "POST /store/carts/{id}",
    ),
    Deviation(NEWER, "body", "+", "locale promo_codes", "POST /store/carts.*"),
    Deviation(NEWER, "body", "+", "external_id", "POST /admin/collections.*"),
    Deviation(NEWER, "body", "+", "is_tax_inclusive limit metadata status", "POST /admin/promotions.*"),
    Deviation(NEWER, "body", "+", "option_ids shipping_profile_id thumbnail metadata", "POST /admin/product.*"),
    Deviation(NEWER, "body", "+", "order_id shipping_option_id additional_data", "POST /admin/orders/.*"),
    Deviation(OPTIONAL, "required", "-", "budget description ends_at starts_at", "POST /admin/campaigns.*"),
    Deviation(
        OPTIONAL,
        "required",
        "-",
        "address_1 address_2 address_name city company company_name country_code email first_name last_name metadata "
        "phone postal_code province",
        "POST /admin/customers.*",
    ),
    Deviation(OPTIONAL, "required", "-", "geo_zones", "POST /admin/fulfillment-sets/{id}/service-zones"),
    Deviation(OPTIONAL, "required", "-", "location_id metadata", "POST /admin/orders/{id}/fulfillments.*"),
    Deviation(OPTIONAL, "required", "-", "campaign_id", "POST /admin/promotions.*"),
    Deviation(ALTERNATIVES, "required", "+", "prices", "POST /admin/shipping-options"),
]
# One route of the contract, `GET /admin/promotions/{id}/{rule_type}`, with its kinds spelt out.
BEYOND_THE_ROUTES = {f"GET /admin/promotions/{{id}}/{kind}" for kind in ("rules", "target-rules", "buy-rules")}
BEYOND_THE_ROUTES.add("GET /static/{key}")  # there it is no route, but a folder


@pytest.fixture
async def document(visitor: Client) -> dict[str, Any]:
    """Our document."""
    answer: dict[str, Any] = await visitor.get("/openapi")
    return answer


def published() -> dict[str, Names | None]:
    """The excerpt; None for a route whose names nobody published."""
    excerpt: dict[str, dict[str, str] | None] = json.loads(EXCERPT.read_text())
    return {
        operation: None if parts is None else {part: set(words.split()) for part, words in parts.items()}
        for operation, parts in excerpt.items()
    }


async def test_every_route_is_one_of_the_contract(document: dict[str, Any]) -> None:
    beyond = {operation for operation in operations(document) if operation not in published()}
    assert beyond == BEYOND_THE_ROUTES
    assert len(operations(document)) > 250


async def test_names_are_those_of_the_contract(document: dict[str, Any]) -> None:
    used: set[Deviation] = set()
    unexplained: list[str] = []
    for operation, parts in operations(document).items():
        known = published().get(operation)
        if known is None:
            continue
        for part in ("body", "required", "query"):
            ours, theirs = set(parts[part]), known.get(part, set[str]())
            for sign, names in (("+", ours - theirs), ("-", theirs - ours)):
                for name in names:
                    found = [each for each in DEVIATIONS if each.covers(operation, part, sign, name)]
                    used.update(found)
                    unexplained += [] if found else [f"{operation} {part} {sign}{name}"]
    assert sorted(unexplained) == []
    assert [each for each in DEVIATIONS if each not in used] == []
