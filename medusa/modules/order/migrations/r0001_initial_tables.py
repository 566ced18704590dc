"""Order: initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "order_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("order",)
depends_on: tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "order_address",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("order_address_pkey")),
    )
    op.create_table(
        "order_claim",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("order_version", sa.Integer(), nullable=False),
        sa.Column("display_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("refund_amount", sa.Numeric(), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("type IN ('refund', 'replace')", name=op.f("order_claim_type_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("order_claim_pkey")),
    )
    op.create_index(
        op.f("IDX_order_claim_display_id"),
        "order_claim",
        ["display_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_claim_order_id"),
        "order_claim",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_claim_return_id"),
        "order_claim",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.create_table(
        "order_claim_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("is_additional_item", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('missing_item', 'wrong_item', 'production_failure', 'other')",
            name=op.f("order_claim_item_reason_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_claim_item_pkey")),
    )
    op.create_index(
        op.f("IDX_order_claim_item_claim_id"),
        "order_claim_item",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_claim_item_item_id"),
        "order_claim_item",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order_claim_item_image",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("claim_item_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("order_claim_item_image_pkey")),
    )
    op.create_index(
        op.f("IDX_order_claim_item_image_claim_item_id"),
        "order_claim_item_image",
        ["claim_item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order_exchange",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("order_version", sa.Integer(), nullable=False),
        sa.Column("display_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("allow_backorder", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("difference_due", sa.Numeric(), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("order_exchange_pkey")),
    )
    op.create_index(
        op.f("IDX_order_exchange_display_id"),
        "order_exchange",
        ["display_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_exchange_order_id"),
        "order_exchange",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_exchange_return_id"),
        "order_exchange",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.create_table(
        "order_exchange_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exchange_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("order_exchange_item_pkey")),
    )
    op.create_index(
        op.f("IDX_order_exchange_item_exchange_id"),
        "order_exchange_item",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_exchange_item_item_id"),
        "order_exchange_item",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order_line_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("variant_id", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        sa.Column("product_title", sa.Text(), nullable=True),
        sa.Column("product_description", sa.Text(), nullable=True),
        sa.Column("product_subtitle", sa.Text(), nullable=True),
        sa.Column("product_type", sa.Text(), nullable=True),
        sa.Column("product_collection", sa.Text(), nullable=True),
        sa.Column("product_handle", sa.Text(), nullable=True),
        sa.Column("variant_sku", sa.Text(), nullable=True),
        sa.Column("variant_barcode", sa.Text(), nullable=True),
        sa.Column("variant_title", sa.Text(), nullable=True),
        sa.Column("variant_option_values", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("requires_shipping", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_discountable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("compare_at_unit_price", sa.Numeric(), nullable=True),
        sa.Column("unit_price", sa.Numeric(), nullable=False),
        sa.Column("is_custom_price", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("product_type_id", sa.Text(), nullable=True),
        sa.Column("is_giftcard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("order_line_item_pkey")),
    )
    op.create_index(
        op.f("IDX_order_line_item_product_id"),
        "order_line_item",
        ["product_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND product_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_line_item_variant_id"),
        "order_line_item",
        ["variant_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND variant_id IS NOT NULL"),
    )
    op.create_table(
        "order_shipping_method",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shipping_option_id", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("is_custom_amount", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("order_shipping_method_pkey")),
    )
    op.create_table(
        "return",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("order_version", sa.Integer(), nullable=False),
        sa.Column("display_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("refund_amount", sa.Numeric(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'requested', 'received', 'partially_received', 'canceled')",
            name=op.f("return_status_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("return_pkey")),
    )
    op.create_index(
        op.f("IDX_return_claim_id"),
        "return",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_return_display_id"),
        "return",
        ["display_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_return_exchange_id"),
        "return",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_return_order_id"),
        "return",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "return_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=False),
        sa.Column("reason_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("received_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("damaged_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("return_item_pkey")),
    )
    op.create_index(
        op.f("IDX_return_item_item_id"),
        "return_item",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_return_item_reason_id"),
        "return_item",
        ["reason_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND reason_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_return_item_return_id"),
        "return_item",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "return_reason",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("parent_return_reason_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_return_reason_id"],
            ["return_reason.id"],
            name=op.f("return_reason_parent_return_reason_id_foreign"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("return_reason_pkey")),
    )
    op.create_index(
        op.f("IDX_return_reason_parent_return_reason_id"), "return_reason", ["parent_return_reason_id"], unique=False
    )
    op.create_index(
        op.f("IDX_return_reason_value"),
        "return_reason",
        ["value"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=True),
        sa.Column("display_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("sales_channel_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("is_draft_order", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("shipping_address_id", sa.Text(), nullable=True),
        sa.Column("billing_address_id", sa.Text(), nullable=True),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("custom_display_id", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'completed', 'draft', 'archived', 'canceled', 'requires_action')",
            name=op.f("order_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["billing_address_id"],
            ["order_address.id"],
            name=op.f("order_billing_address_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"],
            ["order_address.id"],
            name=op.f("order_shipping_address_id_foreign"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_pkey")),
    )
    op.create_index(op.f("IDX_order_billing_address_id"), "order", ["billing_address_id"], unique=False)
    op.create_index(
        op.f("IDX_order_created_at"),
        "order",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_custom_display_id"),
        "order",
        ["custom_display_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_customer_id"),
        "order",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_display_id"),
        "order",
        ["display_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_region_id"),
        "order",
        ["region_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_sales_channel_id"),
        "order",
        ["sales_channel_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("IDX_order_shipping_address_id"), "order", ["shipping_address_id"], unique=False)
    op.create_table(
        "order_line_item_adjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("promotion_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("is_tax_inclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_line_item.id"],
            name=op.f("order_line_item_adjustment_item_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_line_item_adjustment_pkey")),
    )
    op.create_index(
        op.f("IDX_order_line_item_adjustment_item_id_version"),
        "order_line_item_adjustment",
        ["item_id", "version"],
        unique=False,
    )
    op.create_table(
        "order_line_item_tax_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tax_rate_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["order_line_item.id"],
            name=op.f("order_line_item_tax_line_item_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_line_item_tax_line_pkey")),
    )
    op.create_index(op.f("IDX_order_line_item_tax_line_item_id"), "order_line_item_tax_line", ["item_id"], unique=False)
    op.create_table(
        "order_shipping_method_adjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("promotion_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["order_shipping_method.id"],
            name=op.f("order_shipping_method_adjustment_shipping_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_shipping_method_adjustment_pkey")),
    )
    op.create_index(
        op.f("IDX_order_shipping_method_adjustment_shipping_method_id_version"),
        "order_shipping_method_adjustment",
        ["shipping_method_id", "version"],
        unique=False,
    )
    op.create_table(
        "order_shipping_method_tax_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tax_rate_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipping_method_id"],
            ["order_shipping_method.id"],
            name=op.f("order_shipping_method_tax_line_shipping_method_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_shipping_method_tax_line_pkey")),
    )
    op.create_index(
        op.f("IDX_order_shipping_method_tax_line_shipping_method_id"),
        "order_shipping_method_tax_line",
        ["shipping_method_id"],
        unique=False,
    )
    op.create_table(
        "order_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.Text(), nullable=True),
        sa.Column("declined_reason", sa.Text(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canceled_by", sa.Text(), nullable=True),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_type", sa.Text(), nullable=True),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("carry_over_promotions", sa.Boolean(), nullable=True),
        sa.Column("no_notification", sa.Boolean(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('confirmed', 'declined', 'requested', 'pending', 'canceled')",
            name=op.f("order_change_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_change_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_change_pkey")),
    )
    op.create_index(
        op.f("IDX_order_change_claim_id"),
        "order_change",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_exchange_id"),
        "order_change",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.create_index(op.f("IDX_order_change_order_id_version"), "order_change", ["order_id", "version"], unique=False)
    op.create_index(
        op.f("IDX_order_change_return_id"),
        "order_change",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_status"),
        "order_change",
        ["status"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order_credit_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_credit_line_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_credit_line_pkey")),
    )
    op.create_index(
        op.f("IDX_order_credit_line_order_id_version"), "order_credit_line", ["order_id", "version"], unique=False
    )
    op.create_table(
        "order_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("fulfilled_quantity", sa.Numeric(), nullable=False),
        sa.Column("shipped_quantity", sa.Numeric(), nullable=False),
        sa.Column("return_requested_quantity", sa.Numeric(), nullable=False),
        sa.Column("return_received_quantity", sa.Numeric(), nullable=False),
        sa.Column("return_dismissed_quantity", sa.Numeric(), nullable=False),
        sa.Column("written_off_quantity", sa.Numeric(), nullable=False),
        sa.Column("delivered_quantity", sa.Numeric(), server_default=sa.text("0"), nullable=False),
        sa.Column("unit_price", sa.Numeric(), nullable=True),
        sa.Column("compare_at_unit_price", sa.Numeric(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["order_line_item.id"], name=op.f("order_item_item_id_foreign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_item_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_item_pkey")),
    )
    op.create_index(op.f("IDX_order_item_item_id"), "order_item", ["item_id"], unique=False)
    op.create_index(op.f("IDX_order_item_order_id_version"), "order_item", ["order_id", "version"], unique=False)
    op.create_table(
        "order_shipping",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shipping_method_id", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_shipping_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_shipping_pkey")),
    )
    op.create_index(
        op.f("IDX_order_shipping_claim_id"),
        "order_shipping",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_shipping_exchange_id"),
        "order_shipping",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_shipping_order_id_version"), "order_shipping", ["order_id", "version"], unique=False
    )
    op.create_index(
        op.f("IDX_order_shipping_return_id"),
        "order_shipping",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_shipping_shipping_method_id"),
        "order_shipping",
        ["shipping_method_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "order_summary",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_summary_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_summary_pkey")),
    )
    op.create_index(op.f("IDX_order_summary_order_id_version"), "order_summary", ["order_id", "version"], unique=False)
    op.create_table(
        "order_transaction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("order_transaction_order_id_foreign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_transaction_pkey")),
    )
    op.create_index(
        op.f("IDX_order_transaction_claim_id"),
        "order_transaction",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_transaction_exchange_id"),
        "order_transaction",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_transaction_order_id_version"), "order_transaction", ["order_id", "version"], unique=False
    )
    op.create_index(
        op.f("IDX_order_transaction_reference_id"),
        "order_transaction",
        ["reference_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_transaction_return_id"),
        "order_transaction",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.create_table(
        "order_change_action",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("ordering", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_change_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("applied", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_change_id"],
            ["order_change.id"],
            name=op.f("order_change_action_order_change_id_foreign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_change_action_pkey")),
    )
    op.create_index(
        op.f("IDX_order_change_action_claim_id"),
        "order_change_action",
        ["claim_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_action_exchange_id"),
        "order_change_action",
        ["exchange_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_action_order_change_id"), "order_change_action", ["order_change_id"], unique=False
    )
    op.create_index(
        op.f("IDX_order_change_action_order_id"),
        "order_change_action",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_action_ordering"),
        "order_change_action",
        ["ordering"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("IDX_order_change_action_return_id"),
        "order_change_action",
        ["return_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        op.f("IDX_order_change_action_return_id"),
        table_name="order_change_action",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_change_action_ordering"),
        table_name="order_change_action",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_order_change_action_order_id"),
        table_name="order_change_action",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_order_change_action_order_change_id"), table_name="order_change_action")
    op.drop_index(
        op.f("IDX_order_change_action_exchange_id"),
        table_name="order_change_action",
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_change_action_claim_id"),
        table_name="order_change_action",
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.drop_table("order_change_action")
    op.drop_index(
        op.f("IDX_order_transaction_return_id"),
        table_name="order_transaction",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_transaction_reference_id"),
        table_name="order_transaction",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(op.f("IDX_order_transaction_order_id_version"), table_name="order_transaction")
    op.drop_index(
        op.f("IDX_order_transaction_exchange_id"),
        table_name="order_transaction",
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_transaction_claim_id"),
        table_name="order_transaction",
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.drop_table("order_transaction")
    op.drop_index(op.f("IDX_order_summary_order_id_version"), table_name="order_summary")
    op.drop_table("order_summary")
    op.drop_index(
        op.f("IDX_order_shipping_shipping_method_id"),
        table_name="order_shipping",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_order_shipping_return_id"),
        table_name="order_shipping",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(op.f("IDX_order_shipping_order_id_version"), table_name="order_shipping")
    op.drop_index(
        op.f("IDX_order_shipping_exchange_id"),
        table_name="order_shipping",
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_shipping_claim_id"),
        table_name="order_shipping",
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.drop_table("order_shipping")
    op.drop_index(op.f("IDX_order_item_order_id_version"), table_name="order_item")
    op.drop_index(op.f("IDX_order_item_item_id"), table_name="order_item")
    op.drop_table("order_item")
    op.drop_index(op.f("IDX_order_credit_line_order_id_version"), table_name="order_credit_line")
    op.drop_table("order_credit_line")
    op.drop_index(
        op.f("IDX_order_change_status"), table_name="order_change", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_order_change_return_id"),
        table_name="order_change",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(op.f("IDX_order_change_order_id_version"), table_name="order_change")
    op.drop_index(
        op.f("IDX_order_change_exchange_id"),
        table_name="order_change",
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_change_claim_id"),
        table_name="order_change",
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.drop_table("order_change")
    op.drop_index(
        op.f("IDX_order_shipping_method_tax_line_shipping_method_id"), table_name="order_shipping_method_tax_line"
    )
    op.drop_table("order_shipping_method_tax_line")
    op.drop_index(
        op.f("IDX_order_shipping_method_adjustment_shipping_method_id_version"),
        table_name="order_shipping_method_adjustment",
    )
    op.drop_table("order_shipping_method_adjustment")
    op.drop_index(op.f("IDX_order_line_item_tax_line_item_id"), table_name="order_line_item_tax_line")
    op.drop_table("order_line_item_tax_line")
    op.drop_index(op.f("IDX_order_line_item_adjustment_item_id_version"), table_name="order_line_item_adjustment")
    op.drop_table("order_line_item_adjustment")
    op.drop_index(op.f("IDX_order_shipping_address_id"), table_name="order")
    op.drop_index(
        op.f("IDX_order_sales_channel_id"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_order_region_id"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_order_display_id"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_order_customer_id"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        op.f("IDX_order_custom_display_id"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_order_created_at"), table_name="order", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("IDX_order_billing_address_id"), table_name="order")
    op.drop_table("order")
    op.drop_index(
        op.f("IDX_return_reason_value"), table_name="return_reason", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("IDX_return_reason_parent_return_reason_id"), table_name="return_reason")
    op.drop_table("return_reason")
    op.drop_index(
        op.f("IDX_return_item_return_id"), table_name="return_item", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_return_item_reason_id"),
        table_name="return_item",
        postgresql_where=sa.text("deleted_at IS NULL AND reason_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_return_item_item_id"), table_name="return_item", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("return_item")
    op.drop_index(op.f("IDX_return_order_id"), table_name="return", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        op.f("IDX_return_exchange_id"),
        table_name="return",
        postgresql_where=sa.text("deleted_at IS NULL AND exchange_id IS NOT NULL"),
    )
    op.drop_index(op.f("IDX_return_display_id"), table_name="return", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        op.f("IDX_return_claim_id"),
        table_name="return",
        postgresql_where=sa.text("deleted_at IS NULL AND claim_id IS NOT NULL"),
    )
    op.drop_table("return")
    op.drop_table("order_shipping_method")
    op.drop_index(
        op.f("IDX_order_line_item_variant_id"),
        table_name="order_line_item",
        postgresql_where=sa.text("deleted_at IS NULL AND variant_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_line_item_product_id"),
        table_name="order_line_item",
        postgresql_where=sa.text("deleted_at IS NULL AND product_id IS NOT NULL"),
    )
    op.drop_table("order_line_item")
    op.drop_index(
        op.f("IDX_order_exchange_item_item_id"),
        table_name="order_exchange_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_order_exchange_item_exchange_id"),
        table_name="order_exchange_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("order_exchange_item")
    op.drop_index(
        op.f("IDX_order_exchange_return_id"),
        table_name="order_exchange",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_exchange_order_id"), table_name="order_exchange", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_order_exchange_display_id"),
        table_name="order_exchange",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("order_exchange")
    op.drop_index(
        op.f("IDX_order_claim_item_image_claim_item_id"),
        table_name="order_claim_item_image",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("order_claim_item_image")
    op.drop_index(
        op.f("IDX_order_claim_item_item_id"),
        table_name="order_claim_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        op.f("IDX_order_claim_item_claim_id"),
        table_name="order_claim_item",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("order_claim_item")
    op.drop_index(
        op.f("IDX_order_claim_return_id"),
        table_name="order_claim",
        postgresql_where=sa.text("deleted_at IS NULL AND return_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("IDX_order_claim_order_id"), table_name="order_claim", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        op.f("IDX_order_claim_display_id"), table_name="order_claim", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("order_claim")
    op.drop_table("order_address")
