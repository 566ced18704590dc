"""Review: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "review_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("review",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "review",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'approved', 'rejected')", name=op.f("review_status_check")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("review_rating_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("review_pkey")),
    )
    op.create_index(
        op.f("IDX_review_customer_id"),
        "review",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_review_product_id_created_at"),
        "review",
        ["product_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND status = 'approved'"),
    )
    op.create_index(
        op.f("IDX_review_product_id_customer_id"),
        "review",
        ["product_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_review_status_created_at"),
        "review",
        ["status", "created_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_review_status_created_at"), table_name="review", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_review_product_id_customer_id"), table_name="review", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_review_product_id_created_at"),
        table_name="review",
        postgresql_where=sa.text("deleted_at IS NULL AND status = 'approved'"),
    )
    op.drop_index(op.f("IDX_review_customer_id"), table_name="review", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_table("review")
