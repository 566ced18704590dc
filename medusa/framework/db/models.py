"""The base of all tables: ids with a prefix, times, soft deletion.

A model says what a table is; it is also the shape of a row that a service returns. It is never attached to an
ORM session: rows are plain, detached objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, REAL
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    Relationship,
    declared_attr,
    mapped_column,
    relationship,
)

Json = dict[str, Any]

Plain = Annotated[Decimal, mapped_column(Numeric, info={"raw": False})]
"""An exact number that the contract prints without a ``raw_`` twin (every other ``Decimal`` column has one)."""

Measure = Annotated[float, mapped_column(REAL)]
"""A weight or a length in the merchant's unit: single precision, as the contract rounds it."""

NAMING = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_name)s_foreign",
    "ix": "IDX_%(table_name)s_%(column_0_N_name)s",
    "uq": "UQ_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


class Base(DeclarativeBase):
    """The registry of all models of all modules."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text,
        Decimal: Numeric,
        datetime: DateTime(timezone=True),
        bool: Boolean,
        int: Integer,
        Json: JSONB,
        list[Json]: JSONB,
        Any: JSONB,
    }
    __prefix__: ClassVar[str] = ""
    __table__: ClassVar[Table]  # pyright: ignore[reportIncompatibleVariableOverride]

    @classmethod
    def module_name(cls) -> str:
        """The module that owns the table: ``cart`` for ``medusa.modules.cart.models``."""
        parts = cls.__module__.split(".")
        folder = next((name for name in ("modules", "infrastructure") if name in parts), None)
        return parts[parts.index(folder) + 1] if folder else parts[0]


class Timestamps:
    """Times of creation, change and soft deletion, in UTC."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=901)
    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=902)


class Model(Timestamps, Base):
    """A table whose rows have an ``id`` that starts with the model's ``__prefix__``."""

    __abstract__ = True

    @declared_attr
    def id(cls) -> Mapped[str]:  # noqa: N805 - declared_attr passes the class
        return mapped_column(primary_key=True, sort_order=-1)


class WithMetadata:
    """A table with free-form ``metadata`` of the application."""

    metadata_: Mapped[Json | None] = mapped_column("metadata", JSONB, sort_order=800)


def live_index(*columns: str, unique: bool = False, where: str = "", name: str | None = None) -> Index:
    """An index over rows that are not soft-deleted (and fulfil ``where``)."""
    condition = "deleted_at IS NULL" + (f" AND {where}" if where else "")
    return Index(name, *columns, unique=unique, postgresql_where=text(condition))


def one_of(column: str, *values: str) -> CheckConstraint:
    """A check that a column holds one of these values (or null, where it may)."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


def searched(*columns: str) -> MappedColumn[Any]:
    """A column that PostgreSQL keeps for searches: these columns in small letters, a blank between them.

    One comparison takes the place of one for each column, and an index can serve it. It is never printed or written.
    """
    # As PostgreSQL prints it, so that it is no difference between models and database.
    text_ = " || ' '::text || ".join(f"COALESCE({column}, ''::text)" for column in columns)
    computed = Computed(f"lower({text_})", persisted=True)
    return mapped_column(Text, computed, info={"private": True, "searches": columns}, sort_order=950)


def references(
    target: str, *, ondelete: str | None = "CASCADE", index: bool = True, **options: Any
) -> MappedColumn[Any]:
    """A foreign key inside the module, such as ``references("product.id")``.

    Its index covers soft-deleted rows too: a cascading delete cannot use a partial one.
    """
    return mapped_column(ForeignKey(target, ondelete=ondelete), index=index, **options)


def relation(**options: Any) -> Relationship[Any]:
    """A relation inside the module, for queries to walk; it never writes."""
    return relationship(viewonly=True, **options)


def models_of(module: str) -> list[type[Base]]:
    """The models of one module, in the order of their dependencies."""
    mappers: Iterable[Any] = Base.registry.mappers
    by_table = {mapper.local_table: mapper.class_ for mapper in mappers if mapper.class_.module_name() == module}
    return [by_table[table] for table in Base.metadata.sorted_tables if table in by_table]
