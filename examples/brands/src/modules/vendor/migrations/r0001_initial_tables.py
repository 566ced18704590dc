"""Vendor: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vendor_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("vendor",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "vendor",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("vendor_pkey")),
    )
    op.create_index(
        op.f("IDX_vendor_email"), "vendor", ["email"], unique=True, postgresql_where=sa.text("deleted_at IS NULL")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("IDX_vendor_email"), table_name="vendor", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_table("vendor")
