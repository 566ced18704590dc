"""Computed fields: in SQL and over the page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from medusa.framework.db import Session
from medusa.framework.query import Fields, Query


async def page(query: Query, session: Session, entity: str, fields: str, **options: Any) -> Any:
    return json.loads(
        (await query.page(session, entity, fields=Fields.of(fields), **options)).items, parse_float=Decimal
    )


async def test_sql_field_takes_values_of_the_context(query: Query, session: Session) -> None:
    rows = await page(query, session, "book", "discounted", context={"percent": Decimal(10)})
    assert [row["discounted"] for row in rows] == [Decimal("9.45"), 18, None]
    rows = await page(query, session, "book", "discounted", context={"percent": Decimal(50)})
    assert [row["discounted"] for row in rows] == [Decimal("5.25"), 10, None]
    rows = await page(query, session, "book", "discounted")
    assert [row["discounted"] for row in rows] == [Decimal("10.50"), 20, None]


async def test_sql_field_is_part_of_a_star_only_where_declared(query: Query, session: Session) -> None:
    author = (await page(query, session, "author", "*"))[0]
    assert author["book_count"] == 2
    book = (await page(query, session, "book", "*"))[0]
    assert "discounted" not in book
    assert (await page(query, session, "book", "*discounted,author.book_count"))[0]["author"]["book_count"] == 2


async def test_set_field_is_computed_for_the_rows_of_a_level_at_once(query: Query, session: Session) -> None:
    rows = await page(query, session, "book", "genre_count")
    assert rows == [
        {"id": "b1", "order": 2, "genre_count": 3},
        {"id": "b2", "order": 1, "genre_count": 1},
        {"id": "b4", "order": None},
    ]
    authors = await page(query, session, "author", "books.genre_count")
    assert [[book["genre_count"] for book in author["books"]] for author in authors] == [[1, 3], []]
    one = await query.one(session, "book", "b1", fields=Fields.of("genre_count"))
    assert one is not None
    assert json.loads(one) == rows[0]


async def test_rows_can_be_sorted_by_a_set_field(query: Query, session: Session) -> None:
    rows = await page(query, session, "book", "id", order="-genre_count")
    assert [row["id"] for row in rows] == ["b4", "b1", "b2"]


async def test_batch_field_hides_what_only_it_needed(query: Query, session: Session) -> None:
    assert (await page(query, session, "author", "name,worth"))[0] == {
        "id": "a1",
        "name": "Ada",
        "worth": Decimal("30.5"),
    }


async def test_batch_field_leaves_what_was_asked_for(query: Query, session: Session) -> None:
    author = (await page(query, session, "author", "worth,books.title"))[0]
    assert author == {
        "id": "a1",
        "worth": Decimal("30.5"),
        "books": [{"id": "b2", "title": "Art"}, {"id": "b1", "title": "Zen"}],
    }


async def test_batch_field_of_inner_rows(query: Query, session: Session) -> None:
    author = (await page(query, session, "author", "books.share"))[0]
    assert set(author) == {"id", "books"}
    assert set(author["books"][0]) == {"id", "share"}
    assert round(float(author["books"][0]["share"]), 3) == 0.656


async def test_below_a_star_all_that_a_batch_adds_stays(query: Query, session: Session) -> None:
    author = (await page(query, session, "author", "worth,*books"))[0]
    assert {"share", "title", "raw_price"} <= set(author["books"][0])


async def test_batch_field_below_a_relation_to_one_and_a_list(query: Query, session: Session) -> None:
    shelf = (await page(query, session, "shelf", "books.author.worth,books.loud_title"))[0]
    assert shelf["books"] == [
        {"id": "b1", "author_id": "a1", "author": {"id": "a1", "worth": Decimal("30.5")}, "loud_title": "ZEN"}
    ]
    rows = await page(query, session, "book", "author.worth", filters={"id": "b4"})
    assert rows == [{"id": "b4", "author_id": None, "author": None}]


async def test_batch_knows_which_of_its_names_were_asked_for(query: Query, session: Session) -> None:
    assert (await page(query, session, "book", "whisper"))[0] == {"id": "b1", "whisper": "zen"}


async def test_numbers_stay_exact_through_a_batch(query: Query, session: Session) -> None:
    found = await query.one(session, "author", "a1", fields=Fields.of("worth"))
    assert found == b'{"id":"a1","worth":30.5}'


async def test_no_rows(query: Query, session: Session) -> None:
    assert await page(query, session, "author", "worth", filters={"id": "none"}) == []
    assert await query.one(session, "author", "none", fields=Fields.of("worth")) is None
