"""Filters: operators, conversions, relations, search; and what tries to break out of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData
from medusa.framework.query import Fields, InvalidOrder, Query


async def ids(query: Query, session: Session, filters: dict[str, Any], entity: str = "book") -> list[str]:
    page = await query.page(session, entity, fields=Fields.of("id"), filters=filters, count=True)
    found = [row["id"] for row in json.loads(page.items)]
    assert page.count == len(found)
    return found


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["b1", "b2", "b4"]),
        ({"id": "b1"}, ["b1"]),
        ({"id": ["b1", "b2"]}, ["b1", "b2"]),
        ({"id": []}, []),
        ({"price": None}, ["b4"]),
        ({"price": [None, 20]}, ["b2", "b4"]),
        ({"price": {"$eq": "10.5"}}, ["b1"]),
        ({"price": {"$ne": 20}}, ["b1"]),
        ({"price": {"$ne": None}}, ["b1", "b2"]),
        ({"price": {"$in": [20, "10.50"]}}, ["b1", "b2"]),
        ({"price": {"$nin": [20]}}, ["b1"]),
        ({"price": {"$nin": [20, None]}}, ["b1"]),
        ({"price": {"$gt": 10.5}}, ["b2"]),
        ({"price": {"$gte": "10.5", "$lt": 20}}, ["b1"]),
        ({"price": {"$lte": 10.5}}, ["b1"]),
        ({"price": {"$gt": None}}, []),
        ({"price": {"$exists": True}}, ["b1", "b2"]),
        ({"price": {"$exists": "false"}}, ["b4"]),
        ({"price": {"$not": {"$gt": 15}}}, ["b1", "b4"]),
        ({"price": {"$or": [{"$lt": 11}, {"$eq": None}]}}, ["b1", "b4"]),
        ({"title": {"$like": "%r%"}}, ["b2", "b4"]),
        ({"title": {"$like": "%R%"}}, []),
        ({"title": {"$ilike": "%R%"}}, ["b2", "b4"]),
        ({"order": {"$like": "2"}}, ["b1"]),
        ({"is_rare": "true"}, []),
        ({"is_rare": False, "title": "Zen"}, ["b1"]),
        ({"order": "2"}, ["b1"]),
        ({"published_at": {"$gte": "2020-03-01"}}, ["b2"]),
        ({"published_at": {"$lt": "2020-02-29T01:00:00 01:00"}}, []),
        ({"published_at": {"$lte": "2020-02-29T01:00:00 01:00"}}, ["b1"]),
        ({"published_at": datetime(2020, 2, 29, tzinfo=UTC)}, ["b1"]),
        ({"words": {"$contains": ["x"]}}, ["b1"]),
        ({"words": {"$overlap": ["y", "z"]}}, ["b1"]),
        ({"words": ["x", "y"]}, ["b1"]),
        ({"metadata": {"s": "v"}}, ["b1"]),
        ({"metadata": {"k": {"n": 1}}}, ["b1"]),
        ({"metadata": {"s": {"$like": "w%"}}}, []),
        ({"$or": [{"title": "Zen"}, {"price": 20}]}, ["b1", "b2"]),
        ({"$or": {"title": "Zen", "price": 20}}, ["b1", "b2"]),
        ({"$and": [{"title": "Zen"}, {"price": 20}]}, []),
        ({"$or": []}, ["b1", "b2", "b4"]),
        ({"$not": {"title": "Zen"}}, ["b2", "b4"]),
        ({"author": "a1"}, ["b1", "b2"]),
        ({"author": ["a1", "a2"]}, ["b1", "b2"]),
        ({"author": None}, ["b4"]),
        ({"author": {"$exists": False}}, ["b4"]),
        ({"author": {"name": "Ada", "books": {"title": "Art"}}}, ["b1", "b2"]),
        ({"author.name": {"$ilike": "ad%"}}, ["b1", "b2"]),
        ({"genres": {"name": "craft"}}, ["b1", "b2"]),
        ({"genres": {"name": "old"}}, []),
        ({"genres": {"$in": ["g2"]}}, ["b1"]),
        ({"genres.id": ["g1", "g2"]}, ["b1", "b2"]),
        ({"shelves": {"label": "Right"}}, ["b1"]),
        ({"places": {"copies": {"$gt": 2}}}, ["b1"]),
        ({"places": {"copies": {"$gt": 3}}}, []),
        ({"publisher": {"name": "Pub & Co"}}, ["b1"]),
        ({"q": "zen"}, ["b1"]),
        ({"q": "ADA"}, ["b1", "b2"]),
        ({"q": "ada craft"}, ["b1", "b2"]),
        ({"q": "ada art"}, ["b2"]),
        ({"q": "ada nothing"}, []),
        ({"q": "old"}, []),
        ({"q": "CRAFT"}, ["b1", "b2"]),
        ({"q": "cr_ft"}, ["b1", "b2"]),
        ({"q": "c%t"}, ["b1", "b2"]),
        ({"q": " "}, ["b1", "b2", "b4"]),
        ({"q": None}, ["b1", "b2", "b4"]),
        ({"q": "\\"}, []),
    ],
)
async def test_filter(query: Query, session: Session, filters: dict[str, Any], expected: list[str]) -> None:
    assert await ids(query, session, filters) == expected


async def test_search_without_searchable_columns_finds_all(query: Query, session: Session) -> None:
    assert await ids(query, session, {"q": "nothing"}, "shelf") == ["s1", "s2"]


async def test_id_stands_for_the_key(query: Query, session: Session) -> None:
    page = await query.page(session, "publisher", fields=Fields.of("name"), filters={"id": "pub"})
    assert page.items == b'[{"code":"pub","name":"Pub & Co"}]'


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"nothing": 1}, "no field 'nothing'"),
        ({"nothing.x": 1}, "no field 'nothing.x'"),
        ({"author": {"nothing": 1}}, "author has no field 'nothing'"),
        ({"price": {"$foo": 1}}, "Unknown filter operator '$foo'"),
        ({"price": {"$contains": [1]}}, "Unknown filter operator"),
        ({"price": "x"}, "Expected a number"),
        ({"price": "NaN"}, "finite number"),
        ({"order": "1.5"}, "Expected an integer"),
        ({"order": 1 << 40}, "Expected an integer"),
        ({"is_rare": "maybe"}, "Expected true or false"),
        ({"published_at": "x"}, "Expected a date"),
        ({"title": "a\x00b"}, "NUL"),
        ({"title": {"a": "b"}}, "Unknown filter operator 'a'"),
        ({"$or": ["x"]}, "takes a list of conditions"),
        ({"$or": "x"}, "takes conditions"),
        ({"q": ["x"]}, "takes a text"),
        ({"price": {"$exists": "x"}}, "true or false"),
    ],
)
async def test_refused(query: Query, session: Session, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidData) as refusal:
        await ids(query, session, filters)
    assert message in refusal.value.message


async def test_too_many_conditions(query: Query, session: Session) -> None:
    with pytest.raises(InvalidData, match="too many conditions"):
        await ids(query, session, {"$or": [{"title": str(number)} for number in range(500)]})


NASTY = [
    'title"; DROP TABLE book; --',
    "' OR 1=1 --",
    '"',
    "'",
    "\\",
    "$1",
    "%",
    "title'||'",
    "a\"b'c",
    "\x00",
    "é",
    "b.title",
]


@pytest.mark.parametrize("text", NASTY)
async def test_text_of_a_client_is_never_sql(query: Query, session: Session, text: str) -> None:
    assert (await query.page(session, "book", fields=Fields.of(f"id,{text},*{text},{text}.x"), limit=1)).items
    with pytest.raises(InvalidOrder):
        await query.page(session, "book", fields=Fields.of("id"), order=text)
    for filters in ({text: 1}, {"author": {text: 1}}, {"price": {text: 1}}, {f"author.{text}": "x"}):
        with pytest.raises(InvalidData):
            await ids(query, session, filters)
    if text != "\x00":
        assert await ids(query, session, {"title": text}) == []
        assert await ids(query, session, {"title": [text], "$or": [{"title": {"$ilike": text + "x"}}]}) == []
        assert await ids(query, session, {"metadata": {"s": text}}) == []
    try:
        assert await ids(query, session, {"metadata": {text: "x"}}) == []
    except InvalidData:
        assert text in ("\\", "\x00", "$1")
    assert await ids(query, session, {}) == ["b1", "b2", "b4"]


async def test_context_of_a_client_is_never_sql(query: Query, session: Session) -> None:
    with pytest.raises(Exception, match=r"invalid input|Expected"):
        await query.page(session, "book", fields=Fields.of("discounted"), context={"percent": "1) --"})
