"""Customer: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customer_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("customer",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "customer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("has_account", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_pkey")),
    )
    op.create_index(
        op.f("IDX_customer_email_has_account"),
        "customer",
        ["email", "has_account"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "customer_group",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_group_pkey")),
    )
    op.create_index(
        op.f("IDX_customer_group_name"),
        "customer_group",
        ["name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "customer_address",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("address_name", sa.Text(), nullable=True),
        sa.Column("is_default_shipping", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_default_billing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("address_1", sa.Text(), nullable=True),
        sa.Column("address_2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("customer_address_customer_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_address_pkey")),
    )
    op.create_index(op.f("IDX_customer_address_customer_id"), "customer_address", ["customer_id"], unique=False)
    op.create_index(
        "IDX_customer_address_unique_customer_billing",
        "customer_address",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND is_default_billing"),
    )
    op.create_index(
        "IDX_customer_address_unique_customer_shipping",
        "customer_address",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND is_default_shipping"),
    )
    op.create_table(
        "customer_group_customer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("customer_group_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_group_id"],
            ["customer_group.id"],
            name=op.f("customer_group_customer_customer_group_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("customer_group_customer_customer_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_group_customer_pkey")),
    )
    op.create_index(
        op.f("IDX_customer_group_customer_customer_group_id"),
        "customer_group_customer",
        ["customer_group_id"],
        unique=False,
    )
    op.create_index(
        op.f("IDX_customer_group_customer_customer_id"), "customer_group_customer", ["customer_id"], unique=False
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("IDX_customer_group_customer_customer_id"), table_name="customer_group_customer")
    op.drop_index(op.f("IDX_customer_group_customer_customer_group_id"), table_name="customer_group_customer")
    op.drop_table("customer_group_customer")
    op.drop_index(
        "IDX_customer_address_unique_customer_shipping",
        table_name="customer_address",
        postgresql_where=sa.text("deleted_at IS NULL AND is_default_shipping"),
    )
    op.drop_index(
        "IDX_customer_address_unique_customer_billing",
        table_name="customer_address",
        postgresql_where=sa.text("deleted_at IS NULL AND is_default_billing"),
    )
    op.drop_index(op.f("IDX_customer_address_customer_id"), table_name="customer_address")
    op.drop_table("customer_address")
    op.drop_index(
        op.f("IDX_customer_group_name"), table_name="customer_group", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("customer_group")
    op.drop_index(
        op.f("IDX_customer_email_has_account"), table_name="customer", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("customer")
