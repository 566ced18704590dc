"""Typed create, read, update and delete, derived from a model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, cast

import msgspec
from asyncpg import Record
from sqlalchemy import inspect
from sqlalchemy.orm import configure_mappers

from medusa.framework.db.changes import Delete, Insert, Restore, SoftDelete, Update, Upsert, quote
from medusa.framework.db.models import Base
from medusa.framework.db.session import Session
from medusa.framework.db.where import Filters, order_by, where
from medusa.framework.errors import InvalidData, NotFound

M = TypeVar("M", bound=Base)
T = TypeVar("T")
Many: TypeAlias = list[T]  # `list` is a method of Crud
RowInput: TypeAlias = Mapping[str, Any] | msgspec.Struct


def row_of(value: RowInput) -> dict[str, Any]:
    """A row for the database: fields of a Struct that are not set are left out."""
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if item is not msgspec.UNSET}
    return {name: item for name in value.__struct_fields__ if (item := getattr(value, name)) is not msgspec.UNSET}


class Crud(Generic[M]):
    """The rows of one model: many in one statement, soft-deleted ones left out.

    Rows come back as detached model instances. Rows go in as mappings (column name to value) or Structs.
    """

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.table = model.__table__
        mapper = inspect(model)
        self._mapper = mapper
        self._manager = mapper.class_manager
        self._keys = {column.name: mapper.get_property_by_column(column).key for column in self.table.columns}
        self.noun = re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__)
        self._select = (
            "SELECT " + ", ".join(f"t.{quote(name)}" for name in self._keys) + f" FROM {quote(self.table.name)} t"
        )

    def _instance(self, record: Record) -> M:
        if not self._mapper.configured:
            configure_mappers()
        instance: Any = self._manager.new_instance()
        values, keys = instance.__dict__, self._keys
        for name, value in record.items():
            values[keys[name]] = value
        return cast("M", instance)

    def _rows(self, rows: Sequence[RowInput]) -> Many[dict[str, Any]]:
        prepared = [row_of(row) for row in rows]
        for row in prepared:
            if unknown := row.keys() - self._keys.keys():
                raise InvalidData(f"{self.noun} has no column {', '.join(sorted(unknown))}")
        return prepared

    async def create(self, session: Session, rows: Sequence[RowInput]) -> Many[M]:
        """Insert rows; ids are generated where none is given. In the order of ``rows``."""
        records = await session.write_returning(Insert(self.model, self._rows(rows)))
        return [self._instance(record) for record in records]

    async def update(self, session: Session, rows: Sequence[RowInput]) -> Many[M]:
        """Change the named columns of rows found by ``id``.

        Raises:
            NotFound: A row does not exist.
        """
        prepared = self._rows(rows)
        found: dict[str, M] = {}
        groups: dict[tuple[str, ...], Many[dict[str, Any]]] = {}
        for row in prepared:
            groups.setdefault(tuple(sorted(row)), []).append(row)
        for group in groups.values():
            if group[0].keys() == {"id"}:
                found |= {getattr(m, "id"): m for m in await self.list(session, {"id": [row["id"] for row in group]})}  # noqa: B009
                continue
            for record in await session.write_returning(Update(self.model, group)):
                found[record["id"]] = self._instance(record)
        if missing := [row["id"] for row in prepared if row["id"] not in found]:
            raise self.not_found(missing[0])
        return [found[row["id"]] for row in prepared]

    async def upsert(self, session: Session, rows: Sequence[RowInput], on: Sequence[str] = ("id",)) -> Many[M]:
        """Insert rows, or change those that equal an existing one in the columns ``on``."""
        records = await session.write_returning(Upsert(self.model, self._rows(rows), on))
        return [self._instance(record) for record in records]

    async def list(
        self,
        session: Session,
        filters: Filters | None = None,
        *,
        order: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        with_deleted: bool = False,
        for_update: bool = False,
    ) -> Many[M]:
        """Rows that fulfil the filters, ordered by ``order`` (default: the primary key).

        ``for_update`` locks them, in id order, until the transaction ends.
        """
        args: Many[Any] = []
        condition = where(self.table, filters, args, with_deleted=with_deleted)
        default = ",".join(column.name for column in self.table.primary_key.columns)
        sql = f"{self._select} WHERE {condition} {order_by(self.table, None if for_update else order or default)}"
        if limit is not None:
            args.append(limit)
            sql += f" LIMIT ${len(args)}"
        if offset:
            args.append(offset)
            sql += f" OFFSET ${len(args)}"
        if for_update:
            sql += " FOR UPDATE"
        return [self._instance(record) for record in await session.fetch(sql, *args)]

    async def list_and_count(
        self,
        session: Session,
        filters: Filters | None = None,
        *,
        order: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> tuple[Many[M], int]:
        """One page of rows, and how many there are in all."""
        args: Many[Any] = []
        condition = where(self.table, filters, args)
        count = await session.fetch_value(f"SELECT count(*) FROM {quote(self.table.name)} t WHERE {condition}", *args)
        return await self.list(session, filters, order=order, limit=limit, offset=offset), int(count)

    async def retrieve(self, session: Session, id: str, *, for_update: bool = False) -> M:
        """One row.

        Raises:
            NotFound: There is none, or it is deleted.
        """
        rows = await self.list(session, {self._key: id}, for_update=for_update)
        if not rows:
            raise self.not_found(id)
        return rows[0]

    async def delete(self, session: Session, ids: Sequence[str]) -> None:
        """Remove rows for good."""
        await session.write(Delete(self.model, ids, self._key))

    async def soft_delete(self, session: Session, ids: Sequence[str]) -> None:
        """Mark rows as deleted."""
        await session.write(SoftDelete(self.model, ids, self._key))

    async def restore(self, session: Session, ids: Sequence[str]) -> None:
        """Bring soft-deleted rows back."""
        await session.write(Restore(self.model, ids, self._key))

    @property
    def _key(self) -> str:
        columns = list(self.table.primary_key.columns)
        return columns[0].name if len(columns) == 1 else "id"

    def not_found(self, id: str) -> NotFound:
        """The error for a row that does not exist."""
        return NotFound(f"{self.noun.replace(' ', '')} with {self._key}: {id} was not found")
