"""Payment: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "payment_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("payment",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "account_holder",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("account_holder_pkey")),
    )
    op.create_index(
        op.f("IDX_account_holder_provider_id_external_id"),
        "account_holder",
        ["provider_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "payment_collection",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("authorized_amount", sa.Numeric(), nullable=True),
        sa.Column("captured_amount", sa.Numeric(), nullable=True),
        sa.Column("refunded_amount", sa.Numeric(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="not_paid", nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('not_paid', 'awaiting', 'authorized', "
            "'partially_authorized', 'canceled', 'failed', 'partially_captured', 'completed')",
            name=op.f("payment_collection_status_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_collection_pkey")),
    )
    op.create_table(
        "payment_provider",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_provider_pkey")),
    )
    op.create_table(
        "refund_reason",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("refund_reason_pkey")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_collection_id", sa.Text(), nullable=False),
        sa.Column("payment_session_id", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_collection_id"],
            ["payment_collection.id"],
            name=op.f("payment_payment_collection_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_pkey")),
    )
    op.create_index(op.f("IDX_payment_payment_collection_id"), "payment", ["payment_collection_id"], unique=False)
    op.create_index(
        op.f("IDX_payment_payment_session_id"),
        "payment",
        ["payment_session_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_payment_provider_id"),
        "payment",
        ["provider_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "payment_collection_payment_providers",
        sa.Column("payment_collection_id", sa.Text(), nullable=False),
        sa.Column("payment_provider_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_collection_id"],
            ["payment_collection.id"],
            name=op.f("payment_collection_payment_providers_payment_collection_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["payment_provider_id"],
            ["payment_provider.id"],
            name=op.f("payment_collection_payment_providers_payment_provider_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "payment_collection_id", "payment_provider_id", name=op.f("payment_collection_payment_providers_pkey")
        ),
    )
    op.create_index(
        op.f("IDX_payment_collection_payment_providers_payment_provider_id"),
        "payment_collection_payment_providers",
        ["payment_provider_id"],
        unique=False,
    )
    op.create_table(
        "payment_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_collection_id", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('authorized', 'captured', 'pending', 'requires_more', 'error', 'canceled', 'pending_authorization')",
            name=op.f("payment_session_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_collection_id"],
            ["payment_collection.id"],
            name=op.f("payment_session_payment_collection_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_session_pkey")),
    )
    op.create_index(
        op.f("IDX_payment_session_payment_collection_id"), "payment_session", ["payment_collection_id"], unique=False
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("capture_payment_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("capture_pkey")),
    )
    op.create_index(op.f("IDX_capture_payment_id"), "capture", ["payment_id"], unique=False)
    op.create_table(
        "refund",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("refund_reason_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("refund_payment_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("refund_pkey")),
    )
    op.create_index(op.f("IDX_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.create_index(
        op.f("IDX_refund_refund_reason_id"),
        "refund",
        ["refund_reason_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND refund_reason_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_refund_refund_reason_id"),
        table_name="refund",
        postgresql_where=sa.text("deleted_at IS NULL AND refund_reason_id IS NOT NULL"),
    )
    op.drop_index(op.f("IDX_refund_payment_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_index(op.f("IDX_capture_payment_id"), table_name="capture")
    op.drop_table("capture")
    op.drop_index(op.f("IDX_payment_session_payment_collection_id"), table_name="payment_session")
    op.drop_table("payment_session")
    op.drop_index(
        op.f("IDX_payment_collection_payment_providers_payment_provider_id"),
        table_name="payment_collection_payment_providers",
    )
    op.drop_table("payment_collection_payment_providers")
    op.drop_index(op.f("IDX_payment_provider_id"), table_name="payment", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        op.f("IDX_payment_payment_session_id"), table_name="payment", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_payment_payment_collection_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_table("refund_reason")
    op.drop_table("payment_provider")
    op.drop_table("payment_collection")
    op.drop_index(
        op.f("IDX_account_holder_provider_id_external_id"),
        table_name="account_holder",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("account_holder")
