"""Tax: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "tax_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("tax",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "tax_provider",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_provider_pkey")),
    )
    op.create_table(
        "tax_region",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR provider_id IS NULL", name=op.f("tax_region_provider_top_level_check")
        ),
        sa.CheckConstraint(
            "parent_id IS NULL OR province_code IS NOT NULL", name=op.f("tax_region_country_top_level_check")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["tax_region.id"], name=op.f("tax_region_parent_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["tax_provider.id"], name=op.f("tax_region_provider_id_foreign"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_region_pkey")),
    )
    op.create_index(
        op.f("IDX_tax_region_country_code_province_code"),
        "tax_region",
        ["country_code", "province_code"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_tax_region_parent_id"), "tax_region", ["parent_id"], unique=False)
    op.create_index(op.f("IDX_tax_region_provider_id"), "tax_region", ["provider_id"], unique=False)
    op.create_index(
        "IDX_tax_region_unique_country_nullable_province",
        "tax_region",
        ["country_code"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND province_code IS NULL"),
    )
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_combinable", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tax_region_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tax_region_id"], ["tax_region.id"], name=op.f("tax_rate_tax_region_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_rate_pkey")),
    )
    op.create_index(
        "IDX_single_default_region",
        "tax_rate",
        ["tax_region_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND is_default"),
    )
    op.create_index(op.f("IDX_tax_rate_tax_region_id"), "tax_rate", ["tax_region_id"], unique=False)
    op.create_table(
        "tax_rate_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tax_rate_id", sa.Text(), nullable=False),
        sa.Column("reference_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tax_rate_id"], ["tax_rate.id"], name=op.f("tax_rate_rule_tax_rate_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tax_rate_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_tax_rate_rule_reference_id"),
        "tax_rate_rule",
        ["reference_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_tax_rate_rule_tax_rate_id"), "tax_rate_rule", ["tax_rate_id"], unique=False)
    op.create_index(
        op.f("IDX_tax_rate_rule_tax_rate_id_reference_id"),
        "tax_rate_rule",
        ["tax_rate_id", "reference_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_tax_rate_rule_tax_rate_id_reference_id"),
        table_name="tax_rate_rule",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_tax_rate_rule_tax_rate_id"), table_name="tax_rate_rule")
    op.drop_index(
        op.f("IDX_tax_rate_rule_reference_id"),
        table_name="tax_rate_rule",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("tax_rate_rule")
    op.drop_index(op.f("IDX_tax_rate_tax_region_id"), table_name="tax_rate")
    op.drop_index(
        "IDX_single_default_region",
        table_name="tax_rate",
        postgresql_where=sa.text("deleted_at IS NULL AND is_default"),
    )
    op.drop_table("tax_rate")
    op.drop_index(
        "IDX_tax_region_unique_country_nullable_province",
        table_name="tax_region",
        postgresql_where=sa.text("deleted_at IS NULL AND province_code IS NULL"),
    )
    op.drop_index(op.f("IDX_tax_region_provider_id"), table_name="tax_region")
    op.drop_index(op.f("IDX_tax_region_parent_id"), table_name="tax_region")
    op.drop_index(
        op.f("IDX_tax_region_country_code_province_code"),
        table_name="tax_region",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("tax_region")
    op.drop_table("tax_provider")
