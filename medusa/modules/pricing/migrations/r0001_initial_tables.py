"""Pricing: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "pricing_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("pricing",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "price_list",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules_count", sa.Integer(), server_default=sa.text("0"), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), server_default="sale", nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('active', 'draft')", name=op.f("price_list_status_check")),
        sa.CheckConstraint("type IN ('sale', 'override')", name=op.f("price_list_type_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("price_list_pkey")),
    )
    op.create_index(
        op.f("IDX_price_list_status_starts_at_ends_at"),
        "price_list",
        ["status", "starts_at", "ends_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "price_preference",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("price_preference_pkey")),
    )
    op.create_index(
        op.f("IDX_price_preference_attribute_value"),
        "price_preference",
        ["attribute", "value"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "price_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("price_set_pkey")),
    )
    op.create_table(
        "price",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("price_set_id", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("rules_count", sa.Integer(), server_default=sa.text("0"), nullable=True),
        sa.Column("price_list_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("min_quantity", sa.Numeric(), nullable=True),
        sa.Column("max_quantity", sa.Numeric(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_list.id"], name=op.f("price_price_list_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["price_set_id"], ["price_set.id"], name=op.f("price_price_set_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("price_pkey")),
    )
    op.create_index(op.f("IDX_price_price_list_id"), "price", ["price_list_id"], unique=False)
    op.create_index(
        op.f("IDX_price_price_set_id_currency_code"), "price", ["price_set_id", "currency_code"], unique=False
    )
    op.create_table(
        "price_list_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("price_list_id", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attribute", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_list.id"], name=op.f("price_list_rule_price_list_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("price_list_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_price_list_rule_attribute"),
        "price_list_rule",
        ["attribute"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_price_list_rule_price_list_id"), "price_list_rule", ["price_list_id"], unique=False)
    op.create_index(
        "IDX_price_list_rule_value",
        "price_list_rule",
        ["value"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "price_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("price_id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), server_default="", nullable=False),
        sa.Column("operator", sa.Text(), server_default="eq", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("operator IN ('gte', 'lte', 'gt', 'lt', 'eq')", name=op.f("price_rule_operator_check")),
        sa.ForeignKeyConstraint(
            ["price_id"], ["price.id"], name=op.f("price_rule_price_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("price_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_price_rule_attribute_value"),
        "price_rule",
        ["attribute", "value"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_price_rule_price_id"), "price_rule", ["price_id"], unique=False)
    op.create_index(
        op.f("IDX_price_rule_price_id_attribute_operator"),
        "price_rule",
        ["price_id", "attribute", "operator"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_price_rule_price_id_attribute_operator"),
        table_name="price_rule",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_price_rule_price_id"), table_name="price_rule")
    op.drop_index(
        op.f("IDX_price_rule_attribute_value"), table_name="price_rule", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("price_rule")
    op.drop_index(
        "IDX_price_list_rule_value",
        table_name="price_list_rule",
        postgresql_using="gin",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_price_list_rule_price_list_id"), table_name="price_list_rule")
    op.drop_index(
        op.f("IDX_price_list_rule_attribute"),
        table_name="price_list_rule",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("price_list_rule")
    op.drop_index(op.f("IDX_price_price_set_id_currency_code"), table_name="price")
    op.drop_index(op.f("IDX_price_price_list_id"), table_name="price")
    op.drop_table("price")
    op.drop_table("price_set")
    op.drop_index(
        op.f("IDX_price_preference_attribute_value"),
        table_name="price_preference",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("price_preference")
    op.drop_index(
        op.f("IDX_price_list_status_starts_at_ends_at"),
        table_name="price_list",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("price_list")
