"""Store: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "store_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("store",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "store",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="Medusa Store", nullable=False),
        sa.Column("default_sales_channel_id", sa.Text(), nullable=True),
        sa.Column("default_region_id", sa.Text(), nullable=True),
        sa.Column("default_location_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("store_pkey")),
    )
    op.create_table(
        "store_currency",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("store_currency_store_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("store_currency_pkey")),
    )
    op.create_index(op.f("IDX_store_currency_store_id"), "store_currency", ["store_id"], unique=False)
    op.create_table(
        "store_locale",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("locale_code", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("store_locale_store_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("store_locale_pkey")),
    )
    op.create_index(op.f("IDX_store_locale_store_id"), "store_locale", ["store_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("IDX_store_locale_store_id"), table_name="store_locale")
    op.drop_table("store_locale")
    op.drop_index(op.f("IDX_store_currency_store_id"), table_name="store_currency")
    op.drop_table("store_currency")
    op.drop_table("store")
