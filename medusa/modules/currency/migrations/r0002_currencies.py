"""Currency: the currencies of ISO 4217."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert

from medusa.modules.currency.iso4217 import CURRENCIES

revision = "currency_0002"
down_revision: str | None = "currency_0001"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

COLUMNS = ("code", "symbol", "symbol_native", "name", "decimal_digits", "rounding")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    currency = sa.table("currency", *map(sa.column, COLUMNS))
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in CURRENCIES]
    op.execute(insert(currency).values(rows).on_conflict_do_nothing())


def downgrade() -> None:
    """The rows stay: prices and stores may use them."""
