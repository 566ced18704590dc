"""Links: declared by convention, made and removed, followed by deletions."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, Integer, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from medusa.framework.db import Database, Session
from medusa.framework.db.models import Timestamps
from medusa.framework.errors import ConfigurationError, InvalidData
from medusa.framework.links import LinkRegistry, LinkService, alias, define_link, read_only_link
from medusa.framework.naming import plural, snake_case
from medusa.framework.query import Fields, Query, Registry
from tests.databases import database_with


class GarageBase(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map = {str: Text}


class RaceCar(Timestamps, GarageBase):
    __tablename__ = "race_car"
    id: Mapped[str] = mapped_column(primary_key=True)


class Wheel(Timestamps, GarageBase):
    __tablename__ = "wheel"
    id: Mapped[str] = mapped_column(primary_key=True)


class Pit(Timestamps, GarageBase):
    __tablename__ = "pit"
    code: Mapped[str] = mapped_column(primary_key=True)


REGISTRY = LinkRegistry()
CAR_WHEEL = define_link(
    RaceCar,
    Wheel,
    table="car_wheel",
    left_column="car_id",
    right_many=True,
    right_delete_cascade=True,
    prefix="carwheel",
    extra={"position": Column(Integer, server_default=text("0")), "note": str},
    registry=REGISTRY,
)
CAR_PIT = define_link(RaceCar, Pit, registry=REGISTRY)
LINKS = LinkService(REGISTRY)


@pytest.fixture(scope="module")
async def garage() -> AsyncIterator[Database]:
    with database_with(GarageBase.metadata) as url:
        database = await Database.connect(url, min_size=1, max_size=2)
        yield database
        await database.close()


@pytest.fixture
async def session(garage: Database) -> AsyncIterator[Session]:
    """Empty tables, two cars and three wheels."""
    async with garage.reader() as session:
        await session.execute("TRUNCATE race_car, wheel, pit, car_wheel")
        await session.execute("INSERT INTO race_car (id) VALUES ('c1'), ('c2')")
        await session.execute("INSERT INTO wheel (id) VALUES ('w1'), ('w2'), ('w3')")
        yield session


async def pairs(session: Session) -> list[tuple[str, str, int | None, str | None]]:
    rows = await LINKS.list(session, CAR_WHEEL)
    return sorted((row["car_id"], row["wheel_id"], row["position"], row["note"]) for row in rows)


def test_names_by_convention() -> None:
    assert CAR_PIT.table.name.endswith("_race_car_test_links_pit")
    assert [side.column for side in (CAR_PIT.left, CAR_PIT.right)] == ["race_car_id", "pit_code"]
    assert (CAR_PIT.left.name, CAR_PIT.right.name) == ("race_car", "pit")
    assert (CAR_WHEEL.left.name, CAR_WHEEL.right.name) == ("race_car", "wheels")
    assert [column.name for column in CAR_WHEEL.table.primary_key.columns] == ["car_id", "wheel_id"]


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("category", "categories"), ("key", "keys"), ("address", "addresses"), ("tax", "taxes"), ("product", "products")],
)
def test_plural(noun: str, expected: str) -> None:
    assert plural(noun) == expected


def test_snake_case() -> None:
    assert snake_case("ProductVariant") == "product_variant"
    assert snake_case("APIKey") == "api_key"


def test_mistakes_in_declarations_say_what_to_do() -> None:
    registry = LinkRegistry()
    define_link(RaceCar, Wheel, table="once", registry=registry)
    with pytest.raises(ConfigurationError, match="exists already"):
        define_link(RaceCar, Wheel, table="once", registry=registry)
    with pytest.raises(ConfigurationError, match="has these columns by itself: id"):
        define_link(RaceCar, Wheel, table="twice", extra={"id": str}, registry=registry)
    with pytest.raises(ConfigurationError, match="define_link"):
        LinkService(registry).get("nothing")
    registry = LinkRegistry()
    read_only_link(RaceCar, "pit", Pit, local="pit_id", registry=registry)
    with pytest.raises(ConfigurationError, match="needs the columns 'pit_id' and 'id'"):
        _ = Query(GarageBase, registry, Registry()).graph_of_entities
    registry = LinkRegistry()
    alias(RaceCar, "x", path="nothing.x", registry=registry)
    with pytest.raises(ConfigurationError, match=r"race_car\.nothing, which does not exist"):
        _ = Query(GarageBase, registry, Registry()).graph_of_entities


async def test_create_many_in_one_statement(session: Session) -> None:
    before = session.statements
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1"), ("c1", "w2"), ("c2", "w3"), ("c1", "w1")])
    assert session.statements - before == 1
    assert await pairs(session) == [("c1", "w1", 0, None), ("c1", "w2", 0, None), ("c2", "w3", 0, None)]
    rows = await LINKS.list(session, "car_wheel", left=["c2"])
    assert rows[0]["id"].startswith("carwheel_")
    assert "car_wheel" in session.touched


async def test_create_with_extra_columns_and_again(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1", {"position": 1, "note": "front"}), ("c1", "w2")])
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1", {"position": 4}), ("c1", "w2", {"note": "x"})])
    assert await pairs(session) == [("c1", "w1", 4, "front"), ("c1", "w2", 0, "x")]
    with pytest.raises(InvalidData, match="no column 'colour'"):
        await LINKS.create(session, CAR_WHEEL, [("c1", "w1", {"colour": 1})])


async def test_nothing_to_do_is_no_statement(session: Session) -> None:
    before = session.statements
    await LINKS.create(session, CAR_WHEEL, [])
    await LINKS.dismiss(session, CAR_WHEEL, [])
    await LINKS.delete_of(session, RaceCar, [])
    assert session.statements == before


async def test_dismiss(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1"), ("c1", "w2")])
    await LINKS.dismiss(session, CAR_WHEEL, [("c1", "w1"), ("c2", "w2"), ("c9", "w9")])
    assert await pairs(session) == [("c1", "w2", 0, None)]


async def test_list_by_either_end(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1"), ("c2", "w2")])
    assert [row["wheel_id"] for row in await LINKS.list(session, CAR_WHEEL, left=["c1"])] == ["w1"]
    assert [row["car_id"] for row in await LINKS.list(session, CAR_WHEEL, right=["w2", "w3"])] == ["c2"]
    assert await LINKS.list(session, CAR_WHEEL, left=[]) == []


async def test_deletion_goes_along_the_cascade_and_comes_back(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1"), ("c1", "w2"), ("c2", "w3")])
    await LINKS.delete_of(session, RaceCar, ["c1"])
    assert await pairs(session) == [("c2", "w3", 0, None)]
    deleted = await session.fetch("SELECT id FROM wheel WHERE deleted_at IS NOT NULL ORDER BY id")
    assert [row["id"] for row in deleted] == ["w1", "w2"]
    await LINKS.restore_of(session, RaceCar, ["c1"])
    assert len(await pairs(session)) == 3
    assert not await session.fetch("SELECT id FROM wheel WHERE deleted_at IS NOT NULL")


async def test_deletion_without_cascade_takes_the_link_only(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1")])
    await LINKS.delete_of(session, Wheel, ["w1"])
    assert await pairs(session) == []
    assert not await session.fetch("SELECT id FROM race_car WHERE deleted_at IS NOT NULL")
    await LINKS.create(session, CAR_WHEEL, [("c1", "w1")])
    assert len(await pairs(session)) == 1


async def test_queries_see_links(session: Session) -> None:
    await LINKS.create(session, CAR_WHEEL, [("c1", "w2", {"position": 2}), ("c1", "w1", {"position": 1})])
    query = Query(GarageBase, REGISTRY, Registry())
    found = await query.one(session, "race_car", "c1", fields=Fields.of("wheels.id,wheels_link.position"))
    assert found == (
        b'{"id":"c1","wheels":[{"id":"w1"}, \n {"id":"w2"}],'
        b'"wheels_link":[{"car_id":"c1","wheel_id":"w2","position":2}, \n '
        b'{"car_id":"c1","wheel_id":"w1","position":1}]}'
    )
    page = await query.page(session, "wheel", fields=Fields.of("race_car.id"), filters={"race_car": "c1"})
    assert page.items == b'[{"race_car":{"id":"c1"},"id":"w1"},{"race_car":{"id":"c1"},"id":"w2"}]'
