"""Queries: conversion of texts, and the messages of the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from msgspec import UNSET, UnsetType

from medusa.framework.errors import InvalidData, MedusaError
from medusa.framework.http import DateFilter, FieldsQuery, ListQuery, NumberFilter, OperatorFilter, StringOrList
from medusa.framework.http.validation import QueryDecoder, UnusableDate


class ListProducts(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=False):
    status: list[Literal["draft", "published"]] | UnsetType = UNSET
    id: StringOrList | UnsetType = UNSET
    title: StringOrList | UnsetType = UNSET
    is_giftcard: bool | UnsetType = UNSET
    region_id: str | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET


class ListRegions(ListQuery, kw_only=True, frozen=True):
    limit: int = 20
    name: OperatorFilter | UnsetType = UNSET
    quantity: NumberFilter | UnsetType = UNSET


class OfCart(FieldsQuery, kw_only=True, frozen=True):
    cart_id: str


def products(query: str) -> ListProducts:
    return QueryDecoder(ListProducts).decode(query.encode())


def regions(query: str) -> ListRegions:
    return QueryDecoder(ListRegions).decode(query.encode())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=many", "Expected type: 'number' for field 'limit', got: 'many'"),
        ("limit=", "Expected type: 'number' for field 'limit', got: ''"),
        ("limit[]=5", "Expected type: 'number' for field 'limit', got: '5'"),
        ("limit=5&limit=6", "Expected type: 'number' for field 'limit', got: '5,6'"),
        ("limit[a]=5", "Expected type: 'number' for field 'limit', got: '[object Object]'"),
        ("limit=1&limit[$foo]=2", "Expected type: 'number' for field 'limit', got: '1,[object Object]'"),
        (
            "limit=many&offset=x&status=foo",
            "Expected type: 'number' for field 'offset', got: 'x'; Expected type: 'number' for field 'limit', got: 'many'; "
            "Expected type: 'array' for field 'status', got: 'foo'",
        ),
        ("q[]=a&q[]=b", "Expected type: 'string' for field 'q', got: 'a,b'"),
        ("order[]=a", "Expected type: 'string' for field 'order', got: 'a'"),
        ("fields=id&fields=title", "Expected type: 'string' for field 'fields', got: 'id,title'"),
        ("status[]=foo&status[]=draft", "Field 'status, 0' is required"),
        ("id[$ne]=x", "Expected type: 'string, array' for field 'id', got: '[object Object]'"),
        ("id[][x]=1", "Expected type: 'string' for field 'id', got: '[object Object]'"),
        ("id[0]=a&id[0]=b", "Expected type: 'string' for field 'id', got: 'a,b'"),
        ("id[a]=1&id=b", "Expected type: 'string' for field 'id', got: '[object Object],b'"),
        ("is_giftcard=zz", "Invalid input"),
        ("is_giftcard=", "Invalid input"),
        ("is_giftcard[]=true", "Expected type: 'boolean, string' for field 'is_giftcard', got: 'true'"),
        ("with_deleted=zz", "Expected type: 'boolean' for field 'with_deleted', got: 'zz'"),
        ("region_id[]=x", "Expected type: 'string' for field 'region_id', got: 'x'"),
        ("$and=5", "Expected type: 'array' for field '$and', got: '5'"),
        ("$or[0]=5", "Field '$or, 0' is required"),
    ],
)
def test_every_problem_is_named(query: str, message: str) -> None:
    with pytest.raises(InvalidData) as failure:
        products(query)
    assert failure.value.message == f"Invalid request: {message}"


def test_unknown_parameters_are_refused_unless_the_route_lets_them_pass() -> None:
    assert products("colour=red").filters() == {}
    with pytest.raises(InvalidData, match="Invalid request: Unrecognized fields: 'foo, bar'"):
        regions("foo=1&bar[x]=2")


def test_a_required_parameter() -> None:
    with pytest.raises(InvalidData, match="Invalid request: Field 'cart_id' is required"):
        QueryDecoder(OfCart).decode(b"")


@pytest.mark.parametrize(
    ("text", "limit"), [("5", 5), (" 5", 5), ("5abc", 5), ("1.5", 1), ("1e1", 1), ("0x10", 16), ("0", 0), ("-1", -1)]
)
def test_limits_are_read_as_the_contract_reads_them(text: str, limit: int) -> None:
    assert products(f"limit={text}").limit == limit


def test_defaults() -> None:
    assert (products("").limit, regions("").limit, regions("").offset, regions("").order) == (50, 20, 0, None)


def test_filters_hold_what_was_given() -> None:
    query = products(
        "fields=id&limit=2&offset=1&order=-title&q=x&id[]=a&id[]=b&is_giftcard=TRUE&region_id=&$or[0][title]=t"
    )
    assert query.filters() == {"id": ["a", "b"], "is_giftcard": True, "region_id": "", "$or": [{"title": "t"}]}


def test_operators() -> None:
    assert regions("name[$ne]=a&quantity[$gt]=2.5").filters() == {
        "name": {"$ne": "a"},
        "quantity": {"$gt": Decimal("2.5")},
    }
    assert regions("name=a").filters() == {"name": "a"}
    assert regions("name[]=a&name[]=b").filters() == {"name": ["a", "b"]}
    assert regions("name[$in][]=a&name[$in][]=b").filters() == {"name": {"$in": ["a", "b"]}}
    assert regions("name[ne]=a").filters() == {"name": {}}


def test_a_word_for_a_number_in_an_operator() -> None:
    with pytest.raises(InvalidData, match=r"Expected type: 'number' for field 'quantity, \$gt', got: 'x'"):
        regions("quantity[$gt]=x")


def test_dates() -> None:
    day = datetime(2025, 1, 31, tzinfo=UTC)
    assert products("created_at=2025-01-31").filters() == {"created_at": day}
    expected: dict[str, Any] = {"$gte": day, "$lt": datetime(2025, 2, 1, 12, tzinfo=UTC)}
    query = products("created_at[$gte]=2025-01-31T00:00:00.000Z&created_at[$lt]=2025-02-01T13:00:00%2B01:00")
    assert query.filters() == {"created_at": expected}


def test_an_impossible_date_is_an_unknown_error() -> None:
    with pytest.raises(MedusaError) as failure:
        products("created_at=abc")
    assert (failure.value.type, failure.value.code) == ("unknown_error", "unknown_error")


def test_equal_queries_do_not_share_what_a_route_changes() -> None:
    decoder = QueryDecoder(ListProducts)
    decoder.decode(b"id[]=a").filters()["id"].append("b")
    assert decoder.decode(b"id[]=a").filters() == {"id": ["a"]}


def test_an_impossible_date_comes_after_what_is_refused() -> None:
    with pytest.raises(InvalidData, match="field 'limit'"):
        products("created_at[$gte]=abc&limit=many")
    with pytest.raises(UnusableDate):
        products("created_at[]=1")
