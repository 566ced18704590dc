"""A small library with two modules, for tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Numeric, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import BigInteger, DateTime, Text

from medusa.framework.db.models import Timestamps, WithMetadata, relation, searched
from medusa.framework.links import LinkRegistry, alias, define_link, read_only_link
from medusa.framework.query import (
    Query,
    Registry,
    SqlBuild,
    ViewColumn,
    computed,
    computed_batch,
    computed_set,
    printing,
    private,
    searchable,
    view,
    view_relation,
)


class LibraryBase(DeclarativeBase):
    """Apart from the product's own models."""

    metadata = MetaData()
    type_annotation_map = {
        str: Text,
        Decimal: Numeric,
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
    }


class Row(Timestamps, LibraryBase):
    """A table with an id."""

    __abstract__ = True

    @declared_attr
    def id(cls) -> Mapped[str]:  # noqa: N805 - declared_attr passes the class
        return mapped_column(primary_key=True, sort_order=-1)


class Author(Row):
    """Writes books."""

    __tablename__ = "author"

    name: Mapped[str]
    secret: Mapped[str] = mapped_column(server_default="s3cret", info={"private": True})

    books: Mapped[list[Book]] = relation(order_by="Book.title")


class Book(WithMetadata, Row):
    """Has one author and some genres; ``order`` is a reserved word on purpose."""

    __tablename__ = "book"

    title: Mapped[str]
    order: Mapped[int | None]
    is_rare: Mapped[bool] = mapped_column(server_default="false")
    price: Mapped[Decimal | None]
    weight: Mapped[Decimal | None] = mapped_column(info={"raw": False})
    sales: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    words: Mapped[list[str] | None]
    published_at: Mapped[datetime | None]
    author_id: Mapped[str | None] = mapped_column(ForeignKey("author.id"))
    publisher_id: Mapped[str | None]

    author: Mapped[Author | None] = relation()
    genres: Mapped[list[Genre]] = relation(secondary="book_genre", order_by="Genre.name.desc()")


class Genre(Row):
    """What a book is about."""

    __tablename__ = "genre"

    name: Mapped[str]
    search_text: Mapped[str] = searched("name")

    books: Mapped[list[Book]] = relation(secondary="book_genre", order_by="Book.id")


class BookGenre(LibraryBase):
    """Which genres a book has."""

    __tablename__ = "book_genre"

    book_id: Mapped[str] = mapped_column(ForeignKey("book.id"), primary_key=True)
    genre_id: Mapped[str] = mapped_column(ForeignKey("genre.id"), primary_key=True)


class Shelf(Row):
    """Of another module."""

    __tablename__ = "shelf"

    label: Mapped[str]


class Publisher(LibraryBase):
    """Of another module, with a key that is not called id and without times."""

    __tablename__ = "publisher"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


LINKS = LinkRegistry()
REGISTRY = Registry()

BOOK_SHELF = define_link(
    Book,
    Shelf,
    table="book_shelf",
    left_many=True,
    right_many=True,
    right_name="shelves",
    left_link="places",
    prefix="bookshelf",
    extra={"copies": Column(Integer, nullable=False, server_default=text("1")), "note": str},
    registry=LINKS,
)
COVER = define_link(Author, Shelf, table="author_shelf", right_name="home", right_delete_cascade=True, registry=LINKS)
read_only_link(Book, "publisher", Publisher, local="publisher_id", remote="code", registry=LINKS)
read_only_link(Publisher, "books", Book, local="code", remote="publisher_id", many=True, registry=LINKS)
alias(Author, "shelves", path="books.shelves", registry=LINKS)

searchable(Book, "title", "author.name", "genres.name", registry=REGISTRY)
private(Shelf, "deleted_at", registry=REGISTRY)
printing(Book, ("genres",), id=False, registry=REGISTRY)


@computed(Book, "discounted", registry=REGISTRY)
def discounted(build: SqlBuild, row: str) -> str:
    """The price less the context's percentage."""
    if not build.has("percent"):
        return f"{row}.price"
    return f"trim_scale({row}.price * (100 - {build.context('percent', 'numeric')}) / 100)"


@computed(Author, "book_count", in_star=True, registry=REGISTRY)
def book_count(build: SqlBuild, row: str) -> str:
    """Live books."""
    return f"SELECT count(*) FROM book b WHERE b.author_id = {row}.id AND b.deleted_at IS NULL"


@computed_set(Book, "genre_count", omit=True, also=["order"], registry=REGISTRY)
def genre_count(build: SqlBuild, rows: str) -> str:
    """Genres at all, the deleted ones too; nothing for a book without."""
    return (
        f"SELECT g.book_id AS key, count(*) AS value FROM book_genre AS g "
        f"WHERE g.book_id = ANY(ARRAY(SELECT v.id FROM {rows} AS v)) GROUP BY g.book_id"
    )


@computed_batch(Author, ("worth", "books.share"), requires="books.price", registry=REGISTRY)
def worth(rows: list[dict[str, Any]]) -> None:
    """The sum of the books' prices, and each book's share of it."""
    for row in rows:
        row["worth"] = sum((book["price"] or 0 for book in row["books"]), Decimal(0))
        for book in row["books"]:
            book["share"] = (book["price"] or 0) / row["worth"] if row["worth"] else Decimal(0)


@computed_batch(Book, ("loud_title", "whisper"), requires="title", registry=REGISTRY)
def loud_title(rows: list[dict[str, Any]], asked: frozenset[str]) -> None:
    """The title in capitals, or small; only what is asked for."""
    for row in rows:
        if "loud_title" in asked:
            row["loud_title"] = row["title"].upper()
        if "whisper" in asked:
            row["whisper"] = row["title"].lower()


view(
    "author_label",
    Author,
    "SELECT a.*, upper(a.name) AS label FROM author AS a",
    columns=[ViewColumn("label")],
    only=["id", "label", "deleted_at"],
    always=["label"],
    registry=REGISTRY,
)
view_relation(Book, "author_label", "author_label", on=[("author_id", "id")], many=False, registry=REGISTRY)


def library() -> Query:
    """An engine over the library."""
    return Query(LibraryBase, LINKS, REGISTRY)


DATA = """
INSERT INTO author (id, name, created_at, updated_at) VALUES
  ('a1', 'Ada', '2025-01-31 12:00:00+00', '2025-01-31 13:00:00.5+01'), ('a2', 'Bob "B"', now(), now());
INSERT INTO publisher VALUES ('pub', 'Pub & Co');
INSERT INTO book (id, title, "order", price, weight, words, published_at, author_id, publisher_id, metadata, deleted_at)
VALUES
  ('b1', 'Zen', 2, 10.50, 1.50, '{x,y}', '2020-02-29 00:00:00+00', 'a1', 'pub', '{"k": {"n": 1}, "s": "v"}', NULL),
  ('b2', 'Art', 1, 20, NULL, NULL, '2021-06-01 10:20:30.456789+02', 'a1', NULL, NULL, NULL),
  ('b3', 'Gone', 3, 5, NULL, NULL, NULL, 'a1', 'pub', NULL, now()),
  ('b4', 'Orphan', NULL, NULL, NULL, '{}', NULL, NULL, 'missing', NULL, NULL);
INSERT INTO genre (id, name, deleted_at) VALUES ('g1', 'craft', NULL), ('g2', 'zen', NULL), ('g3', 'old', now());
INSERT INTO book_genre VALUES ('b1', 'g1'), ('b1', 'g2'), ('b1', 'g3'), ('b2', 'g1');
INSERT INTO shelf (id, label) VALUES ('s1', 'Left'), ('s2', 'Right');
INSERT INTO book_shelf (book_id, shelf_id, id, copies) VALUES ('b1', 's1', 'bs1', 3), ('b1', 's2', 'bs2', 1);
INSERT INTO author_shelf (author_id, shelf_id, id) VALUES ('a1', 's2', 'l1');
"""

Fetched = Mapping[str, Any]
