"""Api key: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "api_key_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("api_key",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("redacted", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("type IN ('publishable', 'secret')", name=op.f("api_key_type_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
    )
    op.create_index(
        op.f("IDX_api_key_redacted"),
        "api_key",
        ["redacted"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_api_key_revoked_at"),
        "api_key",
        ["revoked_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("IDX_api_key_token_unique", "api_key", ["token"], unique=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("IDX_api_key_token_unique", table_name="api_key")
    op.drop_index(op.f("IDX_api_key_revoked_at"), table_name="api_key", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_api_key_redacted"), table_name="api_key", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_table("api_key")
