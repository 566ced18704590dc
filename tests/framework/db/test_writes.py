"""Writes and typed CRUD on a real table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db import (
    Database,
    Delete,
    Insert,
    Model,
    Session,
    SoftDelete,
    Update,
    Upsert,
    WithMetadata,
    live_index,
)
from medusa.framework.db.models import searched
from medusa.framework.errors import Duplicate, InvalidData, NotFound
from medusa.framework.modules import Crud, ModuleService


class Gadget(Model, WithMetadata):
    """A table of these tests."""

    __tablename__ = "test_gadget"
    __prefix__ = "gad"
    __table_args__ = (live_index("sku", unique=True),)
    sku: Mapped[str]
    amount: Mapped[Decimal | None]
    stock: Mapped[int] = mapped_column(server_default="7")
    labels: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    search_text: Mapped[str] = searched("sku")


class GadgetService(ModuleService):
    """The service of these tests."""

    gadgets = Crud(Gadget)


CREATE = """CREATE TEMP TABLE test_gadget (id text PRIMARY KEY, sku text NOT NULL, amount numeric, stock int NOT NULL DEFAULT 7,
 labels text[], metadata jsonb, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
 deleted_at timestamptz, search_text text GENERATED ALWAYS AS (lower(sku)) STORED);
 CREATE UNIQUE INDEX ON test_gadget (sku) WHERE deleted_at IS NULL"""


@pytest.fixture
async def session(database: Database) -> AsyncIterator[Session]:
    async with database.session() as session:
        await session.execute(CREATE)
        yield session
        await session.execute("DROP TABLE test_gadget")


async def test_what_postgresql_generates_is_not_written(session: Session) -> None:
    [made] = await GadgetService.gadgets.create(session, [{"sku": "Ab", "search_text": "of an older row"}])
    assert made.search_text == "ab"
    await session.write(Update(Gadget, [{"id": made.id, "sku": "CD", "search_text": made.search_text}]))
    assert (await GadgetService.gadgets.retrieve(session, made.id)).search_text == "cd"


async def test_rows_keep_their_values_exactly(session: Session) -> None:
    [made] = await GadgetService.gadgets.create(
        session,
        [
            {
                "sku": "a",
                "amount": Decimal("12345678901234567890.123456789"),
                "labels": ["x", 'y"z'],
                "metadata": {"a": [1]},
            }
        ],
    )
    assert made.id.startswith("gad_")
    assert made.amount == Decimal("12345678901234567890.123456789")
    assert (made.stock, made.labels, made.metadata_) == (7, ["x", 'y"z'], {"a": [1]})
    assert await GadgetService.gadgets.retrieve(session, made.id) is not None


async def test_several_changes_are_one_statement(session: Session) -> None:
    a, b, c = await GadgetService.gadgets.create(session, [{"sku": s} for s in "abc"])
    before = session.statements
    await session.write(
        Insert(Gadget, [{"sku": "d"}]),
        Update(Gadget, [{"id": a.id, "stock": 1}]),
        SoftDelete(Gadget, [b.id]),
        Delete(Gadget, [c.id]),
    )
    assert session.statements == before + 1
    rows = await GadgetService.gadgets.list(session, order="sku")
    assert [(row.sku, row.stock) for row in rows] == [("a", 1), ("d", 7)]


async def test_upsert_changes_the_equal_row(session: Session) -> None:
    [made] = await GadgetService.gadgets.create(session, [{"sku": "a", "stock": 1}])
    await session.write(Upsert(Gadget, [{"sku": "a", "stock": 2}, {"sku": "b", "stock": 3}], on=("sku",)))
    rows = await GadgetService.gadgets.list(session, {"stock": {"$gt": 1}}, order="-stock")
    assert [(row.sku, row.stock) for row in rows] == [("b", 3), ("a", 2)]
    assert rows[1].id == made.id


async def test_errors_name_what_is_wrong(session: Session) -> None:
    service = GadgetService()
    await service.create_gadgets(session, [{"sku": "a"}])
    with pytest.raises(Duplicate, match="Test gadget with sku: a, already exists"):
        async with session.savepoint():
            await service.create_gadgets(session, [{"sku": "a"}])
    with pytest.raises(NotFound, match="Gadget with id: gad_x was not found"):
        await service.retrieve_gadget(session, "gad_x")
    with pytest.raises(InvalidData, match="no column colour"):
        await service.create_gadgets(session, [{"sku": "b", "colour": "red"}])
    rows, count = await service.list_and_count_gadgets(session, {"$or": [{"sku": "a"}, {"sku": None}]}, limit=1)
    assert ([row.sku for row in rows], count) == (["a"], 1)
