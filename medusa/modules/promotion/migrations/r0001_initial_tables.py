"""Promotion: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "promotion_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("promotion",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "promotion_campaign",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("campaign_identifier", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_campaign_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_campaign_campaign_identifier"),
        "promotion_campaign",
        ["campaign_identifier"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "operator IN ('gte', 'lte', 'gt', 'lt', 'eq', 'ne', 'in')", name=op.f("promotion_rule_operator_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_rule_attribute_operator"),
        "promotion_rule",
        ["attribute", "operator"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("is_automatic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('draft', 'active', 'inactive')", name=op.f("promotion_status_check")),
        sa.CheckConstraint("type IN ('standard', 'buyget')", name=op.f("promotion_type_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["promotion_campaign.id"], name=op.f("promotion_campaign_id_foreign"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_pkey")),
    )
    op.create_index(op.f("IDX_promotion_campaign_id"), "promotion", ["campaign_id"], unique=False)
    op.create_index(
        op.f("IDX_promotion_code"), "promotion", ["code"], unique=True, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(
        op.f("IDX_promotion_is_automatic"),
        "promotion",
        ["is_automatic"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_promotion_status"),
        "promotion",
        ["status"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion_campaign_budget",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("limit", sa.Numeric(), nullable=True),
        sa.Column("used", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("attribute", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "type IN ('spend', 'usage', 'use_by_attribute', 'spend_by_attribute')",
            name=op.f("promotion_campaign_budget_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["promotion_campaign.id"],
            name=op.f("promotion_campaign_budget_campaign_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_campaign_budget_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_campaign_budget_campaign_id"),
        "promotion_campaign_budget",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion_rule_value",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("promotion_rule_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["promotion_rule_id"],
            ["promotion_rule.id"],
            name=op.f("promotion_rule_value_promotion_rule_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_rule_value_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_rule_value_promotion_rule_id"), "promotion_rule_value", ["promotion_rule_id"], unique=False
    )
    op.create_index(
        op.f("IDX_promotion_rule_value_value"),
        "promotion_rule_value",
        ["value"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion_application_method",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("max_quantity", sa.Integer(), nullable=True),
        sa.Column("apply_to_quantity", sa.Integer(), nullable=True),
        sa.Column("buy_rules_min_quantity", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("target_type", sa.Text(), nullable=False),
        sa.Column("allocation", sa.Text(), nullable=True),
        sa.Column("promotion_id", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "allocation IN ('each', 'across', 'once')", name=op.f("promotion_application_method_allocation_check")
        ),
        sa.CheckConstraint(
            "target_type IN ('order', 'shipping_methods', 'items')",
            name=op.f("promotion_application_method_target_type_check"),
        ),
        sa.CheckConstraint("type IN ('fixed', 'percentage')", name=op.f("promotion_application_method_type_check")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("promotion_application_method_promotion_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_application_method_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_application_method_promotion_id"),
        "promotion_application_method",
        ["promotion_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "promotion_campaign_budget_usage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attribute_value", sa.Text(), nullable=False),
        sa.Column("used", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("budget_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["promotion_campaign_budget.id"],
            name=op.f("promotion_campaign_budget_usage_budget_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_campaign_budget_usage_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_campaign_budget_usage_attribute_value_budget_id"),
        "promotion_campaign_budget_usage",
        ["attribute_value", "budget_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_promotion_campaign_budget_usage_budget_id"),
        "promotion_campaign_budget_usage",
        ["budget_id"],
        unique=False,
    )
    op.create_table(
        "promotion_promotion_rule",
        sa.Column("promotion_id", sa.Text(), nullable=False),
        sa.Column("promotion_rule_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("promotion_promotion_rule_promotion_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["promotion_rule_id"],
            ["promotion_rule.id"],
            name=op.f("promotion_promotion_rule_promotion_rule_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("promotion_id", "promotion_rule_id", name=op.f("promotion_promotion_rule_pkey")),
    )
    op.create_index(
        op.f("IDX_promotion_promotion_rule_promotion_rule_id"),
        "promotion_promotion_rule",
        ["promotion_rule_id"],
        unique=False,
    )
    op.create_table(
        "application_method_buy_rules",
        sa.Column("application_method_id", sa.Text(), nullable=False),
        sa.Column("promotion_rule_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_method_id"],
            ["promotion_application_method.id"],
            name=op.f("application_method_buy_rules_application_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["promotion_rule_id"],
            ["promotion_rule.id"],
            name=op.f("application_method_buy_rules_promotion_rule_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "application_method_id", "promotion_rule_id", name=op.f("application_method_buy_rules_pkey")
        ),
    )
    op.create_index(
        op.f("IDX_application_method_buy_rules_promotion_rule_id"),
        "application_method_buy_rules",
        ["promotion_rule_id"],
        unique=False,
    )
    op.create_table(
        "application_method_target_rules",
        sa.Column("application_method_id", sa.Text(), nullable=False),
        sa.Column("promotion_rule_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_method_id"],
            ["promotion_application_method.id"],
            name=op.f("application_method_target_rules_application_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["promotion_rule_id"],
            ["promotion_rule.id"],
            name=op.f("application_method_target_rules_promotion_rule_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "application_method_id", "promotion_rule_id", name=op.f("application_method_target_rules_pkey")
        ),
    )
    op.create_index(
        op.f("IDX_application_method_target_rules_promotion_rule_id"),
        "application_method_target_rules",
        ["promotion_rule_id"],
        unique=False,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_application_method_target_rules_promotion_rule_id"), table_name="application_method_target_rules"
    )
    op.drop_table("application_method_target_rules")
    op.drop_index(op.f("IDX_application_method_buy_rules_promotion_rule_id"), table_name="application_method_buy_rules")
    op.drop_table("application_method_buy_rules")
    op.drop_index(op.f("IDX_promotion_promotion_rule_promotion_rule_id"), table_name="promotion_promotion_rule")
    op.drop_table("promotion_promotion_rule")
    op.drop_index(op.f("IDX_promotion_campaign_budget_usage_budget_id"), table_name="promotion_campaign_budget_usage")
    op.drop_index(
        op.f("IDX_promotion_campaign_budget_usage_attribute_value_budget_id"),
        table_name="promotion_campaign_budget_usage",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("promotion_campaign_budget_usage")
    op.drop_index(
        op.f("IDX_promotion_application_method_promotion_id"),
        table_name="promotion_application_method",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("promotion_application_method")
    op.drop_index(
        op.f("IDX_promotion_rule_value_value"),
        table_name="promotion_rule_value",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_promotion_rule_value_promotion_rule_id"), table_name="promotion_rule_value")
    op.drop_table("promotion_rule_value")
    op.drop_index(
        op.f("IDX_promotion_campaign_budget_campaign_id"),
        table_name="promotion_campaign_budget",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("promotion_campaign_budget")
    op.drop_index(op.f("IDX_promotion_status"), table_name="promotion", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        op.f("IDX_promotion_is_automatic"), table_name="promotion", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_promotion_code"), table_name="promotion", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_promotion_campaign_id"), table_name="promotion")
    op.drop_table("promotion")
    op.drop_index(
        op.f("IDX_promotion_rule_attribute_operator"),
        table_name="promotion_rule",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("promotion_rule")
    op.drop_index(
        op.f("IDX_promotion_campaign_campaign_identifier"),
        table_name="promotion_campaign",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("promotion_campaign")
