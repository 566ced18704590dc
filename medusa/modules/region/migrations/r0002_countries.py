"""Region: the countries of ISO 3166, in no region yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert

from medusa.modules.region.iso3166 import COUNTRIES

revision = "region_0002"
down_revision: str | None = "region_0001"
branch_labels: tuple[str, ...] | None = None
depends_on: tuple[str, ...] | None = None

COLUMNS = ("iso_2", "iso_3", "num_code", "name", "display_name")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    country = sa.table("region_country", *map(sa.column, COLUMNS))
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in COUNTRIES]
    op.execute(insert(country).values(rows).on_conflict_do_nothing())


def downgrade() -> None:
    """The rows stay: a region may hold them."""
