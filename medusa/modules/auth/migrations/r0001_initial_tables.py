"""Auth: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "auth_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("auth",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "auth_identity",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("app_metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("auth_identity_pkey")),
    )
    op.create_table(
        "auth_verification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("auth_identity_id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("code_provider", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["auth_identity_id"],
            ["auth_identity.id"],
            name=op.f("auth_verification_auth_identity_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("auth_verification_pkey")),
    )
    op.create_index(
        op.f("IDX_auth_verification_auth_identity_id"), "auth_verification", ["auth_identity_id"], unique=False
    )
    op.create_index(
        "IDX_auth_verification_entity",
        "auth_verification",
        ["auth_identity_id", "entity_id", "entity_type"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "provider_identity",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("auth_identity_id", sa.Text(), nullable=False),
        sa.Column("user_metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("provider_metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["auth_identity_id"],
            ["auth_identity.id"],
            name=op.f("provider_identity_auth_identity_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("provider_identity_pkey")),
    )
    op.create_index(
        op.f("IDX_provider_identity_auth_identity_id"), "provider_identity", ["auth_identity_id"], unique=False
    )
    op.create_index(
        "IDX_provider_identity_provider_entity_id", "provider_identity", ["entity_id", "provider"], unique=True
    )
    op.create_table(
        "auth_password_reset_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("auth_identity_id", sa.Text(), nullable=False),
        sa.Column("provider_identity_id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["auth_identity_id"],
            ["auth_identity.id"],
            name=op.f("auth_password_reset_token_auth_identity_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_identity_id"],
            ["provider_identity.id"],
            name=op.f("auth_password_reset_token_provider_identity_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("auth_password_reset_token_pkey")),
    )
    op.create_index(
        op.f("IDX_auth_password_reset_token_auth_identity_id"),
        "auth_password_reset_token",
        ["auth_identity_id"],
        unique=False,
    )
    op.create_index(
        op.f("IDX_auth_password_reset_token_expires_at"),
        "auth_password_reset_token",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_auth_password_reset_token_provider_identity_id"),
        "auth_password_reset_token",
        ["provider_identity_id"],
        unique=False,
    )
    op.create_index(
        op.f("IDX_auth_password_reset_token_token_hash"),
        "auth_password_reset_token",
        ["token_hash"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_auth_password_reset_token_token_hash"),
        table_name="auth_password_reset_token",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_auth_password_reset_token_provider_identity_id"), table_name="auth_password_reset_token")
    op.drop_index(
        op.f("IDX_auth_password_reset_token_expires_at"),
        table_name="auth_password_reset_token",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_auth_password_reset_token_auth_identity_id"), table_name="auth_password_reset_token")
    op.drop_table("auth_password_reset_token")
    op.drop_index("IDX_provider_identity_provider_entity_id", table_name="provider_identity")
    op.drop_index(op.f("IDX_provider_identity_auth_identity_id"), table_name="provider_identity")
    op.drop_table("provider_identity")
    op.drop_index(
        "IDX_auth_verification_entity", table_name="auth_verification", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_auth_verification_auth_identity_id"), table_name="auth_verification")
    op.drop_table("auth_verification")
    op.drop_table("auth_identity")
