"""Pages and single rows: bytes, order, counts, relations, links; on PostgreSQL."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from medusa.framework.db import Session
from medusa.framework.errors import InvalidData
from medusa.framework.query import Fields, InvalidOrder, Query


async def one(query: Query, session: Session, entity: str, key: str, fields: str) -> Any:
    found = await query.one(session, entity, key, fields=Fields.of(fields))
    return None if found is None else json.loads(found)


async def ids(query: Query, session: Session, order: str | None = None, **options: Any) -> list[str]:
    page = await query.page(session, "book", fields=Fields.of("id"), order=order, **options)
    return [row["id"] for row in json.loads(page.items)]


async def test_bytes_of_a_row(query: Query, session: Session) -> None:
    found = await query.one(
        session, "book", "b1", fields=Fields.of("title,order,is_rare,price,weight,sales,words,published_at,metadata")
    )
    assert found == (
        b'{"id":"b1","title":"Zen","order":2,"is_rare":false,"price":10.5,"weight":1.5,"sales":0,"words":["x","y"],'
        b'"published_at":"2020-02-29T00:00:00.000Z","metadata":{"k": {"n": 1}, "s": "v"}}'
    )


async def test_times_are_utc_with_milliseconds(query: Query, session: Session) -> None:
    assert (await one(query, session, "book", "b2", "published_at"))["published_at"] == "2021-06-01T08:20:30.456Z"
    author = await one(query, session, "author", "a1", "created_at,updated_at")
    assert author["created_at"] == "2025-01-31T12:00:00.000Z"
    assert author["updated_at"] == "2025-01-31T12:00:00.500Z"


async def test_star_prints_all_columns_raw_twins_and_stubs(query: Query, session: Session) -> None:
    book = await one(query, session, "book", "b1", "*")
    assert list(book) == [
        "id", "title", "order", "is_rare", "price", "weight", "sales", "words", "published_at", "author_id",
        "publisher_id", "metadata", "created_at", "updated_at", "deleted_at", "raw_price", "author",
    ]  # fmt: skip
    assert book["raw_price"] == {"value": "10.5", "precision": 20}
    assert book["author"] == {"id": "a1"}
    orphan = await one(query, session, "book", "b4", "*")
    assert orphan["raw_price"] is None
    assert orphan["author"] is None


async def test_raw_twins_can_be_named(query: Query, session: Session) -> None:
    assert await one(query, session, "book", "b2", "raw_price,raw_weight,raw_title") == {
        "id": "b2",
        "raw_price": {"value": "20", "precision": 20},
    }


async def test_private_columns_are_never_printed(query: Query, session: Session) -> None:
    author = await one(query, session, "author", "a1", "*,secret")
    assert "secret" not in author
    with pytest.raises(InvalidData, match="no field 'secret'"):
        await query.page(session, "author", fields=Fields.of("id"), filters={"secret": "x"})
    with pytest.raises(InvalidOrder):
        await query.page(session, "author", fields=Fields.of("id"), order="secret")


async def test_relations_are_nested_sorted_and_without_deleted_rows(query: Query, session: Session) -> None:
    author = await one(query, session, "author", "a1", "name,books.title,books.genres.name")
    assert author == {
        "id": "a1",
        "name": "Ada",
        "books": [
            {"id": "b2", "title": "Art", "genres": [{"name": "craft"}]},
            {"id": "b1", "title": "Zen", "genres": [{"name": "zen"}, {"name": "craft"}]},
        ],
    }


async def test_deleted_rows_are_there_when_asked_for(query: Query, session: Session) -> None:
    assert await query.one(session, "book", "b3", fields=Fields.of("id")) is None
    found = await query.one(session, "author", "a1", fields=Fields.of("books.id"), with_deleted=True)
    assert found is not None
    assert [book["id"] for book in json.loads(found)["books"]] == ["b2", "b3", "b1"]


async def test_relation_to_one_prints_its_key(query: Query, session: Session) -> None:
    assert await one(query, session, "book", "b1", "author.name") == {
        "id": "b1",
        "author_id": "a1",
        "author": {"id": "a1", "name": "Ada"},
    }
    assert await one(query, session, "book", "b4", "author.name") == {"id": "b4", "author_id": None, "author": None}


async def test_the_way_back_is_not_printed(query: Query, session: Session) -> None:
    author = await one(query, session, "author", "a2", "books.author.name")
    assert author == {"id": "a2", "books": []}
    author = await one(query, session, "author", "a1", "books.author.name,*books")
    assert "author" not in author["books"][0]
    assert author["books"][0]["author_id"] == "a1"


EVERYTHING = (
    "*,*author,author.home.label,author.author_label,*genres,genres.books.title,*shelves,*places,places.shelf.label,"
    "publisher.books.genres.name"
)


async def test_rows_of_a_page_are_those_that_are_read_alone(query: Query, session: Session) -> None:
    page = await query.page(session, "book", fields=Fields.of(EVERYTHING), order="-title", with_deleted=True)
    rows = json.loads(page.items)
    assert [row["title"] for row in rows] == ["Zen", "Orphan", "Gone", "Art"]
    for row in rows:
        alone = await query.one(session, "book", row["id"], fields=Fields.of(EVERYTHING), with_deleted=True)
        assert alone is not None
        assert json.loads(alone) == row


async def test_rows_that_several_share_are_printed_with_each(query: Query, session: Session) -> None:
    page = await query.page(session, "shelf", fields=Fields.of("label,books.title,books.genres.name"))
    zen = {"id": "b1", "title": "Zen", "genres": [{"name": "zen"}, {"name": "craft"}]}
    assert json.loads(page.items) == [
        {"id": "s1", "label": "Left", "books": [zen]},
        {"id": "s2", "label": "Right", "books": [zen]},
    ]


async def test_unknown_names_are_left_out(query: Query, session: Session) -> None:
    assert await one(query, session, "book", "b1", "nothing,nothing.deeper,title.x,*title,genres") == {"id": "b1"}
    assert await one(query, session, "book", "b1", "*nothing,metadata.k") == {"id": "b1"}


async def test_link_with_extra_columns(query: Query, session: Session) -> None:
    book = await one(query, session, "book", "b1", "shelves.label,places.copies,places.shelf.label")
    assert book["shelves"] == [{"id": "s1", "label": "Left"}, {"id": "s2", "label": "Right"}]
    assert book["places"] == [
        {"book_id": "b1", "shelf_id": "s1", "copies": 3, "shelf": {"id": "s1", "label": "Left"}},
        {"book_id": "b1", "shelf_id": "s2", "copies": 1, "shelf": {"id": "s2", "label": "Right"}},
    ]
    shelf = await one(query, session, "shelf", "s1", "books.title,books.shelves.id")
    assert shelf == {
        "id": "s1",
        "books": [{"id": "b1", "title": "Zen", "shelves": [{"id": "s1"}, {"id": "s2"}]}],
    }


async def test_links_to_one_are_left_out_where_there_is_no_row(query: Query, session: Session) -> None:
    assert await one(query, session, "author", "a1", "home.label") == {
        "id": "a1",
        "home": {"id": "s2", "label": "Right"},
    }
    assert await one(query, session, "author", "a2", "home.label") == {"id": "a2"}
    assert (await one(query, session, "book", "b1", "publisher.name"))["publisher"] == {
        "code": "pub",
        "name": "Pub & Co",
    }
    assert await one(query, session, "book", "b4", "publisher.name") == {"id": "b4", "publisher_id": "missing"}
    page = await query.page(session, "author", fields=Fields.of("home.id"))
    assert json.loads(page.items) == [{"id": "a1", "home": {"id": "s2"}}, {"id": "a2"}]


async def test_alias_follows_its_path(query: Query, session: Session) -> None:
    author = await one(query, session, "author", "a1", "shelves.label")
    assert author["shelves"] == [{"id": "s1", "label": "Left"}, {"id": "s2", "label": "Right"}]


async def test_view(query: Query, session: Session) -> None:
    assert (await one(query, session, "book", "b1", "author_label.id"))["author_label"] == {"id": "a1", "label": "ADA"}


async def test_reverse_of_a_read_only_link(query: Query, session: Session) -> None:
    assert await one(query, session, "publisher", "pub", "books.title") == {
        "code": "pub",
        "books": [{"id": "b1", "title": "Zen"}],
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, ["b1", "b2", "b4"]),
        ("title", ["b2", "b4", "b1"]),
        ("-title", ["b1", "b4", "b2"]),
        ("order", ["b2", "b1", "b4"]),
        ("author.name,-title", ["b1", "b2", "b4"]),
        ("-genres.name", ["b4", "b1", "b2"]),
        ("publisher.name,-id", ["b1", "b4", "b2"]),
        ("places.copies,id", ["b1", "b2", "b4"]),
        ("discounted", ["b1", "b2", "b4"]),
    ],
)
async def test_order(query: Query, session: Session, order: str | None, expected: list[str]) -> None:
    assert await ids(query, session, order) == expected


@pytest.mark.parametrize("order", ["nothing", "author.nothing", "nothing.name", "", "-", "title desc", "author", 'a"b'])
async def test_unknown_order(query: Query, session: Session, order: str) -> None:
    with pytest.raises(InvalidOrder):
        await ids(query, session, order)


async def test_limit_offset_and_count(query: Query, session: Session) -> None:
    assert await ids(query, session, "title", limit=1, offset=1) == ["b4"]
    assert await ids(query, session, "title", limit=0) == []
    assert await ids(query, session, "title", offset=2) == ["b1"]
    page = await query.page(session, "book", fields=Fields.of("id"), filters={"price": {"$gt": 0}}, limit=1, count=True)
    assert (page.items, page.count) == (b'[{"id":"b1"}]', 2)
    page = await query.page(session, "book", fields=Fields.of("id"), limit=5, offset=50, count=True)
    assert (page.items, page.count) == (b"[]", 3)


@pytest.mark.parametrize(("limit", "offset"), [(-1, None), (None, -1), (1 << 70, None)])
async def test_a_page_that_cannot_be(query: Query, session: Session, limit: int | None, offset: int | None) -> None:
    with pytest.raises(InvalidData):
        await ids(query, session, limit=limit, offset=offset)


async def test_one_by_filters(query: Query, session: Session) -> None:
    found = await query.one(session, "book", {"title": "Art", "is_rare": False}, fields=Fields.of("title"))
    assert found == b'{"id":"b2","title":"Art"}'


async def test_unknown_entity(query: Query, session: Session) -> None:
    with pytest.raises(InvalidData, match="no entity 'nothing'"):
        await query.one(session, "nothing", "x", fields=Fields.of("id"))


class Genre(msgspec.Struct):
    name: str


class Book(msgspec.Struct):
    id: str
    price: Decimal | None
    genres: list[Genre]


async def test_rows_as_structs_have_exact_numbers(query: Query, session: Session) -> None:
    books = await query.graph(session, "book", fields=Fields.of("price,genres.name"), order="title", into=Book)
    assert books == [
        Book("b2", Decimal(20), [Genre("craft")]),
        Book("b4", None, []),
        Book("b1", Decimal("10.5"), [Genre("zen"), Genre("craft")]),
    ]
    rows: list[dict[str, Any]] = await query.graph(
        session, "book", fields=Fields.of("price"), filters={"id": "b1"}, into=dict
    )
    assert rows == [{"id": "b1", "price": Decimal("10.5")}]


async def test_each_call_is_one_statement_and_a_repeated_one_reuses_its_text(query: Query, session: Session) -> None:
    before = session.statements
    for number in range(3):
        await query.page(
            session,
            "author",
            fields=Fields.of("*,*books,*books.genres,*books.places,worth,shelves.label"),
            filters={"books": {"title": f"Zen {number}"}, "q": None},
            count=True,
            limit=5,
        )
    assert session.statements - before == 3
    assert len(query._plans) == 1  # pyright: ignore[reportPrivateUsage]


async def test_explain(query: Query, session: Session) -> None:
    sql, plan = await query.explain(session, "book", fields=Fields.of("title,*author"), filters={"id": "b1"}, limit=1)
    assert "SELECT convert_to(" in sql
    assert any("book" in line for line in plan)
