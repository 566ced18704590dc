"""Currencies of the world."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from medusa.framework.db.models import Base, Timestamps


class Currency(Timestamps, Base):
    """A currency (ISO 4217)."""

    __tablename__ = "currency"

    code: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str]
    symbol_native: Mapped[str]
    decimal_digits: Mapped[int] = mapped_column(server_default=text("0"))
    rounding: Mapped[Decimal] = mapped_column(server_default=text("0"))
    name: Mapped[str]
