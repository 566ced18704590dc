"""Currency: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "currency_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("currency",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "currency",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("symbol_native", sa.Text(), nullable=False),
        sa.Column("decimal_digits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rounding", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("currency_pkey")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("currency")
